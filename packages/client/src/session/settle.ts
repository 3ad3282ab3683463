import { tripBehind } from "../trip.ts";
import { tellFrom } from "./act.ts";
import { followUser } from "./app-user.ts";
import { arrive } from "./arrive.ts";
import { hasFormFailed, tellFailure } from "./failed-trip.ts";
import { knownUser, needsUser } from "./status.ts";
import { forgetAccounts, isTheirs } from "./switcher.ts";
import type { BskySessionState } from "./types.ts";
import type { UserParts } from "./user-types.ts";

/** Those whose session is being asked for again: somebody else may be signed in by the answer. */
const askedAgain = new WeakSet<UserParts>();

/** Who was signed in when each was last seen to. */
const last = new WeakMap<UserParts, string | null>();

/** Sees to what is newly known of a session, for who shows it. */
export function settle(parts: UserParts, session: BskySessionState): void {
	const { data, error, isPending, isRefetching } = session;
	if (isRefetching && !isPending) askedAgain.add(parts);
	if (isPending || isRefetching || parts.signal.aborted) return;
	const isNobody = !data && !error;
	const known = knownUser(parts.state, parts.options);
	const isNews = askedAgain.delete(parts) && !error;
	if (needsUser(session) && (known === undefined || known === "failed" || isNews))
		followUser(parts);
	else if (isNobody) forget(parts);
	const { accounts } = parts.state;
	if (data?.did && accounts && !isTheirs(parts, accounts)) {
		forgetAccounts(parts);
		parts.patch({ accounts: null });
	}
	// What was said was about somebody else.
	const isAnother = data !== null && last.has(parts) && last.get(parts) !== data.did;
	if (isAnother || (data && parts.state.hasLeft)) parts.patch({ hasLeft: false, said: "" });
	if (data) last.set(parts, data.did);
	if (!error && parts.state.isOutFailed) parts.patch({ isOutFailed: false });
	const canTell = data !== null || (isNobody && parts.options.signIn);
	if (canTell && hasFormFailed()) void tellFailure(parts, data !== null);
	// Whoever is known first has come by it, or nobody has.
	else if ((data?.did || isNobody) && tripBehind()) {
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
