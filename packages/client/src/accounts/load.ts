import type { BskySession } from "@better-auth-bsky/core";
import type { PROVIDER_ID } from "@better-auth-bsky/core/shared";
import { SESSION } from "../paths.ts";
import type { ConnectedAccount, List } from "./types.ts";

const PROVIDER: typeof PROVIDER_ID = "bsky";

interface AccountRow {
	id: string;
	providerId: string;
	accountId: string;
}

/** Asks whose accounts are connected, and then for the profile of each. */
export async function load(list: List): Promise<void> {
	const { signal, ask, patch, fail } = list;
	const { data, error } = await ask<AccountRow[]>("/list-accounts", { signal });
	if (signal.aborted) return;
	if (error || !Array.isArray(data)) return fail(error?.code ?? "UNKNOWN");
	const before = list.state.accounts ?? [];
	const accounts = data
		.filter(({ providerId }) => providerId === PROVIDER)
		.map(({ id, accountId: did }): ConnectedAccount => {
			const shown = before.find((account) => account.did === did);
			return { handle: did, ...shown, did, id };
		});
	patch({ accounts });
	await Promise.all(
		accounts.map(async ({ did }) => {
			const { data } = await ask<BskySession>(SESSION, { query: { did }, signal });
			if (!data?.handle || signal.aborted) return;
			const { handle, displayName, avatar } = data;
			patch({
				accounts: (list.state.accounts ?? []).map((account) =>
					account.did === did ? { ...account, handle, displayName, avatar } : account,
				),
			});
		}),
	);
}
