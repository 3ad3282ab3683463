import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { Session } from "better-auth";
import type { Bsky } from "../bsky.ts";
import { type ActingSession, type Asker, currentDid, requireTheirs } from "../sessions/whose.ts";
import { withHooksAfterwards } from "./all-or-nothing.ts";
import type { InternalAdapter } from "./internal-adapter.ts";

/** Somebody in a session of better-auth. */
interface SignedIn extends Asker {
	session: ActingSession;
}

/** What a session may say of itself that the one in its place has to say, too. */
interface RenewedSession extends ActingSession {
	/** By better-auth's `admin` plugin. */
	impersonatedBy?: string | null;
}

/**
 * Has a session act as a DID that was connected in it. What keeps that from happening keeps nothing
 * else from it: the person can switch to it.
 */
export async function makeCurrent(bsky: Bsky, asker: SignedIn, did: string): Promise<void> {
	if (currentDid(asker) === did) return;
	try {
		await actAs(bsky, asker.session.token, did);
	} catch (error) {
		bsky.logFailure("account_not_current", error);
	}
}

/**
 * Has a session act as another DID of its user.
 *
 * @returns whether it does: it may have ended, or a hook of the app keep it as it is
 * @throws {BskyError} NOT_LINKED
 */
export async function switchTo(bsky: Bsky, asker: SignedIn, did: string): Promise<boolean> {
	await requireTheirs(bsky, asker, did);
	return (await actAs(bsky, asker.session.token, did)) !== null;
}

/**
 * Takes a DID that is no longer theirs out of a user's sessions: they act as the primary one then. One
 * that stays behind opens nothing, and makes way by itself.
 */
export async function forgetCurrent(bsky: Bsky, userId: string, did: string): Promise<void> {
	try {
		const sessions: ActingSession[] = await bsky.context.internalAdapter.listSessions(userId);
		for (const { token, bskyDid } of sessions) {
			if (bskyDid === did) await actAs(bsky, token, null);
		}
	} catch (error) {
		bsky.logFailure("account_not_left", error);
	}
}

/** Where better-auth and its plugins let somebody prove who they are. */
const SIGN_IN = /^\/sign-in\/|callback|verify/;

/**
 * A session that takes the place of its user's own, as with a new password, acts as that one did; one in
 * which an administrator looks in stays theirs, unless the person signs in.
 */
export const keepCurrent = (adapter: InternalAdapter): InternalAdapter => ({
	...adapter,
	createSession: (userId, dontRememberMe, override, ...rest) => {
		const { context, path } = tryGetCurrentAuthEndpointContext() ?? {};
		const before: RenewedSession | undefined = context?.session?.session;
		if (before?.userId === userId) {
			const { bskyDid, impersonatedBy } = before;
			const isSignIn = SIGN_IN.test(path ?? "");
			override = { bskyDid, ...(!isSignIn && { impersonatedBy }), ...override };
		}
		return adapter.createSession(userId, dontRememberMe, override, ...rest);
	},
});

/** @returns null where the session has ended, or a hook of the app keeps it as it is */
const actAs = (bsky: Bsky, token: string, bskyDid: string | null): Promise<Session | null> =>
	withHooksAfterwards(bsky, () => bsky.context.internalAdapter.updateSession(token, { bskyDid }));
