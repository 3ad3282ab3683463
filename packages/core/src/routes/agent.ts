import type { Agent } from "@atproto/api";
import type { GenericEndpointContext } from "better-auth";
import { createAuthEndpoint, getSessionFromCtx } from "better-auth/api";
import { apiError } from "../base/api-error.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { requireOwnDid } from "../sessions/whose.ts";
import { agentOf } from "../xrpc/agent.ts";

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
export function getBskyAgent(plugin: BskyPlugin): GetBskyAgent {
	const endpoint = createAuthEndpoint(
		{ method: "POST", metadata: { scope: "server" } },
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			try {
				return await agentOf(bsky, await didOf(ctx, bsky));
			} catch (error) {
				throw apiError(error);
			}
		},
	);
	// better-auth types a call as { body, query, headers }; this one names its person directly.
	return endpoint as unknown as GetBskyAgent;
}

/** The DID to act as. With a request or a user, it must be one of theirs. */
async function didOf(ctx: GenericEndpointContext, bsky: Bsky): Promise<string> {
	const { did, userId, headers } = inputOf(ctx);
	if (!headers && !userId) {
		if (!did) throw new BskyError("NOT_LINKED");
		return did;
	}
	const user = headers ? await signedInUser(ctx) : await findUser(ctx, userId);
	if (!user) throw new BskyError("NOT_LINKED");
	return requireOwnDid(bsky, user, did);
}

function inputOf(ctx: object) {
	const text = (name: string) => {
		const value: unknown = Reflect.get(ctx, name);
		return typeof value === "string" && value !== "" ? value : undefined;
	};
	return { did: text("did"), userId: text("userId"), headers: Reflect.get(ctx, "headers") };
}

async function signedInUser(ctx: GenericEndpointContext): Promise<BskyUser> {
	const signedIn = await getSessionFromCtx(ctx);
	if (!signedIn) throw ctx.error("UNAUTHORIZED");
	return signedIn.user;
}

async function findUser(ctx: GenericEndpointContext, id = ""): Promise<BskyUser | null> {
	return ctx.context.internalAdapter.findUserById(id);
}
