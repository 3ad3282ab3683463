import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { mayAct } from "../sessions/may-act.ts";
import { type SessionState, sessionState } from "../sessions/state.ts";
import { ownSession } from "../sessions/whose.ts";
import { doChores } from "./chores.ts";
import { didInput } from "./did-input.ts";
import { notBanned } from "./not-banned.ts";
import { answers, stateSchema } from "./openapi.ts";
import { describeState } from "./outcome.ts";

/** Whether the user's session is alive, without a profile: one query where nothing is to be done. */
export const restoreBskySession = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.restore,
		{
			method: "POST",
			body: didInput,
			requireHeaders: true,
			use: [sessionMiddleware],
			metadata: {
				openapi: {
					operationId: "restoreBskySession",
					description:
						"State of the AT Protocol session of the signed-in user, without their profile",
					responses: answers("The state of the session", stateSchema()),
				},
			},
		},
		async (ctx): Promise<SessionState> => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			const { session, user } = ctx.context.session;
			await notBanned(bsky, user.id);
			const own = await ownSession(bsky, { user, session }, ctx.body?.did);
			const state = await sessionState(bsky, own, mayAct(bsky, session));
			await describeState(bsky, state);
			return ctx.json(state);
		},
	);
