import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { type BskyProfile, fetchProfile, type Reader } from "../identity/profile.ts";
import { type BskyUser, profileOfUser } from "../identity/user-fields.ts";
import { mayAct } from "../sessions/may-act.ts";
import { openSession } from "../sessions/open.ts";
import { type SessionState, sessionState } from "../sessions/state.ts";
import { ownSession } from "../sessions/whose.ts";
import { type Acting, call } from "../xrpc/call.ts";
import { doChores } from "./chores.ts";
import { didInput } from "./did-input.ts";
import { notBanned } from "./not-banned.ts";
import { answers, stateSchema, text } from "./openapi.ts";

/** The answer of `GET /bsky/session`: the state of the session, and a profile to show. */
export type BskySession = SessionState & Partial<Omit<BskyProfile, "did">>;

const profileSchema = {
	handle: { ...text(), nullable: true },
	displayName: text(),
	description: text(),
	avatar: text(),
	banner: text(),
};

/** State of the user's session and a fresh profile. */
export const getBskySession = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.session,
		{
			method: "GET",
			query: didInput,
			requireHeaders: true,
			use: [sessionMiddleware],
			metadata: {
				openapi: {
					operationId: "getBskySession",
					description:
						"State of the AT Protocol session of the signed-in user, and their profile; with `did` of another DID of theirs",
					responses: answers(
						"The state of the session and the profile",
						stateSchema(profileSchema),
					),
				},
			},
		},
		async (ctx): Promise<BskySession> => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			const { session, user } = ctx.context.session;
			await notBanned(bsky, user.id);
			return ctx.json(await describe(bsky, user, mayAct(bsky, session), ctx.query?.did));
		},
	);

async function describe(
	bsky: Bsky,
	user: BskyUser,
	mayAsk: boolean,
	did?: string,
): Promise<BskySession> {
	const own = await ownSession(bsky, user, did);
	const state = await sessionState(bsky, own, mayAsk);
	const remembered = rememberedProfile(user, state.did);
	if (!state.active || !mayAsk) return { ...remembered, ...state };
	const acting = { did: state.did, userId: user.id };
	const profile = bsky.profiles.get(state.did) ?? (await refreshProfile(bsky, acting));
	if (profile) return { ...remembered, ...profile, ...state };
	// The server may have told us just now that the session is over.
	if ((await ownSession(bsky, user, did))?.row) return { ...remembered, ...state };
	return { ...remembered, active: false, did: state.did, reason: "session_expired" };
}

/** What the user's own columns say, if they are about this DID. */
const rememberedProfile = (user: BskyUser, did: string | null): Partial<BskyProfile> =>
	user.bskyDid && user.bskyDid === did ? profileOfUser({ ...user, bskyDid: user.bskyDid }) : {};

async function refreshProfile(bsky: Bsky, acting: Acting): Promise<BskyProfile | null> {
	const { did } = acting;
	const opened = await openSession(bsky, did, acting.userId);
	if (typeof opened === "string") return null;
	const handle = await opened.oauth.handleOf(did).catch(() => null);
	const { aud } = opened.stored.session.tokenSet;
	const fetch: Reader["fetch"] = (...request) => call(bsky, acting, ...request);
	const profile = await fetchProfile({ did, aud, fetch }, handle, bsky.allowHttp);
	if (profile) bsky.profiles.set(profile.did, profile);
	return profile;
}
