import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import type { BskyProfile } from "../identity/profile.ts";
import { type BskyUser, profileOfUser } from "../identity/user-fields.ts";
import { looksOf } from "../sessions/look.ts";
import { mayAct } from "../sessions/may-act.ts";
import { type SessionState, sessionState } from "../sessions/state.ts";
import { type Asker, ownSession } from "../sessions/whose.ts";
import { doChores } from "./chores.ts";
import { didInput } from "./did-input.ts";
import { notBanned } from "./not-banned.ts";
import { answers, stateSchema, text } from "./openapi.ts";
import { describeState } from "./outcome.ts";

/** The answer of `GET /bsky/session`: the state of the session, and a profile to show. */
export type BskySession = SessionState & Partial<Omit<BskyProfile, "did">>;

/** Who asks, with the columns that remember a profile. */
type Person = Asker & { user: BskyUser };

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
						"State of the AT Protocol session of the signed-in user, and its profile; with `did` of another DID of theirs",
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
			const did = ctx.query?.did;
			const described = mayAct(bsky, session)
				? await describe(bsky, { user, session }, did)
				: await recall(bsky, { user, session }, did);
			await describeState(bsky, described);
			return ctx.json(described);
		},
	);

async function describe(bsky: Bsky, asker: Person, did?: string): Promise<BskySession> {
	const { state, profile } = await looksOf(bsky.memory).at(bsky, asker, did);
	return { ...rememberedProfile(asker.user, state.did), ...profile, ...state };
}

/** The same from what is stored alone: no server hears of it. */
async function recall(bsky: Bsky, asker: Person, did?: string): Promise<BskySession> {
	const state = await sessionState(bsky, await ownSession(bsky, asker, did), false);
	return { ...rememberedProfile(asker.user, state.did), ...state };
}

/** What the user's own columns say, if they are about this DID. */
const rememberedProfile = (user: BskyUser, did: string | null): Partial<BskyProfile> =>
	user.bskyDid && user.bskyDid === did ? profileOfUser({ ...user, bskyDid: user.bskyDid }) : {};
