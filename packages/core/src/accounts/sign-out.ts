import type { AuthContext, BetterAuthOptions } from "better-auth";
import type { Bsky } from "../context.ts";
import { revocationOf } from "../stores/revocation-store.ts";
import { deleteSession, sessionsOf } from "../stores/session-store.ts";
import { queueRevocation } from "./revoke.ts";

/**
 * Follows better-auth's own sessions. One stored session serves all devices of a person, so it
 * ends with the last of theirs, unless `revokeOnSignOut` says otherwise.
 */
export function signOutHooks(
	bsky: Bsky,
	initContext: AuthContext,
): NonNullable<BetterAuthOptions["databaseHooks"]> {
	const mode = bsky.options.revokeOnSignOut;
	if (mode === "never") return {};
	return {
		session: {
			delete: {
				after: async ({ userId, token }, ctx) => {
					const context = ctx?.context ?? initContext;
					if (mode === "last-session" && (await hasOtherSession(context, userId, token))) return;
					await disconnectUser(context, bsky, userId);
				},
			},
		},
	};
}

async function hasOtherSession(
	{ internalAdapter }: AuthContext,
	userId: string,
	token: string,
): Promise<boolean> {
	const sessions = await internalAdapter.listSessions(userId);
	return sessions.some((session) => session.token !== token && session.expiresAt > new Date());
}

/** Removes and revokes the stored sessions of a user: all of them, or that of one DID. */
export async function disconnectUser(
	context: AuthContext,
	bsky: Bsky,
	userId: string,
	did?: string,
): Promise<void> {
	for (const stored of await sessionsOf(context, userId)) {
		if (did !== undefined && stored.did !== did) continue;
		if (stored.session) await queueRevocation(context, bsky, revocationOf(stored.session));
		await deleteSession(context, stored.did);
		bsky.profiles.delete(stored.did);
	}
}
