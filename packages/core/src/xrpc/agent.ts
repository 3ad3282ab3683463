import type { Agent } from "@atproto/api";
import type { OAuthSession } from "@atproto/oauth-client-node";
import type { GenericEndpointContext } from "better-auth";
import { createAuthEndpoint, getSessionFromCtx } from "better-auth/api";
import type { Bsky } from "../context.ts";
import { BskyError } from "../errors.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { apiError } from "../routes/navigation.ts";
import { readSession } from "../stores/session-store.ts";
import { openSession } from "./session-state.ts";

/** For whom to act. */
export type GetBskyAgentInput =
	/** The signed-in user of a request, as their primary DID or as another of theirs. */
	| { headers: Headers | Record<string, string>; did?: string }
	/** A user of the app, in a job without a request. */
	| { userId: string; did?: string }
	/** Whoever owns this DID, in a job without a request. */
	| { did: string };

type GetBskyAgent = ((input: GetBskyAgentInput) => Promise<Agent>) & {
	// Not `never`, which better-auth's types take for the path of `getSession`.
	path: string;
	options: { method: "POST"; metadata: { scope: "server" } };
};

/**
 * `auth.api.getBskyAgent()`: an `Agent` of `@atproto/api` that acts for a person, with its tokens
 * refreshed as needed. It has no path: only the server can call it.
 *
 * Errors are better-auth's APIError with a `code`: UNAUTHORIZED (no session in the headers),
 * NOT_LINKED (no Bluesky account), SESSION_EXPIRED (the person must sign in with Bluesky again),
 * SERVER_UNREACHABLE (try later). Calls of the agent fail with the last two as the `cause` of an
 * XRPCError: `bskyErrorCode(error)` reads the code of either.
 */
export function getBskyAgent(bsky: Bsky): GetBskyAgent {
	const endpoint = createAuthEndpoint(
		{ method: "POST", metadata: { scope: "server" } },
		async (ctx) => {
			try {
				const did = await ownedDid(ctx, inputOf(ctx));
				const session = await liveSession(ctx, bsky, did);
				const { Agent } = await import("@atproto/api");
				return new Agent({ did, fetchHandler: (...call) => request(ctx, bsky, session, call) });
			} catch (error) {
				throw apiError(error);
			}
		},
	);
	// better-auth types a call as { body, query, headers }; this one names its person directly.
	return endpoint as unknown as GetBskyAgent;
}

/** @throws {BskyError} SESSION_EXPIRED or SERVER_UNREACHABLE */
async function liveSession(ctx: GenericEndpointContext, bsky: Bsky, did: string) {
	const session = await openSession(ctx, bsky, did);
	if (session === "gone") throw new BskyError("SESSION_EXPIRED");
	if (session === "unreachable") throw new BskyError("SERVER_UNREACHABLE");
	return session;
}

/** One call of an agent. What keeps it from its answer gets the codes of {@link getBskyAgent}. */
async function request(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	session: OAuthSession,
	call: Parameters<OAuthSession["fetchHandler"]>,
): Promise<Response> {
	try {
		const response = await session.fetchHandler(...call);
		// The SDK has tried to refresh, and passes on the 401 when that didn't work.
		if (response.status === 401) await liveSession(ctx, bsky, session.sub);
		return response;
	} catch (error) {
		const { isSessionGone, isUnreachable } = await import("../oauth/errors.ts");
		if (isSessionGone(error)) throw apiError(new BskyError("SESSION_EXPIRED"));
		if (isUnreachable(error)) throw apiError(new BskyError("SERVER_UNREACHABLE"));
		throw apiError(error);
	}
}

function inputOf(ctx: object): { did?: string; userId?: string; headers?: unknown } {
	const text = (name: string) => {
		const value: unknown = Reflect.get(ctx, name);
		return typeof value === "string" && value !== "" ? value : undefined;
	};
	return { did: text("did"), userId: text("userId"), headers: Reflect.get(ctx, "headers") };
}

/** The DID to act as. With a request or a user, it must be one of theirs. */
async function ownedDid(
	ctx: GenericEndpointContext,
	{ did, userId, headers }: ReturnType<typeof inputOf>,
): Promise<string> {
	if (!headers && !userId) {
		if (!did) throw new BskyError("NOT_LINKED");
		return did;
	}
	const user = headers ? await signedInUser(ctx) : await findUser(ctx, userId);
	const wanted = did ?? user?.bskyDid;
	if (!user || !wanted) throw new BskyError("NOT_LINKED");
	// The row decides: a column of the user that went stale must not open another user's session.
	if (await readSession(ctx.context, wanted, user.id)) return wanted;
	throw new BskyError(wanted === user.bskyDid ? "SESSION_EXPIRED" : "NOT_LINKED");
}

async function signedInUser(ctx: GenericEndpointContext): Promise<BskyUser> {
	const signedIn = await getSessionFromCtx(ctx);
	if (!signedIn) throw ctx.error("UNAUTHORIZED");
	return signedIn.user;
}

async function findUser(ctx: GenericEndpointContext, id = ""): Promise<BskyUser | null> {
	return ctx.context.internalAdapter.findUserById(id);
}
