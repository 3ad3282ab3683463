import type { Bsky } from "../bsky.ts";
import type { BskyOAuthClient } from "../oauth/client.ts";
import type { RefreshFailure } from "../oauth/errors.ts";
import { refreshOnce } from "../stores/refresh-lock.ts";
import { ownerOf, type SavedSession } from "../stores/saved.ts";
import { deleteSession, isLive, type LiveSession, readSession } from "../stores/session-store.ts";
import { giveUpSession } from "./disconnect.ts";
import { revokeSession } from "./revoke.ts";

/** A session with new tokens, or why there are none; `over` and `moved` have removed it. */
export type Refreshed = LiveSession | RefreshFailure;

/**
 * New tokens for a session whose access token ends, or was refused. Callers who want it at the same
 * time share one refresh: in this process by waiting for it, between processes by the row's lock.
 */
export const refreshSession = (
	bsky: Bsky,
	oauth: BskyOAuthClient,
	held: LiveSession,
): Promise<Refreshed> =>
	bsky.refreshes.share(`${held.did} ${held.session.tokenSet.access_token}`, () =>
		refresh(bsky, oauth, held),
	);

async function refresh(bsky: Bsky, oauth: BskyOAuthClient, held: LiveSession): Promise<Refreshed> {
	const { did, session } = held;
	// Asked a moment ago, in vain: the same question has the same answer.
	if (bsky.refusals.get(did) === session.tokenSet.access_token) return "refused";
	let owned = held;
	try {
		const refreshed = await refreshOnce(
			bsky.context,
			{
				held,
				request: (current, confirm) => {
					owned = current;
					return ask(oauth, current.session, confirm);
				},
				orphaned: (orphan) => revokeSession(bsky, orphan),
			},
			bsky.options.requestLock,
		);
		return refreshed ? theirs(refreshed, held) : "over";
	} catch (error) {
		const failure = await meaningOf(error, oauth, owned.session);
		if (await settleFailure(bsky, owned, failure, error)) return failure;
		// A new sign-in has ended what was asked about.
		const current = await readSession(bsky.context, did);
		return current && isLive(current) ? theirs(current, held) : failure;
	}
}

/** The DID may be somebody else's by now. */
const theirs = (current: LiveSession, { userId }: LiveSession): Refreshed =>
	current.userId === userId ? current : "over";

/** The request itself: the SDK asks whether the DID is still this server's, then for new tokens. */
async function ask(
	oauth: BskyOAuthClient,
	session: SavedSession,
	confirm: () => Promise<void>,
): Promise<SavedSession> {
	const { checkTokens } = await import("../oauth/exchange.ts");
	const { tokenSet } = session;
	const server = await oauth.serverOf(ownerOf(session));
	const request = server.request.bind(server);
	server.request = async (endpoint, payload) => {
		if (endpoint === "token") await confirm();
		return request(endpoint, payload);
	};
	const fresh = await server.refresh(tokenSet);
	checkTokens(fresh);
	// Where a server doesn't give out a new one, the one before goes on (RFC 6749 §6).
	const refresh_token = fresh.refresh_token ?? tokenSet.refresh_token;
	return { ...session, tokenSet: { ...fresh, ...(refresh_token && { refresh_token }) } };
}

async function meaningOf(
	error: unknown,
	oauth: BskyOAuthClient,
	{ tokenSet }: SavedSession,
): Promise<RefreshFailure> {
	const { refreshFailure } = await import("../oauth/errors.ts");
	const failure = refreshFailure(error);
	if (failure !== "moved") return failure;
	// A PDS that names another authorization server for once is no account that has moved.
	return (await oauth.hasMoved(tokenSet)) ? "moved" : "refused";
}

/**
 * The row goes where its own server has ended it, and nobody else's: `owned` is what was asked about.
 *
 * @returns false where something else stands there by now, or nothing
 */
async function settleFailure(
	bsky: Bsky,
	owned: LiveSession,
	failure: RefreshFailure,
	error: unknown,
): Promise<boolean> {
	const { did, session } = owned;
	if (failure === "over") return deleteSession(bsky.context, owned);
	// At the server that it came from, it may live on.
	if (failure === "moved") return giveUpSession(bsky, owned);
	if (failure === "refused") bsky.refusals.set(did, session.tokenSet.access_token);
	await logUnusable(bsky, error);
	return true;
}

/** Says why a session can't be used for now. */
export async function logUnusable(bsky: Bsky, error: unknown): Promise<void> {
	const { MissingKeyError } = await import("../oauth/errors.ts");
	// The key ID goes into the sentence: in an error's message it might be taken for a secret.
	const why = error instanceof MissingKeyError ? ` ${error.advice}` : "";
	bsky.logFailure(`A session can't be used for now; it stays stored.${why}`, error);
}
