import type { Bsky } from "../bsky.ts";
import { sessionStatus } from "../stores/session-store.ts";
import { freshSession, isEnding, noticeSession } from "./open.ts";
import type { OwnSession } from "./whose.ts";

/** Why there is no active session. */
export type InactiveReason =
	/** No Bluesky account is connected to the user. */
	| "not_linked"
	/** An account is connected but no session of it is stored: the person must sign in again. */
	| "signed_out"
	/** The server ended the session: the person must sign in again. */
	| "session_expired";

/** The state of a user's AT Protocol session: alive, or why it isn't. */
export type SessionState =
	| {
			active: true;
			did: string;
			/** The scopes that the server granted, separated by spaces. */
			grantedScope: string;
	  }
	| { active: false; did: string | null; reason: InactiveReason };

/**
 * The state of a user's stored session. The server is asked only where the access token is about to
 * end. A server that can't be reached ends no session.
 *
 * @param mayAsk whether it may be used at its server for that
 */
export async function sessionState(
	bsky: Bsky,
	own: OwnSession | null,
	mayAsk: boolean,
): Promise<SessionState> {
	if (!own) return { active: false, did: null, reason: "not_linked" };
	const { did, row } = own;
	const status = row && (await sessionStatus(bsky.context, bsky.memory.statuses, row));
	if (!status) return { active: false, did, reason: "signed_out" };
	const isOurs = await bsky.serves(status.clientId);
	noticeSession(bsky, isOurs, status.clientId, status.scope);
	if (!isOurs) return { active: false, did, reason: "signed_out" };
	if (mayAsk && isEnding(status)) {
		const fresh = await freshSession(bsky, did, row.userId);
		if (fresh === "over") return { active: false, did, reason: "session_expired" };
		if (fresh === "signed_out") return { active: false, did, reason: "signed_out" };
		// Its server may grant less by now.
		if (typeof fresh !== "string") {
			return { active: true, did, grantedScope: fresh.stored.session.tokenSet.scope };
		}
	}
	return { active: true, did, grantedScope: status.scope };
}
