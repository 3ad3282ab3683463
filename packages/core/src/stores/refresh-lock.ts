import type { RuntimeLock } from "@atproto/oauth-client";
import type { AuthContext } from "better-auth";
import { askHandedIn, HandedInError } from "../base/handed-in.ts";
import { logFailure } from "../base/log.ts";
import { sleep } from "../base/runtime.ts";
import { traced } from "../base/traced.ts";
import type { SavedSession } from "./saved.ts";
import {
	acquireLock,
	extendLock,
	isLive,
	type LiveSession,
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

/** No lock is held for longer than this, whatever its row says: clocks differ, but not by minutes. */
const LONGEST_LOCK = 120_000;

/** How long others wait for the owner, and how often they look, in milliseconds. */
const WAIT_LIMIT = 25_000;
const FIRST_WAIT = 50;
const LONGEST_WAIT = 500;

/** The refresh of one session. */
export interface Refresh {
	/**
	 * The session whose access token is no good any more. Whoever finds another one in its row takes
	 * that, and asks nobody: a refresh too many may kill the token that the next one is using.
	 */
	held: LiveSession;
	/**
	 * Asks the server; `owned` is the row as it stands under the lock. It calls `confirm` at the last
	 * moment before the token leaves, and sends nothing if that throws.
	 */
	request: (owned: LiveSession, confirm: () => Promise<void>) => Promise<SavedSession>;
	/** What the server gave out when the row was no longer there to take it. */
	orphaned: (session: SavedSession) => Promise<void>;
}

/**
 * Makes sure that one process refreshes and all others read what it got: a refresh token that
 * reaches the server twice ends the session for good.
 *
 * @returns the session to use, or null where it was removed
 * @throws what `request` throws; or an ordinary error when the owner of the lock doesn't finish in
 * time. The session stays.
 */
export async function refreshOnce(
	context: AuthContext,
	refresh: Refresh,
	requestLock?: RuntimeLock,
): Promise<LiveSession | null> {
	const { did } = refresh.held;
	if (requestLock) {
		return underLock(context, requestLock, `better-auth-bsky-${did}`, async () => {
			const current = await readSession(context, did);
			return current && refreshOwned(context, refresh, current, async () => {});
		});
	}
	const { iss } = refresh.held.session.tokenSet;
	const { owned, current } = await traced(context, "bsky lock wait", iss, () =>
		takeTurn(context, refresh),
	);
	return owned ? refreshOwned(context, refresh, owned, () => confirm(context, owned)) : current;
}

/** The row under its lock; or what another one has made of it meanwhile, null where that is nothing. */
type Turn =
	| { owned: StoredSession; current?: never }
	| { owned?: never; current: LiveSession | null };

async function takeTurn(context: AuthContext, refresh: Refresh): Promise<Turn> {
	const { did } = refresh.held;
	const deadline = Date.now() + WAIT_LIMIT;
	for (let wait = FIRST_WAIT; Date.now() < deadline; wait = Math.min(wait * 2, LONGEST_WAIT)) {
		const now = Date.now();
		const owned = await acquireLock(context, did, now, now + LOOK_UP);
		if (owned) return { owned };
		const current = await readSession(context, did);
		if (!current || !isLive(current)) return { current: null };
		if (isNewer(current, refresh)) return { current };
		// Of a process whose clock was wrong: nobody may hold it for so long.
		if (current.lockedUntil > now + LONGEST_LOCK) await releaseLock(context, current);
		else await sleep(wait * (0.5 + Math.random()));
	}
	throw new Error("Another process refreshes this session for too long.");
}

/**
 * Under a lock of the app's. What came of the refresh is taken from the refresh, whatever the lock makes
 * of it: it may give nothing back, or fail when it is let go. It runs once, however often it is called,
 * and not at all once nobody waits for it any more.
 */
function underLock(
	context: AuthContext,
	lock: RuntimeLock,
	name: string,
	refresh: () => Promise<LiveSession | null>,
): Promise<LiveSession | null> {
	let isOver = false;
	let refreshed: Promise<LiveSession | null> | undefined;
	const locked = new Promise<LiveSession | null>((resolve, reject) => {
		const run = () => {
			if (isOver) return null;
			refreshed ??= refresh();
			refreshed.then(resolve, reject);
			return refreshed;
		};
		const take = async () => {
			await lock(name, run);
			if (!refreshed) throw new HandedInError("requestLock didn't call what it was given.");
		};
		take().catch((error: unknown) => {
			if (!refreshed) return reject(error);
			const say = () => logFailure(context, "lock_failed", error, "warn");
			refreshed.then(say, () => {});
		});
	});
	// Others wait for this call, too: a lock that never comes must not hold them up for good.
	return askHandedIn("requestLock", WAIT_LIMIT + LOOK_UP + REQUEST, () => locked).finally(() => {
		isOver = true;
	});
}

/** An owner that was stopped for too long may have lost the lock: then it must not ask any more. */
async function confirm(context: AuthContext, owned: StoredSession): Promise<void> {
	if (await extendLock(context, owned, Date.now() + REQUEST)) return;
	throw new Error("The lock was lost before its refresh was sent.");
}

const isNewer = (stored: LiveSession, { held }: Refresh) => !hasTokens(stored, held.session);

async function refreshOwned(
	context: AuthContext,
	refresh: Refresh,
	owned: StoredSession,
	confirm: () => Promise<void>,
): Promise<LiveSession | null> {
	let held = owned.lockedUntil > 0;
	try {
		if (!isLive(owned)) return null;
		if (isNewer(owned, refresh)) return owned;
		const session = await refresh.request(owned, confirm);
		const written = await write(context, owned, session).catch(async (error: unknown) => {
			await refresh.orphaned(session);
			throw error;
		});
		if (written) {
			held = false;
			return written;
		}
		// The row was replaced by a new sign-in, or removed, while the server answered.
		await refresh.orphaned(session);
		const current = await readSession(context, owned.did);
		return current && isLive(current) ? current : null;
	} finally {
		if (held) await releaseLock(context, owned).catch(() => {});
	}
}

/** How often new tokens are written where that fails, and how long is waited in between, in milliseconds. */
const WRITES = 3;
const WRITE_PAUSE = 100;

/** There are no other tokens by now: a database that is busy for a moment must not cost the session. */
async function write(
	context: AuthContext,
	owned: LiveSession,
	session: SavedSession,
): Promise<LiveSession | null> {
	for (let tries = 1; ; tries++) {
		try {
			return await writeRefreshed(context, owned, session);
		} catch (error) {
			await sleep(WRITE_PAUSE * tries);
			// It may have been done all the same.
			const now = await readSession(context, owned.did).catch(() => null);
			if (now && isLive(now) && hasTokens(now, session)) return now;
			if (tries === WRITES) throw error;
		}
	}
}

const hasTokens = ({ session }: LiveSession, { tokenSet }: SavedSession) =>
	session.tokenSet.access_token === tokenSet.access_token;
