import { isConflict, patient } from "../base/conflict.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { AccountRaceError, readOwner } from "../stores/account-store.ts";
import { findSession, SessionRaceError } from "../stores/session-store.ts";
import { accountRows } from "./account-rows.ts";
import { findEarlierOwner } from "./earlier-accounts.ts";
import { isPlaceholderEmail } from "./placeholder-email.ts";

/** Whose a DID is, as far as could be seen without holding its row. */
export interface Owner {
	user: BskyUser | null;
	/** Whom the row in `bskyAccount` names: somebody who may be gone, or no longer be the owner. */
	entered: string | null;
	/** Another user whose columns name the DID without having it. */
	pretender: BskyUser | null;
	/** The user's sign-up was begun, and broke off. */
	unfinished: boolean;
}

/**
 * Whose is a DID? The row in `bskyAccount` says so, where better-auth's account or the user's own
 * column bears it out: a row may outlive its user in a database without foreign keys, and the ID be
 * given again. One that nothing bears out is nobody's.
 *
 * `user.bskyDid` alone gives nobody the user: an administrator can write it, and it may have stayed
 * behind when the account was disconnected.
 *
 * @param likely a user who may have it, so that nobody has to be searched for
 */
export async function findOwner(bsky: Bsky, did: string, likely?: string): Promise<Owner> {
	const { userId, allEntered } = await readOwner(bsky.context, did);
	const user = userId === null ? null : await confirmed(bsky, did, userId);
	const other = user?.bskyDid ? null : await userNaming(bsky, did);
	const pretender = other && other.id !== user?.id ? other : null;
	if (user) return { user, entered: userId, pretender, unfinished: false };
	const earlier = await findEarlierOwner(bsky, did, { naming: other, allEntered, likely });
	if (earlier) {
		const isOther = other !== null && other.id !== earlier.id;
		return { user: earlier, entered: userId, pretender: isOther ? other : null, unfinished: false };
	}
	if (other && (await isUnfinished(bsky, did, other))) {
		return { user: other, entered: userId, pretender: null, unfinished: true };
	}
	return { user: null, entered: userId, pretender: other, unfinished: false };
}

async function confirmed(bsky: Bsky, did: string, userId: string): Promise<BskyUser | null> {
	const user: BskyUser | null = await bsky.context.internalAdapter.findUserById(userId);
	if (!user || user.bskyDid === did) return user;
	const rows = await accountRows(bsky, userId);
	return rows.some((row) => row.accountId === did) ? user : null;
}

const userNaming = ({ context }: Bsky, did: string): Promise<BskyUser | null> =>
	patient(context.adapter).findOne<BskyUser>({
		model: "user",
		where: [{ field: "bskyDid", value: did }],
	});

/**
 * A sign-up that broke off, in a database without transactions, leaves a user whom nobody can have
 * signed in as: with an address of ours, no account of any kind and no session.
 */
async function isUnfinished({ context }: Bsky, did: string, user: BskyUser): Promise<boolean> {
	if (!isPlaceholderEmail(user.email)) return false;
	const { internalAdapter } = context;
	const [accounts, sessions, stored] = await Promise.all([
		internalAdapter.findAccounts(user.id),
		internalAdapter.listSessions(user.id),
		findSession(context, did),
	]);
	return accounts.length === 0 && sessions.length === 0 && (!stored || stored.userId === user.id);
}

/** Nobody can have signed in as the half of a user: who connects the DID need not wait for them. */
export const whoeverFinished = (owner: Owner): Owner =>
	owner.unfinished ? { ...owner, user: null, pretender: owner.user } : owner;

/** Whether a write failed because somebody else decided on the DID since its owner was looked up. */
export async function isRaced(
	bsky: Bsky,
	did: string,
	owner: Owner,
	error: unknown,
	likely?: string,
): Promise<boolean> {
	if (error instanceof AccountRaceError || error instanceof SessionRaceError) return true;
	if (isConflict(error)) return true;
	const now = await findOwner(bsky, did, likely).catch(() => owner);
	return !isSameOwner(owner, now);
}

/** Whether what was seen of a DID still holds. */
const isSameOwner = (a: Owner, b: Owner): boolean =>
	a.user?.id === b.user?.id && a.entered === b.entered && a.pretender?.id === b.pretender?.id;
