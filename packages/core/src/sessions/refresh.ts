import { type Facts, logFailureOf, sayOf } from "../base/log.ts";
import { firstTime } from "../base/now-and-then.ts";
import { traced } from "../base/traced.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyOAuthClient } from "../oauth/client.ts";
import type { RefreshFailure } from "../oauth/errors.ts";
import { refreshOnce } from "../stores/refresh-lock.ts";
import { revocationOf } from "../stores/revocation-store.ts";
import { ownerOf, type SavedSession } from "../stores/saved.ts";
import { deleteSession, isLive, type LiveSession, readSession } from "../stores/session-store.ts";
import { giveUpSession } from "./disconnect.ts";
import { revokeRefused, revokeSession } from "./revoke.ts";

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
	bsky.memory.refreshes.share(`${held.did} ${held.session.tokenSet.access_token}`, () =>
		refresh(bsky, oauth, held),
	);

async function refresh(bsky: Bsky, oauth: BskyOAuthClient, held: LiveSession): Promise<Refreshed> {
	const { did, session } = held;
	// Asked a moment ago, in vain: the same question has the same answer.
	const refusal = bsky.memory.refusals.get(did);
	if (refusal?.accessToken === session.tokenSet.access_token) return refusal.failure;
	let owned = held;
	try {
		const refreshed = await refreshOnce(
			bsky.context,
			{
				held,
				request: (current, confirm) => {
					owned = current;
					return traced(bsky.context, "bsky refresh", current.session.tokenSet.iss, () =>
						ask(bsky, oauth, current.session, confirm),
					);
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
	bsky: Bsky,
	oauth: BskyOAuthClient,
	session: SavedSession,
	confirm: () => Promise<void>,
): Promise<SavedSession> {
	const [{ checkTokens }, { readingRefresh }] = await Promise.all([
		import("../oauth/exchange.ts"),
		import("../oauth/token-answer.ts"),
	]);
	const { tokenSet } = session;
	let token: string | undefined;
	const fetch = readingRefresh(oauth.fetch, tokenSet, (given) => {
		token = given;
	});
	const server = await oauth.serverOf(ownerOf(session), fetch);
	const request = server.request.bind(server);
	server.request = async (endpoint, payload) => {
		if (endpoint === "token") await confirm();
		return request(endpoint, payload);
	};
	try {
		const fresh = await server.refresh(tokenSet);
		checkTokens(fresh);
		// Where a server doesn't give out a new one, the one before goes on (RFC 6749 §6).
		const refresh_token = fresh.refresh_token ?? tokenSet.refresh_token;
		return { ...session, tokenSet: { ...fresh, ...(refresh_token && { refresh_token }) } };
	} catch (error) {
		// What is refused has come all the same, and no row holds it.
		if (token) await revokeRefused(bsky, { ...revocationOf(session), token });
		throw error;
	}
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
	if (failure === "over") {
		return (await deleteSession(bsky.context, owned)) && lost(bsky, owned, "invalid_grant");
	}
	// At the server that it came from, it may live on.
	if (failure === "moved") {
		return (await giveUpSession(bsky, owned)) && lost(bsky, owned, "moved");
	}
	if (failure !== "unreachable") {
		bsky.memory.refusals.set(did, { accessToken: session.tokenSet.access_token, failure });
	}
	await logUnusable(bsky, owned, error);
	return true;
}

const WORDS = {
	invalid_grant: "A session has ended at its server: the person has to sign in again.",
	moved:
		"A session is over, since the account is at another server: the person has to sign in again.",
};

/** The one process that has removed the row says so. */
async function lost(bsky: Bsky, owned: LiveSession, reason: keyof typeof WORDS): Promise<true> {
	const { did, userId, session } = owned;
	const facts = { did, issuer: session.tokenSet.iss, reason };
	sayOf(bsky.context, "info", { event: "session_lost", ...facts }, WORDS[reason]);
	await bsky.tell("onSessionLost", { ...facts, userId });
	return true;
}

/** A missing key is missing for all that need it, and is said once in a process. */
const isFirst = firstTime();

/** Says why a session can't be used for now: of each once a minute, whoever keeps asking. */
export async function logUnusable(
	bsky: Bsky,
	{ did, session }: LiveSession,
	error: unknown,
): Promise<void> {
	const { MissingKeyError, unusableLevel, whatIsWrong } = await import("../oauth/errors.ts");
	const { unusable } = bsky.memory;
	const isMissing = error instanceof MissingKeyError;
	if (isMissing ? !isFirst(bsky.memory, error.advice) : unusable.get(did)) return;
	unusable.set(did, true);
	// The key ID goes into the sentence: in an error's message it might be taken for a secret.
	const ours = isMissing ? error.advice : whatIsWrong(error, session.clientId ?? "");
	const facts: Facts = {
		event: isMissing ? "key_missing" : "session_unusable",
		did,
		issuer: session.tokenSet.iss,
	};
	const what = `A session can't be used for now; it stays stored. ${ours ?? ""}`.trim();
	logFailureOf(bsky.context, unusableLevel(error), facts, what, error);
}
