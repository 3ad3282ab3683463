import type { AuthContext } from "better-auth";
import { currentAdapter, patient } from "../base/conflict.ts";
import { isDid } from "../base/did.ts";
import type { ExpiringMap } from "../base/expiring-map.ts";
import { seal, unseal } from "../base/seal.ts";
import { ALL_OF_ONE, type BskySessionRow } from "../schema.ts";
import { readForeignSession } from "./foreign-session.ts";
import type { SavedSession } from "./saved.ts";
import { sayWrongSecret } from "./wrong-secret.ts";

const MODEL = "bskySession";

/** A stored OAuth session with what its row says around it. */
export interface StoredSession {
	did: string;
	userId: string;
	/** Grows with every owner of the refresh lock and all new tokens: writes name the one they saw. */
	lockVersion: number;
	/** Milliseconds since 1970; in the past when nobody holds the refresh lock. */
	lockedUntil: number;
	/** When its tokens were stored last, in milliseconds since 1970. */
	storedAt: number;
	/** Null where the row can't be opened: the person counts as signed out from their PDS. */
	session: SavedSession | null;
	/** What an older plugin has left there in plain text: to be revoked, and for nothing else. */
	leftover: SavedSession | null;
}

/** What has to be revoked once a row goes. */
export const revocable = ({ session, leftover }: StoredSession): SavedSession | null =>
	session ?? leftover;

/** A stored session that could be opened. */
export interface LiveSession extends StoredSession {
	session: SavedSession;
}

export const isLive = (stored: StoredSession): stored is LiveSession => stored.session !== null;

const didIs = (did: string) => ({ field: "did", value: did });

/** The stored session of a DID; with `userId`, only if it is that user's. */
export async function readSession(
	context: AuthContext,
	did: string,
	userId?: string,
): Promise<StoredSession | null> {
	const row = await findSession(context, did, userId);
	return row && openRow(context, row);
}

/** The row of a DID, still sealed; with `userId`, only if it is that user's. */
export async function findSession(
	context: AuthContext,
	did: string,
	userId?: string,
): Promise<BskySessionRow | null> {
	// Not every database takes what anybody may name.
	if (!isDid(did)) return null;
	const adapter = await currentAdapter(context);
	const row = await adapter.findOne<BskySessionRow>({
		model: MODEL,
		where: userId === undefined ? [didIs(did)] : [didIs(did), { field: "userId", value: userId }],
	});
	// A collation may take another spelling for the same; what is remembered by DID does not.
	return row?.did === did ? row : null;
}

/** What there is to say about a stored session without its secrets. */
export interface SessionStatus {
	/** When the access token ends, in milliseconds since 1970, if its server said so. */
	expiresAt: number | null;
	/** When it was stored, likewise. */
	storedAt: number;
	/** The scopes that the server granted, separated by spaces. */
	scope: string;
	/** The `client_id` that it began as. */
	clientId: string | undefined;
}

/** A status with the sealed text that it was in. */
export interface OpenedStatus extends SessionStatus {
	sealed: string;
}

/**
 * The status of a stored session, or null where it can't be opened. Opening a row takes longer than
 * reading it, so one that was opened a moment ago, and is the same to the letter, isn't opened again.
 */
export async function sessionStatus(
	context: AuthContext,
	opened: ExpiringMap<OpenedStatus>,
	row: BskySessionRow,
): Promise<SessionStatus | null> {
	const known = opened.get(row.did);
	if (known?.sealed === row.session) return known;
	const { session, storedAt } = await openRow(context, row);
	if (!session) return null;
	const { clientId, tokenSet } = session;
	const { scope } = tokenSet;
	const expiresAt = expiryOf(tokenSet);
	const status = { expiresAt, storedAt, scope, clientId, sealed: row.session };
	opened.set(row.did, status);
	return status;
}

/** When an access token ends, in milliseconds since 1970, if its server said so. */
export const expiryOf = ({ expires_at }: SavedSession["tokenSet"]): number | null =>
	expires_at ? Date.parse(expires_at) : null;

/** The rows of a user's stored sessions, still sealed. */
export async function sessionRowsOf(
	context: AuthContext,
	userId: string,
): Promise<BskySessionRow[]> {
	const adapter = await currentAdapter(context);
	return adapter.findMany<BskySessionRow>({
		model: MODEL,
		where: [{ field: "userId", value: userId }],
		limit: ALL_OF_ONE,
	});
}

/** Every stored session of a user. */
export async function sessionsOf(context: AuthContext, userId: string): Promise<StoredSession[]> {
	const opened: StoredSession[] = [];
	// One after another: to open hundreds at once would hold everybody else up.
	for (const row of await sessionRowsOf(context, userId)) opened.push(await openRow(context, row));
	return opened;
}

/** Some stored sessions, from anywhere among the DIDs on: an index leads there. */
export async function someSessions(context: AuthContext, limit: number): Promise<StoredSession[]> {
	const from = `did:plc:${anyLetter()}${anyLetter()}${anyLetter()}`;
	const rows = await rowsInOrder(context, "gte", from, limit);
	const rest = limit - rows.length;
	const before = rest > 0 ? await rowsInOrder(context, "lt", from, rest) : [];
	return Promise.all([...rows, ...before].map((row) => openRow(context, row)));
}

/** So many rows are read at a time. */
const PAGE = 500;

/** Every stored session, with when its tokens were stored last. */
export async function* everySession(
	context: AuthContext,
): AsyncGenerator<StoredSession & { updatedAt: Date }> {
	for (let after = ""; ; ) {
		const rows = await rowsInOrder(context, "gt", after, PAGE);
		for (const row of rows)
			yield { ...(await openRow(context, row)), updatedAt: new Date(row.updatedAt) };
		const last = rows.at(-1);
		if (!last || rows.length < PAGE) return;
		after = last.did;
	}
}

const anyLetter = () => String.fromCharCode(97 + Math.floor(Math.random() * 26));

const rowsInOrder = (
	{ adapter }: AuthContext,
	operator: "gt" | "gte" | "lt",
	value: string,
	limit: number,
) =>
	adapter.findMany<BskySessionRow>({
		model: MODEL,
		where: [{ field: "did", operator, value }],
		sortBy: { field: "did", direction: "asc" },
		limit,
	});

/** What is in a row. */
export async function openRow(context: AuthContext, row: BskySessionRow): Promise<StoredSession> {
	const { did, userId, lockVersion } = row;
	const opened = await unseal(
		context.secretConfig,
		{ purpose: "bsky-session", id: did },
		row.session,
	);
	const leftover = opened === null ? leftoverOf(row) : null;
	if (opened === null && leftover === null) sayWrongSecret(context, "session");
	return {
		did,
		userId,
		lockVersion,
		leftover,
		// Some drivers give a bigint column as text.
		lockedUntil: Number(row.lockedUntil),
		storedAt: new Date(row.updatedAt).getTime(),
		// The seal vouches for the shape: only this module makes such a value.
		session: opened as SavedSession | null,
	};
}

/** Nothing of it is believed but that its server may know it: nobody acts with what isn't sealed. */
function leftoverOf({ did, session }: BskySessionRow): SavedSession | null {
	const read = readForeignSession(parsed(session));
	return typeof read !== "string" && read.tokenSet.sub === did ? read : null;
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return null;
	}
}

const sealSession = (context: AuthContext, did: string, session: SavedSession) =>
	seal(context.secretConfig, { purpose: "bsky-session", id: did }, session);

/** The row changed between reading and replacing it: the caller begins again. */
export class SessionRaceError extends Error {
	override name = "SessionRaceError";
}

/**
 * Stores the session of a sign-in in place of the one before, inside the caller's transaction.
 *
 * @param seen the one before, where the caller has just read it
 * @returns what was replaced, which is still to be revoked
 * @throws {SessionRaceError} when another sign-in or a refresh came in between: overwriting what
 * was not read would leave its tokens alive at the server, known to nobody
 */
export async function replaceSession(
	context: AuthContext,
	did: string,
	userId: string,
	session: SavedSession,
	seen?: StoredSession | null,
): Promise<StoredSession | null> {
	const adapter = await currentAdapter(context);
	const sealed = await sealSession(context, did, session);
	const previous = seen === undefined ? await readSession(context, did) : seen;
	const values = { session: sealed, userId, updatedAt: new Date(), lockedUntil: 0 };
	const raced = async (error: unknown) => {
		const row = await findSession(context, did).catch(() => null);
		throw row ? new SessionRaceError("", { cause: error }) : error;
	};
	if (previous) {
		// A new version also shuts out a refresh of the old session that is under way.
		const written = await adapter.incrementOne({
			model: MODEL,
			where: [didIs(did), { field: "lockVersion", value: previous.lockVersion }],
			increment: { lockVersion: 1 },
			set: values,
		});
		if (!written) throw new SessionRaceError();
	} else {
		const data = { did, lockVersion: firstVersion(), ...values };
		await adapter.create({ model: MODEL, data }).catch(raced);
	}
	return previous;
}

/** Not the one of a row that was there before: whoever has seen that one has not seen this one. */
const firstVersion = () => Math.floor(Math.random() * 2 ** 30);

/**
 * Writes refreshed tokens and frees the lock. What was read before, under the lock too, is no longer
 * what stands there: the row has a new version.
 *
 * @returns the session as it stands there; null where the lock went to somebody else
 */
export async function writeRefreshed(
	context: AuthContext,
	{ did, lockVersion }: StoredSession,
	session: SavedSession,
): Promise<LiveSession | null> {
	const sealed = await sealSession(context, did, session);
	const row = await patient(context.adapter).incrementOne<BskySessionRow>({
		model: MODEL,
		where: [didIs(did), { field: "lockVersion", value: lockVersion }],
		increment: { lockVersion: 1 },
		set: { session: sealed, updatedAt: new Date(), lockedUntil: 0 },
	});
	return row && { ...(await openRow(context, row)), session };
}

/**
 * Takes the refresh lock if it is free or has expired.
 *
 * @returns the session as it stands under the lock, or null where the lock is held or the row gone
 */
export async function acquireLock(
	context: AuthContext,
	did: string,
	now: number,
	lockedUntil: number,
): Promise<StoredSession | null> {
	const row = await patient(context.adapter).incrementOne<BskySessionRow>({
		model: MODEL,
		where: [didIs(did), { field: "lockedUntil", operator: "lt", value: now }],
		increment: { lockVersion: 1 },
		set: { lockedUntil },
	});
	return row && openRow(context, row);
}

/** Holds on to the lock; false where it went to somebody else. */
export const extendLock = (
	context: AuthContext,
	stored: StoredSession,
	lockedUntil: number,
): Promise<boolean> => updateOwned(context, stored, { lockedUntil });

export const releaseLock = (context: AuthContext, stored: StoredSession): Promise<boolean> =>
	updateOwned(context, stored, { lockedUntil: 0 });

async function updateOwned(
	context: AuthContext,
	{ did, lockVersion }: StoredSession,
	set: Record<string, unknown>,
): Promise<boolean> {
	const updated = await patient(context.adapter).updateMany({
		model: MODEL,
		where: [didIs(did), { field: "lockVersion", value: lockVersion }],
		update: set,
	});
	return updated > 0;
}

/** Removes a session if nobody refreshed or replaced it since; false where somebody did. */
export async function deleteSession(
	context: AuthContext,
	{ did, lockVersion }: StoredSession,
): Promise<boolean> {
	const adapter = await currentAdapter(context);
	const removed = await adapter.deleteMany({
		model: MODEL,
		where: [didIs(did), { field: "lockVersion", value: lockVersion }],
	});
	return removed > 0;
}
