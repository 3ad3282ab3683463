import type { Agent } from "@atproto/api";
import type { GenericEndpointContext } from "better-auth";
import { createAuthEndpoint, getSessionFromCtx } from "better-auth/api";
import { apiError } from "../base/api-error.ts";
import { isDid } from "../base/did.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { requireMayAct, requireNotBanned, requireOwnerNotBanned } from "../sessions/may-act.ts";
import { type Asker, requireOwnDid } from "../sessions/whose.ts";
import { agentOf } from "../xrpc/agent.ts";
import { type BskySessionFetch, sessionFetchOf } from "../xrpc/session-fetch.ts";
import { doChores } from "./chores.ts";
import { describeFailure } from "./outcome.ts";
import { unauthorized } from "./unauthorized.ts";

/** For whom to act. */
export type GetBskyAgentInput =
	/** The signed-in user of a request, as the DID that their session acts as or as another of theirs. */
	| { headers: Headers | Record<string, string>; did?: string }
	/** A user of the app, in a job without a request: as their primary DID or as another of theirs. */
	| { userId: string; did?: string }
	/**
	 * Whoever owns this DID, in a job without a request. The DID is trusted: it must come from the app,
	 * never from what a request says.
	 */
	| { trustedDid: string }
	/** The same, where it is all that is passed. Prefer `trustedDid`, which says so. */
	| { did: string };

/** An endpoint that only the server calls, with who is meant. */
type ForServer<Made> = ((input: GetBskyAgentInput) => Promise<Made>) & {
	// Not `never`, which better-auth's types take for the path of `getSession`.
	path: string;
	options: { method: "POST"; metadata: { scope: "server" } };
};

/**
 * `auth.api.getBskyAgent()`: an `Agent` of `@atproto/api` that acts for a person, with its tokens
 * refreshed as needed. It has no path: only the server can call it.
 *
 * Errors are better-auth's APIError with a `code`: UNAUTHORIZED (no session in the headers),
 * NOT_LINKED (no Bluesky account), IMPERSONATED (an administrator looks in as the user), BANNED_USER,
 * SESSION_EXPIRED (the person must sign in with Bluesky again), SERVER_UNREACHABLE (try later),
 * CLIENT_MISCONFIGURED (the log says what is wrong with this app). Calls of the agent fail with the last
 * four, or with ACCOUNT_DEACTIVATED, as the `cause` of an XRPCError, or with SCOPE_MISSING (the person
 * hasn't allowed it), which is the server's own: `bskyErrorCode(error)` reads the code of each but
 * UNAUTHORIZED, which is better-auth's.
 */
export const getBskyAgent = (plugin: BskyPlugin): ForServer<Agent> => forServer(plugin, agentOf);

/**
 * `auth.api.getBskySessionFetch()`: the same for whoever brings another client than `@atproto/api`, which
 * is not loaded: `{ did, fetchHandler }`, as `new Client(...)` of `@atproto/lex` takes it. Its calls fail
 * with what the agent's have as their `cause`.
 */
export const getBskySessionFetch = (plugin: BskyPlugin): ForServer<BskySessionFetch> =>
	forServer(plugin, sessionFetchOf);

function forServer<Made>(
	plugin: BskyPlugin,
	make: (bsky: Bsky, did: Whose["did"], owner?: string) => Promise<Made>,
): ForServer<Made> {
	const endpoint = createAuthEndpoint(
		{ method: "POST", metadata: { scope: "server" } },
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			doChores(bsky);
			try {
				const { did, owner } = await whoseDid(ctx, bsky);
				return await make(bsky, did, owner);
			} catch (error) {
				await describeFailure(bsky, error);
				throw apiError(error);
			}
		},
	);
	// better-auth types a call as { body, query, headers }; this one names its person directly.
	return endpoint as unknown as ForServer<Made>;
}

interface Whose {
	did: BskySessionFetch["did"];
	/** The user whose it has to be; undefined where the DID is trusted. */
	owner?: string;
}

/** The DID to act as. With a request or a user, it must be one of theirs. */
async function whoseDid(ctx: GenericEndpointContext, bsky: Bsky): Promise<Whose> {
	const named = namedBy(ctx);
	const input = (name: string): unknown => Reflect.get(ctx, name);
	if (named.includes("headers") || ctx.headers) {
		return ownDid(bsky, await signedIn(ctx, bsky), input("did"));
	}
	if (named.includes("userId")) {
		const user = await findUser(bsky, input("userId"));
		return ownDid(bsky, user && { user }, input("did"));
	}
	const [trusted, ...others] = named;
	// A key that is mistyped, or holds a request: somebody meant to have the DID checked.
	if (others.length > 0) throw unauthorized(ctx);
	const did = trusted === "did" || trusted === "trustedDid" ? input(trusted) : undefined;
	if (!isDid(did)) throw new BskyError("NOT_LINKED");
	await requireOwnerNotBanned(bsky, did);
	return { did };
}

/**
 * The keys that the caller has named, whatever is in them. better-auth copies them before it adds its
 * own, of which `context` is the first; `headers` is always among those, so that one which the caller
 * named as `undefined` is told by its place alone. Should that order change, none counts as named.
 */
function namedBy(ctx: object): string[] {
	const keys = Object.keys(ctx);
	return keys.slice(0, Math.max(keys.indexOf("context"), 0));
}

async function ownDid(bsky: Bsky, asker: Asker | null, did: unknown): Promise<Whose> {
	if (!asker || (did !== undefined && !isDid(did))) throw new BskyError("NOT_LINKED");
	const { id } = asker.user;
	await requireNotBanned(bsky, id);
	const own = await requireOwnDid(bsky, asker, did);
	if (!isDid(own)) throw new BskyError("NOT_LINKED");
	return { did: own, owner: id };
}

async function signedIn(ctx: GenericEndpointContext, bsky: Bsky): Promise<Asker> {
	const found = ctx.headers ? await getSessionFromCtx(ctx) : null;
	if (!found) throw unauthorized(ctx);
	requireMayAct(bsky, found.session);
	return found;
}

async function findUser({ context }: Bsky, id: unknown): Promise<BskyUser | null> {
	return typeof id === "string" && id !== "" ? context.internalAdapter.findUserById(id) : null;
}
