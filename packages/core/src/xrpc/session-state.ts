import type { OAuthSession } from "@atproto/oauth-client-node";
import type { GenericEndpointContext } from "better-auth";
import { scheduleRevocations } from "../accounts/revoke.ts";
import { type Bsky, logFailure } from "../context.ts";
import { readSessionStatus } from "../stores/session-store.ts";

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

export type SessionState =
	| {
			active: true;
			did: string;
			/** The scopes that the server granted, separated by spaces. */
			grantedScope: string;
	  }
	| { active: false; did: string | null; reason: InactiveReason };

/**
 * The state of a user's stored session. It costs one query; the server is asked only where the
 * access token is about to end. A server that can't be reached ends no session.
 */
export async function sessionState(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	userId: string,
	did: string | null | undefined,
): Promise<SessionState> {
	if (!did) return { active: false, did: null, reason: "not_linked" };
	const status = await readSessionStatus(ctx.context, bsky.statuses, did, userId);
	if (!status) return { active: false, did, reason: "signed_out" };
	const { expiresAt, scope } = status;
	if (expiresAt !== null && expiresAt < Date.now() + EXPIRY_MARGIN) {
		const session = await openSession(ctx, bsky, did);
		if (session === "gone") return { active: false, did, reason: "session_expired" };
	}
	return { active: true, did, grantedScope: scope };
}

/** The session of a DID, ready for calls; `gone` for good, or `unreachable` for now. */
export async function openSession(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	did: string,
): Promise<OAuthSession | "gone" | "unreachable"> {
	const oauth = await bsky.oauth(ctx.context);
	scheduleRevocations(ctx.context, bsky);
	try {
		return await oauth.restore(did);
	} catch (error) {
		const { isSessionGone } = await import("../oauth/errors.ts");
		if (isSessionGone(error)) return "gone";
		logFailure(ctx.context, "A session could not be refreshed; it stays stored.", error);
		return "unreachable";
	}
}
