import { setTimeout as sleep } from "node:timers/promises";
import type { NodeSavedSession, RuntimeLock } from "@atproto/oauth-client-node";
import type { AuthContext } from "better-auth";
import {
	acquireLock,
	extendLock,
	readSession,
	releaseLock,
	type StoredSession,
	writeRefreshed,
} from "./session-store.ts";

/**
 * How long the lock is held, in milliseconds: first for looking the server up, then once more for
 * asking it. Longer than each can take (the SDK gives a look-up 10 s, and the request may be sent
 * twice, for a DPoP nonce, at 10 s each), short enough that a crashed owner blocks nobody for long.
 */
const LOOK_UP = 12_000;
const REQUEST = 22_000;

/** How long others wait for the owner, and how often they look, in milliseconds. */
const WAIT_LIMIT = 25_000;
const FIRST_WAIT = 50;
const LONGEST_WAIT = 500;

/** The refresh of one session as the SDK wants to make it. */
export interface Refresh {
	did: string;
	/** The refresh token that the caller holds. It works once, so it may be a past one by now. */
	refreshToken: string | undefined;
	/**
	 * Asks the server; `owned` is the row as it stands under the lock. It calls `confirm` at the last
	 * moment before the token leaves, and sends nothing if that throws.
	 */
	request: (
		current: NodeSavedSession,
		owned: StoredSession,
		confirm: () => Promise<void>,
	) => Promise<NodeSavedSession>;
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
			return current && refreshOwned(context, refresh, current, async () => {});
		});
	}
	const deadline = Date.now() + WAIT_LIMIT;
	for (let wait = FIRST_WAIT; Date.now() < deadline; wait = Math.min(wait * 2, LONGEST_WAIT)) {
		const now = Date.now();
		const owned = await acquireLock(context, refresh.did, now, now + LOOK_UP);
		if (owned) return refreshOwned(context, refresh, owned, () => confirm(context, owned));
		const current = await readSession(context, refresh.did);
		if (!current?.session) return null;
		if (isNewer(current, refresh)) return { session: current.session, stored: current };
		await sleep(wait * (0.5 + Math.random()));
	}
	throw new Error("Another process has been refreshing this session for too long.");
}

/** An owner that was stopped for too long may have lost the lock: then it must not ask any more. */
async function confirm(context: AuthContext, owned: StoredSession): Promise<void> {
	if (await extendLock(context, owned, Date.now() + REQUEST)) return;
	throw new Error("The lock on this session was lost before its refresh was sent.");
}

const isNewer = (current: StoredSession, refresh: Refresh) =>
	current.session?.tokenSet.refresh_token !== refresh.refreshToken;

async function refreshOwned(
	context: AuthContext,
	refresh: Refresh,
	owned: StoredSession,
	confirm: () => Promise<void>,
): Promise<RefreshOutcome> {
	const { session } = owned;
	let held = owned.lockedUntil > 0;
	try {
		if (!session) return null;
		if (isNewer(owned, refresh)) return { session, stored: owned };
		const refreshed = await refresh.request(session, owned, confirm);
		if (await writeRefreshed(context, owned, refreshed)) {
			held = false;
			return { session: refreshed, stored: owned };
		}
		// The session was replaced by a new sign-in, or removed, while the server answered.
		const current = await readSession(context, refresh.did);
		return current?.session ? { session: current.session, stored: current } : null;
	} finally {
		if (held) await releaseLock(context, owned).catch(() => {});
	}
}
