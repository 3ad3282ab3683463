import type { OAuthSession } from "@atproto/oauth-client";
import type { Bsky } from "../bsky.ts";
import { BskyError, type BskyErrorCode } from "../errors.ts";
import type { BskyOAuthClient } from "../oauth/client.ts";
import type { BskySessionRow } from "../schema.ts";
import {
	expiryOf,
	isLive,
	type LiveSession,
	openRow,
	readSession,
	type SessionStatus,
} from "../stores/session-store.ts";
import { logUnusable, refreshSession } from "./refresh.ts";
import { scheduleRevocations } from "./revoke.ts";

/**
 * Nearer to its end than this, in milliseconds, an access token is refreshed before it is used; than half of
 * its life, where that is shorter: each refresh may kill the token that other calls are on their way with.
 */
const EXPIRY_MARGIN = 30_000;

/** A stored session that this app can use. */
export interface FreshSession {
	stored: LiveSession;
	/** The client that it belongs to. */
	oauth: BskyOAuthClient;
}

/** One that is ready for calls. */
export interface OpenSession extends FreshSession {
	session: OAuthSession;
}

/** What is at hand for opening one. */
export interface Opening {
	/** In place of the `fetch` with the limits of a usual call. */
	fetch?: typeof globalThis.fetch;
	/** The row, of whoever it has to be, as it was read a moment ago. */
	row?: BskySessionRow;
}

/**
 * Why a session can't be used: it is `over`; none is stored, or none that this app can use
 * (`signed_out`); its server refuses this app, or a key is missing (`misconfigured`); or it can't be
 * reached for now.
 */
export type Unusable = "over" | "signed_out" | "misconfigured" | "unreachable";

/** When an access token was stored, and when it ends, if its server said so. */
type Life = Pick<SessionStatus, "expiresAt" | "storedAt">;

/** What that is to whoever wants to use it. */
export const UNUSABLE = {
	over: "SESSION_EXPIRED",
	signed_out: "SESSION_EXPIRED",
	misconfigured: "CLIENT_MISCONFIGURED",
	unreachable: "SERVER_UNREACHABLE",
} as const satisfies Record<Unusable, BskyErrorCode>;

export function isEnding({ expiresAt, storedAt }: Life): boolean {
	if (expiresAt === null) return false;
	const half = (expiresAt - storedAt) / 2;
	// A database's clock may be wrong, and its time no time.
	return expiresAt < Date.now() + (half > 0 ? Math.min(EXPIRY_MARGIN, half) : EXPIRY_MARGIN);
}

/** The stored session of a DID, as it is. */
async function storedSession(
	bsky: Bsky,
	did: string,
	userId?: string,
	row?: BskySessionRow,
): Promise<FreshSession | "signed_out"> {
	const { context } = bsky;
	const stored = await (row ? openRow(context, row) : readSession(context, did, userId));
	if (!stored || !isLive(stored)) return "signed_out";
	const { clientId, tokenSet } = stored.session;
	const oauth = await bsky.oauthOf(clientId);
	noticeSession(bsky, oauth !== null, clientId, tokenSet.scope);
	return oauth ? { stored, oauth } : "signed_out";
}

/** Says what a stored session shows of a client or a scope that has changed since. */
export function noticeSession(bsky: Bsky, isOurs: boolean, clientId = "", granted = ""): void {
	const { signInScope: wanted } = bsky.options;
	bsky.notice("session", { clientId, isOurs, granted, wanted });
}

/**
 * The session of a DID, refreshed if its access token is about to end.
 *
 * @param userId whose it has to be
 * @param row the one of theirs that was read a moment ago
 */
export async function freshSession(
	bsky: Bsky,
	did: string,
	userId?: string,
	row?: BskySessionRow,
): Promise<FreshSession | Unusable> {
	scheduleRevocations(bsky);
	const known = await storedSession(bsky, did, userId, row);
	if (known === "signed_out") return known;
	const { stored, oauth } = known;
	const expiresAt = expiryOf(stored.session.tokenSet);
	if (!isEnding({ expiresAt, storedAt: stored.storedAt })) return known;
	const refreshed = await refreshSession(bsky, oauth, stored);
	if (typeof refreshed !== "string") return { stored: refreshed, oauth };
	if (refreshed === "over" || refreshed === "moved") return "over";
	// What is there may be good for another moment.
	if (expiresAt !== null && expiresAt > Date.now()) return known;
	return refreshed === "refused" ? "over" : refreshed;
}

/** The session with the tokens that are stored, whether or not they are about to end. */
export async function openStored(
	bsky: Bsky,
	did: string,
	userId: string,
): Promise<OpenSession | Unusable> {
	const known = await storedSession(bsky, did, userId);
	return known === "signed_out" ? known : ready(bsky, known);
}

/**
 * Readies a session for calls. No server is asked for tokens, but its metadata may have to be read.
 *
 * @param fetch in place of the one with the limits of a usual call
 */
export async function ready(
	bsky: Bsky,
	fresh: FreshSession,
	fetch?: typeof globalThis.fetch,
): Promise<OpenSession | "misconfigured" | "unreachable"> {
	try {
		return { ...fresh, session: await fresh.oauth.open(fresh.stored.session, fetch) };
	} catch (error) {
		await logUnusable(bsky, fresh.stored, error);
		const { isOurs } = await import("../oauth/errors.ts");
		return isOurs(error) ? "misconfigured" : "unreachable";
	}
}

/**
 * The fresh session of a DID, ready for calls, where there has to be one.
 *
 * @throws {BskyError} SESSION_EXPIRED, SERVER_UNREACHABLE or CLIENT_MISCONFIGURED
 */
export async function requireSession(
	bsky: Bsky,
	did: string,
	userId?: string,
	{ fetch, row }: Opening = {},
): Promise<OpenSession> {
	const fresh = await freshSession(bsky, did, userId, row);
	const opened = typeof fresh === "string" ? fresh : await ready(bsky, fresh, fetch);
	if (typeof opened !== "string") return opened;
	throw new BskyError(UNUSABLE[opened]);
}
