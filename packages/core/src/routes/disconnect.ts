import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { disconnect } from "../sessions/disconnect.ts";
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
			use: [sessionMiddleware],
			metadata: {
				openapi: {
					operationId: "disconnectBsky",
					description:
						"Revoke the AT Protocol sessions of the signed-in user, all or that of `did`; the accounts stay connected",
					responses: answers("Done, or there was none", object({ success: flag })),
				},
			},
		},
		async (ctx) => {
			await disconnect(plugin.at(ctx.context), ctx.context.session.user.id, ctx.body?.did);
			return ctx.json({ success: true });
		},
	);
