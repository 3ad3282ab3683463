import { type Finding, finding } from "./finding.ts";
import type { Known } from "./local.ts";

/** So many rows are looked at: enough to see which plugins they are of. */
const SOME = 100;

/** Rows of older plugins whose people would not be found. */
export async function lookForOlder({ auth }: Known): Promise<Finding[]> {
	const { adapter } = await auth.$context;
	const ours = ["bsky", ...legacyIds(auth.options.plugins ?? [])];
	const rows = await adapter.findMany<{ providerId: string }>({
		model: "account",
		where: [
			{ field: "accountId", operator: "starts_with", value: "did:" },
			{ field: "providerId", operator: "not_in", value: ours },
		],
		limit: SOME,
	});
	return [...new Set(rows.map(({ providerId }) => providerId))].map((id) =>
		finding({
			id: "accounts-of-older-plugins",
			where: "database",
			level: "warn",
			sentence: `Accounts by "${id}" have a DID, and are not this plugin's: their people get a second user at their next sign-in.`,
			remedy: `If they are of an older plugin of yours, \`npx @better-auth-bsky/cli migrate\` shows what becomes of them; name "${id}" in \`legacy.providerIds\`.`,
		}),
	);
}

function legacyIds(plugins: readonly { id: string; options?: unknown }[]): string[] {
	const { options } = plugins.find(({ id }) => id === "bsky") ?? {};
	const ids: unknown = Object(Object(options).legacy).providerIds;
	return Array.isArray(ids) ? ids.map(String) : [];
}
