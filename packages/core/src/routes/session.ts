import type { GenericEndpointContext } from "better-auth";
import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import type { Bsky } from "../context.ts";
import { type BskyProfile, fetchProfile } from "../identity/profile.ts";
import { type BskyUser, profileOfUser } from "../identity/user-fields.ts";
import { readSession } from "../stores/session-store.ts";
import { openSession, type SessionState, sessionState } from "../xrpc/session-state.ts";
import { didInput } from "./restore.ts";

/** The answer of `GET /bsky/session`: the state of the session, and a profile to show. */
export type BskySession = SessionState & Partial<Omit<BskyProfile, "did">>;

/** State of the user's session and a fresh profile. */
export const getBskySession = (bsky: Bsky) =>
	createAuthEndpoint(
		"/bsky/session",
		{
			method: "GET",
			query: didInput,
			requireHeaders: true,
			use: [sessionMiddleware],
			metadata: {
				openapi: {
					operationId: "getBskySession",
					description: "State of the AT Protocol session of the signed-in user, and their profile",
					responses: {
						200: {
							description: "The state of the session and the profile",
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
											handle: { type: "string", nullable: true },
											displayName: { type: "string" },
											description: { type: "string" },
											avatar: { type: "string" },
											banner: { type: "string" },
										},
									},
								},
							},
						},
					},
				},
			},
		},
		async (ctx): Promise<BskySession> => {
			const user: BskyUser = ctx.context.session.user;
			const did = ctx.query?.did ?? user.bskyDid;
			const state = await sessionState(ctx, bsky, user.id, did);
			const remembered =
				did === user.bskyDid && user.bskyDid
					? profileOfUser({ ...user, bskyDid: user.bskyDid })
					: {};
			if (!state.active) return ctx.json({ ...remembered, ...state });
			const profile = bsky.profiles.get(state.did) ?? (await refreshProfile(ctx, bsky, state.did));
			if (profile) return ctx.json({ ...remembered, ...profile, ...state });
			// The server may have told us just now that the session is over.
			if (await readSession(ctx.context, state.did)) return ctx.json({ ...remembered, ...state });
			return ctx.json({ ...remembered, active: false, did: state.did, reason: "session_expired" });
		},
	);

async function refreshProfile(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	did: string,
): Promise<BskyProfile | null> {
	const session = await openSession(ctx, bsky, did);
	if (typeof session === "string") return null;
	const oauth = await bsky.oauth(ctx.context);
	const identity = await oauth.identityResolver.resolve(did).catch(() => null);
	const handle = identity && identity.handle !== "handle.invalid" ? identity.handle : null;
	const profile = await fetchProfile(session, handle, bsky.allowHttp(ctx.context));
	if (profile) bsky.profiles.set(profile.did, profile);
	return profile;
}
