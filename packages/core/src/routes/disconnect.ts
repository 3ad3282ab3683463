import { createAuthEndpoint } from "better-auth/api";
import { apiError } from "../base/api-error.ts";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { disconnect } from "../sessions/disconnect.ts";
import { mayAct } from "../sessions/may-act.ts";
import { certainlySignedIn } from "./cached-session.ts";
import { doChores } from "./chores.ts";
import { didInput } from "./did-input.ts";
import { answers, flag, object } from "./openapi.ts";

/**
 * Ends the user's sessions at their servers, all or that of `did`, and forgets their tokens. The
 * accounts stay connected: the person can sign in with them again.
 */
export const disconnectBsky = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.disconnect,
		{
			method: "POST",
			body: didInput,
			requireHeaders: true,
			use: [certainlySignedIn],
			metadata: {
				openapi: {
					operationId: "disconnectBsky",
					description:
						"Revoke the AT Protocol sessions of the signed-in user, all or that of `did`",
					responses: answers("Done, or there was none", object({ success: flag })),
				},
			},
		},
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			const { session, user } = ctx.context.session;
			if (!mayAct(bsky, session)) throw apiError(new BskyError("IMPERSONATED"));
			await disconnect(bsky, user.id, ctx.body?.did);
			return ctx.json({ success: true });
		},
	);
