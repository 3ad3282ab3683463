import {
	queueAfterTransactionHook,
	tryGetCurrentAuthEndpointContext,
} from "@better-auth/core/context";
import type { AuthContext, Session } from "better-auth";
import { twice } from "../base/conflict.ts";
import type { BskyPlugin } from "../bsky.ts";
import { endSessions } from "../sessions/disconnect.ts";
import { isImpersonated, mayAct } from "../sessions/may-act.ts";
import { ownSessions } from "../sessions/whose.ts";
import { withEveryHook } from "./all-or-nothing.ts";
import type { InternalAdapter } from "./internal-adapter.ts";
import { isWithdrawn } from "./withdraw-session.ts";

/**
 * Follows better-auth's own sessions. One stored session serves all devices of a person, so it
 * ends with the last of theirs, unless `revokeOnSignOut` says otherwise.
 *
 * Not by `databaseHooks.session`: better-auth runs none where sessions are in secondary storage alone.
 */
export function followSignOuts(
	plugin: BskyPlugin,
	initContext: AuthContext,
): (adapter: InternalAdapter) => InternalAdapter {
	const { revokeOnSignOut } = plugin.options;
	if (revokeOnSignOut === "never") return (adapter) => adapter;
	const atAnyOne = revokeOnSignOut === "always";

	const contextNow = () => tryGetCurrentAuthEndpointContext()?.context ?? initContext;

	/**
	 * Ends sessions, and the stored ones of whoever has lost their last.
	 *
	 * @param whole whose sessions all end: where none is left, they may have run out before
	 */
	async function end(
		adapter: InternalAdapter,
		read: () => Promise<Session[]>,
		remove: () => Promise<void>,
		whole: string[] = [],
	): Promise<void> {
		const bsky = plugin.at(contextNow());
		// Who looks in as somebody may end their sessions here, and nothing at their server.
		const by = bsky.context.session?.session;
		const spared = by && !mayAct(bsky, by) ? by.userId : undefined;
		const sessions = await twice(read).catch((error) => {
			// They have to end all the same.
			bsky.logFailure("sessions_not_read", error);
			return [];
		});
		// Made by this very request, which a second factor holds up: nobody has been signed in by it. Or it
		// takes the place of one that ends: nobody signs out by that.
		const made = bsky.context.newSession?.session;
		const ending = sessions.filter((session) => isOwn(session) && session.token !== made?.token);
		try {
			await remove();
		} finally {
			// A hook of the app may throw when they are gone already: what is left says which have ended.
			await queueAfterTransactionHook(async () => {
				for (const userId of new Set([...whole, ...ending.map((session) => session.userId)])) {
					if (userId === spared) continue;
					const follow = async () => {
						// Before it is known who is there: whoever comes later has a session of their own stored.
						const stored = await ownSessions(bsky, userId);
						// What has run out stays in the table, and would fill the one page that is given.
						const live = await adapter.listSessions(userId, { onlyActiveSessions: true });
						const left = live.filter(isOwn);
						const isLast = left.length === 0;
						const isOver = hasEnded(ending, left, userId)
							? isLast || (atAnyOne && made?.userId !== userId)
							: isLast && whole.length > 0;
						if (isOver) await endSessions(bsky, stored);
					};
					await twice(follow).catch((error) => bsky.logFailure("session_not_ended", error));
				}
			});
		}
	}

	return (adapter) => ({
		...adapter,
		// A hook of the app may end the others, and the new one isn't there yet.
		createSession: (...session) =>
			withEveryHook(contextNow(), () => adapter.createSession(...session)),
		deleteSession: (token) =>
			isWithdrawn(token)
				? adapter.deleteSession(token)
				: end(
						adapter,
						async () => {
							const found = await adapter.findSession(token);
							return found && isSignOut(found.session) ? [found.session] : [];
						},
						() => adapter.deleteSession(token),
					),
		deleteSessions: (tokens) =>
			end(
				adapter,
				async () => (await adapter.findSessions(tokens)).map(({ session }) => session),
				() => adapter.deleteSessions(tokens),
			),
		deleteUserSessions: (userId) =>
			end(
				adapter,
				() => adapter.listSessions(userId),
				() => adapter.deleteUserSessions(userId),
				[userId],
			),
	});
}

/**
 * One that has run out is removed by better-auth when its cookie comes once more: nobody has signed out by
 * that, unless it is what they are asking for.
 */
const isSignOut = ({ expiresAt }: Session): boolean =>
	expiresAt > new Date() || tryGetCurrentAuthEndpointContext()?.path === "/sign-out";

/** An administrator who looks in as somebody is no device of theirs. */
const isOwn = (session: Session) => !isImpersonated(session);

/** A hook of the app may have kept it. */
function hasEnded(ending: Session[], left: Session[], userId: string): boolean {
	const tokens = new Set(left.map((session) => session.token));
	return ending.some((session) => session.userId === userId && !tokens.has(session.token));
}
