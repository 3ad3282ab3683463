import { setTimeout as sleep } from "node:timers/promises";
import type { NodeSavedSession, RuntimeLock } from "@atproto/oauth-client-node";
import type { AuthContext } from "better-auth";
import {
	acquireLock,
	readSession,
	releaseLock,
	type StoredSession,
	writeRefreshed,
} from "./session-store.ts";

/**
 * How long a refresh may hold the lock, in milliseconds. Longer than a refresh can take (its
 * requests are limited to 10 s each), short enough that a crashed owner blocks nobody for long.
 */
const LOCK_DURATION = 30_000;

/** How long others wait for the owner, and how often they look, in milliseconds. */
const WAIT_LIMIT = 35_000;
const FIRST_WAIT = 50;
const LONGEST_WAIT = 500;

/** The refresh of one session as the SDK wants to make it. */
export interface Refresh {
	did: string;
	/** The refresh token that the caller holds. It works once, so it may be a past one by now. */
	refreshToken: string | undefined;
	/** Asks the server; `owned` is the row as it stands under the lock. */
	request: (current: NodeSavedSession, owned: StoredSession) => Promise<NodeSavedSession>;
}

/** What a refresh came to: the session to use, and the row it stands in; null where it is gone. */
export type RefreshOutcome = { session: NodeSavedSession; stored: StoredSession } | null;

/**
 * Makes sure that one process refreshes and all others read what it got: a refresh token that
 * reaches the server twice ends the session for good.
 *
 * @throws an ordinary error when the owner of the lock doesn't finish in time; the session stays
 */
export async function refreshOnce(
	context: AuthContext,
	refresh: Refresh,
	requestLock?: RuntimeLock,
): Promise<RefreshOutcome> {
	if (requestLock) {
		return requestLock(`better-auth-bsky-${refresh.did}`, async () => {
			const current = await readSession(context, refresh.did);
			return current && refreshOwned(context, refresh, current);
		});
	}
	const deadline = Date.now() + WAIT_LIMIT;
	for (let wait = FIRST_WAIT; Date.now() < deadline; wait = Math.min(wait * 2, LONGEST_WAIT)) {
		const now = Date.now();
		const owned = await acquireLock(context, refresh.did, now, now + LOCK_DURATION);
		if (owned) return refreshOwned(context, refresh, owned);
		const current = await readSession(context, refresh.did);
		if (!current?.session) return null;
		if (isNewer(current, refresh)) return { session: current.session, stored: current };
		await sleep(wait * (0.5 + Math.random()));
	}
	throw new Error("Another process has been refreshing this session for too long.");
}

const isNewer = (current: StoredSession, refresh: Refresh) =>
	current.session?.tokenSet.refresh_token !== refresh.refreshToken;

async function refreshOwned(
	context: AuthContext,
	refresh: Refresh,
	owned: StoredSession,
): Promise<RefreshOutcome> {
	const { session } = owned;
	try {
		if (!session) return null;
		if (isNewer(owned, refresh)) return { session, stored: owned };
		const refreshed = await refresh.request(session, owned);
		const written = await writeRefreshed(context, owned, refreshed);
		if (written) return { session: refreshed, stored: owned };
		// The session was replaced by a new sign-in, or removed, while the server answered.
		const current = await readSession(context, refresh.did);
		return current?.session ? { session: current.session, stored: current } : null;
	} finally {
		// Frees the lock where nothing was written; after a write it is free already.
		if (owned.lockedUntil > 0) await releaseLock(context, owned).catch(() => {});
	}
}
