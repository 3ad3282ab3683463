import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { disconnectUser } from "../accounts/sign-out.ts";
import type { Bsky } from "../context.ts";
import { didInput } from "./restore.ts";

/**
 * Ends the user's session at their server and forgets its tokens. The account stays connected:
 * they can sign in with it again.
 */
export const disconnectBsky = (bsky: Bsky) =>
	createAuthEndpoint(
		"/bsky/disconnect",
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
					responses: {
						200: {
							description: "Done, or there was none",
							content: {
								"application/json": {
									schema: { type: "object", properties: { success: { type: "boolean" } } },
								},
							},
						},
					},
				},
			},
		},
		async (ctx) => {
			await disconnectUser(ctx.context, bsky, ctx.context.session.user.id, ctx.body?.did);
			return ctx.json({ success: true });
		},
	);
