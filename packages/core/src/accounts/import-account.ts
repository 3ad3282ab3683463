import { aWhile, isConflict, MAX_ATTEMPTS } from "../base/conflict.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import type { SavedSession } from "../stores/saved.ts";
import { readSession, replaceSession, revocable } from "../stores/session-store.ts";
import { allOrNothing, Undo } from "./all-or-nothing.ts";
import { findOwner, isRaced, type Owner, whoeverFinished } from "./owner.ts";
import { withoutOldPlaceholder } from "./placeholder-email.ts";
import { forgetPrimary, makePrimary } from "./primary.ts";
import { isRefusal } from "./refusal.ts";
import { haveAccount, type Proven, revokeReplaced, takeDid, update } from "./writes.ts";

/**
 * Connects a DID to a user on the app's own word: account row, owner and session, or nothing. An older
 * plugin's placeholder for an e-mail address becomes one of ours. Done again, it changes nothing.
 *
 * @throws {BskyError} ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER
 */
export async function importAccount(bsky: Bsky, proven: Proven, user: BskyUser): Promise<void> {
	await connect(bsky, proven, user);
	await update(bsky, user, await withoutOldPlaceholder(bsky, user));
}

async function connect(bsky: Bsky, proven: Proven, user: BskyUser): Promise<void> {
	for (let attempts = 1; ; attempts++) {
		const owner = whoeverFinished(await findOwner(bsky, proven.did, user.id));
		if (owner.user && owner.user.id !== user.id) {
			throw new BskyError("ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER");
		}
		try {
			return await write(bsky, proven, user, owner);
		} catch (error) {
			if (isRefusal(error) || attempts === MAX_ATTEMPTS) throw error;
			if (isConflict(error)) await aWhile(attempts);
			else if (!(await isRaced(bsky, proven.did, owner, error, user.id))) throw error;
		}
	}
}

async function write(bsky: Bsky, proven: Proven, user: BskyUser, owner: Owner): Promise<void> {
	const { did, saved } = proven;
	const undo = new Undo();
	await allOrNothing(bsky, undo, async () => {
		await takeDid(bsky, undo, proven, user, owner);
		await haveAccount(bsky, undo, proven, user.id);
		await makePrimary(bsky, user, did);
		if (!user.bskyDid) undo.push(() => forgetPrimary(bsky, user.id, did));
		if (saved) await keepNewest(bsky, did, user.id, saved);
	});
}

/** Stores a session, unless the person has had another one since: then that one stays. */
async function keepNewest(bsky: Bsky, did: string, userId: string, saved: SavedSession) {
	const { context } = bsky;
	const stored = await readSession(context, did);
	const isTheirs = stored?.session && stored.userId === userId;
	if (!isTheirs) await replaceSession(context, did, userId, saved, stored);
	const before = stored && revocable(stored);
	if (before && !isSameSession(before, saved))
		await revokeReplaced(bsky, isTheirs ? saved : before);
}

/** A session has one DPoP key for all of its life; a refresh gives it other tokens. */
const isSameSession = (a: SavedSession | null, b: SavedSession): boolean =>
	a?.dpopJwk.x === b.dpopJwk.x && a.dpopJwk.y === b.dpopJwk.y;
