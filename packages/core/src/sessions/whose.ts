import type { Session } from "better-auth";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import type { BskySessionRow } from "../schema.ts";
import { didsOf, readOwner } from "../stores/account-store.ts";
import { findSession, type StoredSession, sessionsOf } from "../stores/session-store.ts";

/** better-auth's session with the column of this plugin: the DID that it acts as. */
export type ActingSession = Session & { bskyDid?: string | null | undefined };

/** Who asks: a user, and the session of better-auth that they do it in, if there is one. */
export interface Asker {
	user: Pick<BskyUser, "id" | "bskyDid">;
	session?: ActingSession | undefined;
}

/** A DID that a user asks for, with its stored session if there is one and it is theirs. */
export interface OwnSession {
	did: string;
	row: BskySessionRow | null;
}

/** The DID that a session of better-auth acts as, as far as its columns and its user's say. */
export const currentDid = ({ user, session }: Asker): string | null =>
	session?.bskyDid ?? user.bskyDid ?? null;

/**
 * Whose DID? A user reaches a stored session only where its row says that it is theirs. A column that
 * went stale, or a DID that a request names, never opens another user's session.
 *
 * @param did the one that is asked for; the one that their session acts as where none is
 * @returns null where none is asked for and the user has none
 */
export async function ownSession(
	bsky: Bsky,
	asker: Asker,
	did?: string,
): Promise<OwnSession | null> {
	if (did === undefined) return currentSession(bsky, asker);
	return did ? storedOf(bsky, asker, did) : null;
}

const storedOf = async ({ context }: Bsky, { user }: Asker, did: string): Promise<OwnSession> => ({
	did,
	row: await findSession(context, did, user.id),
});

/**
 * One that has ended is still what the session acts as. One that is theirs no more makes way; where no
 * column says any, it is as the list of their accounts has it.
 */
async function currentSession(bsky: Bsky, asker: Asker): Promise<OwnSession | null> {
	const did = currentDid(asker);
	const own = did ? await storedOf(bsky, asker, did) : null;
	const { id, bskyDid: primary } = asker.user;
	if (own && (own.row || did === primary)) return own;
	const current = currentAmong(asker, await didsOf(bsky.context, id)) ?? primary;
	if (current === did) return own;
	return current ? storedOf(bsky, asker, current) : null;
}

/** Which of the DIDs that are theirs it acts as: the one of the columns, else the primary one, else any. */
export function currentAmong(asker: Asker, dids: readonly string[]): string | null {
	const named = [currentDid(asker), asker.user.bskyDid];
	return named.find((did) => did != null && dids.includes(did)) ?? dids[0] ?? null;
}

/**
 * The DID to act as, where there has to be a session.
 *
 * @throws {BskyError} NOT_LINKED; SESSION_EXPIRED where it is theirs and has none
 */
export const requireOwnDid = async (bsky: Bsky, asker: Asker, did?: string): Promise<string> =>
	(await requireOwnRow(bsky, asker, did)).did;

/** The same with its row. */
export async function requireOwnRow(
	bsky: Bsky,
	asker: Asker,
	did?: string,
): Promise<BskySessionRow> {
	const own = await ownSession(bsky, asker, did);
	if (own?.row) return own.row;
	if (!own) throw new BskyError("NOT_LINKED");
	if (own.did !== currentDid(asker)) await requireTheirs(bsky, asker, own.did);
	throw new BskyError("SESSION_EXPIRED");
}

/**
 * Sees to it that a DID is the user's, whether or not a session of it is stored. One that is somebody
 * else's takes the same looks at the database as one that is nobody's.
 *
 * @throws {BskyError} NOT_LINKED
 */
export async function requireTheirs({ context }: Bsky, { user }: Asker, did: string) {
	if ((await readOwner(context, did)).userId === user.id) return;
	// An account from before our own table may not be entered there yet.
	if (!(await findSession(context, did, user.id))) throw new BskyError("NOT_LINKED");
}

/** Every stored session of a user, or the one of a DID if it is theirs. */
export async function ownSessions(
	{ context }: Bsky,
	userId: string,
	did?: string,
): Promise<StoredSession[]> {
	const own = await sessionsOf(context, userId);
	return did === undefined ? own : own.filter((stored) => stored.did === did);
}
