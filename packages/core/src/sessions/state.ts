import type { Bsky } from "../bsky.ts";
import { sessionStatus } from "../stores/session-store.ts";
import { openSession } from "./open.ts";
import type { OwnSession } from "./whose.ts";

/** Nearer to its end than this, in milliseconds, an access token is refreshed before it is used. */
const EXPIRY_MARGIN = 30_000;

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
 */
export async function sessionState(bsky: Bsky, own: OwnSession | null): Promise<SessionState> {
	if (!own) return { active: false, did: null, reason: "not_linked" };
	const { did, row } = own;
	const status = row && (await sessionStatus(bsky.context, bsky.statuses, row));
	if (!status) return { active: false, did, reason: "signed_out" };
	const { expiresAt, scope } = status;
	if (expiresAt !== null && expiresAt < Date.now() + EXPIRY_MARGIN) {
		const session = await openSession(bsky, did);
		if (session === "gone") return { active: false, did, reason: "session_expired" };
	}
	return { active: true, did, grantedScope: scope };
}
