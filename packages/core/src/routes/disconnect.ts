import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { PATHS } from "../base/api.ts";
import type { BskyPlugin } from "../bsky.ts";
import { disconnect } from "../sessions/disconnect.ts";
import { didInput } from "./did-input.ts";
import { answers, flag, object } from "./openapi.ts";

/**
 * Ends the user's session at their server and forgets its tokens. The account stays connected:
 * they can sign in with it again.
 */
export const disconnectBsky = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.disconnect,
		{
			method: "POST",
			body: didInput,
			requireHeaders: true,
			use: [sessionMiddleware],
			metadata: {
				openapi: {
					operationId: "disconnectBsky",
					description:
						"Revoke the AT Protocol session of the signed-in user; the account stays connected",
					responses: answers("Done, or there was none", object({ success: flag })),
				},
			},
		},
		async (ctx) => {
			await disconnect(plugin.at(ctx.context), ctx.context.session.user.id, ctx.body?.did);
			return ctx.json({ success: true });
		},
	);
