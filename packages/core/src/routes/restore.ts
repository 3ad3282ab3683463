import type { StandardSchemaV1 } from "better-auth";
import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { z } from "zod";
import type { Bsky } from "../context.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { type SessionState, sessionState } from "../xrpc/session-state.ts";

/**
 * Which of the user's DIDs; the primary one where none is named. Not typed as zod's: the type of an
 * app's `auth` would name it, and pnpm hides zod from the app (TS2883).
 */
export const didInput: StandardSchemaV1<{ did?: string } | undefined> = z
	.object({ did: z.string().max(2048).optional() })
	.optional();

/** Whether the user's session is alive, without a profile. */
export const restoreBskySession = (bsky: Bsky) =>
	createAuthEndpoint(
		"/bsky/restore",
		{
			method: "POST",
			body: didInput,
			requireHeaders: true,
			use: [sessionMiddleware],
			metadata: {
				openapi: {
					operationId: "restoreBskySession",
					description: "Light check of the AT Protocol session of the signed-in user",
					responses: {
						200: {
							description: "The state of the session",
							content: {
								"application/json": {
									schema: {
										type: "object",
										required: ["active", "did"],
										properties: {
											active: { type: "boolean" },
											did: { type: "string", nullable: true },
											grantedScope: { type: "string" },
											reason: {
												type: "string",
												enum: ["not_linked", "signed_out", "session_expired"],
											},
										},
									},
								},
							},
						},
					},
				},
			},
		},
		async (ctx): Promise<SessionState> => {
			const user: BskyUser = ctx.context.session.user;
			return ctx.json(await sessionState(ctx, bsky, user.id, ctx.body?.did ?? user.bskyDid));
		},
	);
