import { tripBehind } from "../trip.ts";
import { tellFrom } from "./act.ts";
import { followUser } from "./app-user.ts";
import { arrive } from "./arrive.ts";
import { knownUser, needsUser } from "./status.ts";
import { forgetAccounts } from "./switcher.ts";
import type { BskySessionState } from "./types.ts";
import type { UserParts } from "./user-types.ts";

/** Sees to what is newly known of a session, for who shows it. */
export function settle(parts: UserParts, session: BskySessionState): void {
	const { data, error, isPending, isRefetching } = session;
	if (isPending || isRefetching || parts.signal.aborted) return;
	const isNobody = !data && !error;
	const known = knownUser(parts.state, parts.options);
	if (needsUser(session) && (known === undefined || known === "failed")) followUser(parts);
	else if (isNobody) forget(parts);
	if (data?.did && parts.state.hasLeft) parts.patch({ hasLeft: false, said: "" });
	// Whoever is known first has come by it, or nobody has.
	if ((data?.did || isNobody) && tripBehind()) {
		const { ask, options } = parts;
		void arrive({ ask, options, tell: (...told) => tellFrom(parts, ...told) }, data);
	}
}

/** Nobody is signed in: nothing that was known is about whoever is the next. */
function forget(parts: UserParts): void {
	const { user, isStale, accounts } = parts.state;
	forgetAccounts(parts);
	if (user !== undefined || !isStale || accounts) {
		parts.patch({ user: undefined, isStale: true, accounts: null });
	}
}
