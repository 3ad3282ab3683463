import { runWithTransaction } from "@better-auth/core/context";
import { isInTransaction, pastConflicts } from "../base/conflict.ts";
import type { Bsky } from "../bsky.ts";
import { isSame } from "../stores/saved.ts";
import {
	deleteSession,
	readSession,
	revocable,
	SessionRaceError,
	type StoredSession,
} from "../stores/session-store.ts";
import { revokeSession } from "./revoke.ts";
import { ownSessions } from "./whose.ts";

/** Removes and revokes the stored sessions of a user: all of them, or that of one DID. */
export const disconnect = async (bsky: Bsky, userId: string, did?: string): Promise<void> =>
	endSessions(bsky, await ownSessions(bsky, userId, did));

/** The same for sessions as they were read: what a new sign-in has put in the place of one stays. */
export async function endSessions(bsky: Bsky, sessions: StoredSession[]): Promise<void> {
	const failed: unknown[] = [];
	for (const stored of sessions)
		await endSession(bsky, stored, true).catch((error) => failed.push(error));
	// One that can't be ended for now keeps none of the others.
	if (failed.length > 0) throw failed[0];
}

/** More refreshes and sign-ins at the same moment than anybody makes. */
const MAX_ATTEMPTS = 10;

/**
 * Removes a session of a user, and revokes it. What a refresh has made of it meanwhile is what goes;
 * a row that is gone already is revoked by what it held.
 *
 * @param alone whether what a new sign-in has put in its place stays; that has revoked this one
 */
export async function endSession(bsky: Bsky, known: StoredSession, alone = false): Promise<void> {
	const { did, userId } = known;
	const session = revocable(known);
	bsky.memory.profiles.delete(did);
	for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
		const stored = await readSession(bsky.context, did, userId);
		if (!stored) return session ? revokeSession(bsky, session) : undefined;
		if (alone && session && stored.session && !isSame(session, stored.session)) return;
		if (await giveUpSession(bsky, stored)) return;
	}
	throw new SessionRaceError();
}

/**
 * Removes a session that its server may still know, and revokes it: both or neither. Where there are
 * no transactions, the revocation is written first, and sent last: a crash in between leaves no token
 * alive, and what a refresh has made of the session meanwhile isn't revoked.
 *
 * @returns false where somebody refreshed or replaced it since it was read
 */
export async function giveUpSession(bsky: Bsky, stored: StoredSession): Promise<boolean> {
	const { context } = bsky;
	const write = () =>
		runWithTransaction(context.adapter, async () => {
			const remove = async () => {
				if (!(await deleteSession(context, stored))) throw new SessionRaceError();
			};
			const session = revocable(stored);
			await (session ? revokeSession(bsky, session, remove) : remove());
		});
	try {
		await ((await isInTransaction(context)) ? write() : pastConflicts(write));
		return true;
	} catch (error) {
		if (error instanceof SessionRaceError) return false;
		throw error;
	}
}
