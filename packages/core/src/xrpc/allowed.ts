import { askHandedIn } from "../base/handed-in.ts";
import { isAboutTheAccount, isNsid, WRITES } from "../base/nsid.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { MethodRule, ResolvedXrpc, XrpcCall } from "../xrpc-options.ts";

/** Longest that a function of the app is waited for, in milliseconds. */
const PATIENCE = 10_000;

/**
 * The most specific entry of `allow` for a method: "asks" where a function has to be asked, null where it
 * isn't allowed.
 */
export function ruleOf(
	{ exact, groups, asked }: Pick<ResolvedXrpc, "exact" | "groups" | "asked">,
	nsid: string,
): MethodRule | "asks" | null {
	if (!isNsid(nsid)) return null;
	const own = exact.get(nsid);
	if (own) return own;
	if (isAboutTheAccount(nsid) || isMisspelt(exact.keys(), nsid)) return null;
	const group = groups.find(([prefix]) => nsid.startsWith(prefix));
	if (group) return group[1];
	return asked.length > 0 ? "asks" : null;
}

/** Servers take names in any case: what an entry says of a method goes for all of them. */
function isMisspelt(names: Iterable<string>, nsid: string): boolean {
	const lower = nsid.toLowerCase();
	return [...names, ...WRITES].some((name) => name !== nsid && name.toLowerCase() === lower);
}

/** @throws {BskyError} METHOD_NOT_ALLOWED */
export async function requireAllowed(bsky: Bsky, { asked }: ResolvedXrpc, call: XrpcCall) {
	for (const allow of asked) {
		try {
			const answer = await askHandedIn("xrpc.allow", PATIENCE, () => allow({ ...call }));
			if (answer === true) return;
		} catch (error) {
			bsky.logFailure("call_rule_threw", error);
		}
	}
	throw new BskyError("METHOD_NOT_ALLOWED");
}
