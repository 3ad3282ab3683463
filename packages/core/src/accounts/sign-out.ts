import type { AuthContext, BetterAuthOptions } from "better-auth";
import type { BskyPlugin } from "../bsky.ts";
import { disconnect } from "../sessions/disconnect.ts";

/**
 * Follows better-auth's own sessions. One stored session serves all devices of a person, so it
 * ends with the last of theirs, unless `revokeOnSignOut` says otherwise.
 */
export function signOutHooks(
	plugin: BskyPlugin,
	initContext: AuthContext,
): NonNullable<BetterAuthOptions["databaseHooks"]> {
	const mode = plugin.options.revokeOnSignOut;
	if (mode === "never") return {};
	return {
		session: {
			delete: {
				after: async ({ userId, token }, ctx) => {
					const context = ctx?.context ?? initContext;
					if (mode === "last-session" && (await hasOtherSession(context, userId, token))) return;
					await disconnect(plugin.at(context), userId);
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
