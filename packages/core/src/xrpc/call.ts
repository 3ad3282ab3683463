import { apiError } from "../base/api-error.ts";
import { DOCUMENT } from "../base/bounded-answer.ts";
import { boundedJson } from "../base/bounded-json.ts";
import { causes } from "../base/causes.ts";
import { isObject } from "../base/is-object.ts";
import { StalledError } from "../base/pace.ts";
import { unlessAborted } from "../base/within.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { requireNotBanned } from "../sessions/may-act.ts";
import {
	type Opening,
	type OpenSession,
	ready,
	requireSession,
	UNUSABLE,
} from "../sessions/open.ts";
import { refreshSession } from "../sessions/refresh.ts";

/** As whom to call: a DID, as long as it is that user's. */
export interface Acting {
	did: string;
	userId: string;
}

type Fetch = typeof globalThis.fetch;

/** How a call is made, where it isn't a usual one. */
export interface Way extends Opening {
	/** Whether it can be sent once only. */
	isOnce?: boolean;
}

/**
 * One call at the person's server, with the tokens of the session that is stored now. A token that
 * the server refuses is replaced, once.
 *
 * @throws better-auth's APIError with SESSION_EXPIRED, SERVER_UNREACHABLE, CLIENT_MISCONFIGURED,
 * ACCOUNT_DEACTIVATED or BANNED_USER where that keeps it from its answer; whatever the app's own request or stream throws
 */
export async function call(
	bsky: Bsky,
	{ did, userId }: Acting,
	pathname: string,
	init?: RequestInit,
	way?: Way,
): Promise<Response> {
	try {
		await requireNotBanned(bsky, userId);
		const { signal } = init ?? {};
		signal?.throwIfAborted();
		const opening = requireSession(bsky, did, userId, way);
		const opened = await (signal ? unlessAborted(signal, opening) : opening);
		const response = await send(opened, pathname, init);
		const refused = await whatIsRefused(response, pathname);
		if (refused === null) return response;
		// What has moved on is deactivated where it was: a refresh tells whether it is still this session's.
		const { tokenSet } = opened.stored.session;
		if (refused === "account" && !(await opened.oauth.hasMoved(tokenSet))) {
			throw new BskyError("ACCOUNT_DEACTIVATED");
		}
		const reopened = await reopen(bsky, opened, way?.fetch);
		// A stream has been read by now: whoever made it can make it again.
		if (way?.isOnce) return response;
		await response.body?.cancel();
		return await send(reopened, pathname, init);
	} catch (error) {
		throw apiError(error);
	}
}

/**
 * The session with another access token than the one that was refused.
 *
 * @throws {BskyError}
 */
async function reopen(
	bsky: Bsky,
	{ stored, oauth }: OpenSession,
	fetch?: Fetch,
): Promise<OpenSession> {
	const refreshed = await refreshSession(bsky, oauth, stored);
	if (refreshed === "moved" || refreshed === "refused") throw new BskyError("SESSION_EXPIRED");
	if (typeof refreshed === "string") throw new BskyError(UNUSABLE[refreshed]);
	const reopened = await ready(bsky, { stored: refreshed, oauth }, fetch);
	if (typeof reopened === "string") throw new BskyError(UNUSABLE[reopened]);
	return reopened;
}

/** @throws {BskyError} SERVER_UNREACHABLE; any other error as it is, and those of the app's stream */
async function send({ session, stored }: OpenSession, pathname: string, init?: RequestInit) {
	const { aud } = stored.session.tokenSet;
	// An absolute URL, and `//host`, lead elsewhere: the token would go along.
	if (new URL(pathname, aud).origin !== new URL(aud).origin) {
		throw new TypeError("A call goes to the person's own server: pass a path.");
	}
	try {
		return await session.fetchHandler(pathname, init);
	} catch (error) {
		// The SDK's errors carry the request, with token and proof: what it wraps goes on without.
		const all = causes(error);
		const stalled = all.find((each) => each instanceof StalledError);
		if (stalled) throw new BskyError("CALL_STALLED", { cause: stalled });
		const own = all.find((each) => each instanceof OwnFailure);
		if (own) throw own.cause;
		if (init?.signal?.aborted) throw init.signal.reason;
		const { isUnreachable, withoutRequest } = await import("../oauth/errors.ts");
		const cause = withoutRequest(error);
		throw isUnreachable(error) ? new BskyError("SERVER_UNREACHABLE", { cause }) : cause;
	}
}

/** Has as its cause what a body has failed with, which is no failure of the server's. */
export class OwnFailure extends Error {}

/** What an answer refuses, if it isn't the request itself: servers say it in a header or the body. */
async function whatIsRefused(
	response: Response,
	path: string,
): Promise<"token" | "account" | null> {
	// With 400 an AppView says it of the account that was asked about; a PDS, of the one that asks.
	const isOwn = response.status === 400 && path.startsWith("/xrpc/com.atproto.");
	if (![401, 403].includes(response.status) && !isOwn) return null;
	// RFC 6750 §3.1
	const header = response.headers.get("www-authenticate") ?? "";
	if (header.includes('error="invalid_token"')) return "token";
	const body = await boundedJson(response.clone(), DOCUMENT).catch(() => null);
	return (isObject(body) && REFUSED.get(body.error)) || null;
}

const REFUSED = new Map<unknown, "token" | "account">([
	["invalid_token", "token"],
	["InvalidToken", "token"],
	["ExpiredToken", "token"],
	["AccountDeactivated", "account"],
	["AccountTakedown", "account"],
	["AccountSuspended", "account"],
]);
