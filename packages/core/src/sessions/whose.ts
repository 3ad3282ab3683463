import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import type { BskySessionRow } from "../schema.ts";
import { findSession, type StoredSession, sessionsOf } from "../stores/session-store.ts";

/** A DID that a user asks for, with its stored session if there is one and it is theirs. */
export interface OwnSession {
	did: string;
	row: BskySessionRow | null;
}

/**
 * Whose DID? A user reaches a stored session only where its row says that it is theirs. A column of
 * the user that went stale, or a DID that a request names, never opens another user's session.
 *
 * @param did the one that is asked for; the user's primary one where none is
 * @returns null where none is asked for and the user has none
 */
export async function ownSession(
	{ context }: Bsky,
	user: Pick<BskyUser, "id" | "bskyDid">,
	did: string | null | undefined = user.bskyDid,
): Promise<OwnSession | null> {
	return did ? { did, row: await findSession(context, did, user.id) } : null;
}

/**
 * The DID to act as, where there has to be a session.
 *
 * @throws {BskyError} NOT_LINKED; SESSION_EXPIRED where the user's own primary DID has none
 */
export async function requireOwnDid(
	bsky: Bsky,
	user: Pick<BskyUser, "id" | "bskyDid">,
	did?: string,
): Promise<string> {
	const own = await ownSession(bsky, user, did);
	if (own?.row) return own.did;
	throw new BskyError(own && own.did === user.bskyDid ? "SESSION_EXPIRED" : "NOT_LINKED");
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
