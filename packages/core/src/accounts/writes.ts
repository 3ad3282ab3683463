import type { Account, Session } from "better-auth";
import { PROVIDER_ID } from "../base/paths.ts";
import { sleep } from "../base/runtime.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError, type BskyErrorCode } from "../errors.ts";
import { type BskyUser, ownAmong, profileOfUser, syncedFields } from "../identity/user-fields.ts";
import { revokeRefused, revokeSession } from "../sessions/revoke.ts";
import {
	type AccountFields,
	enterOwner,
	holdOwner,
	readOwner,
	removeOwner,
} from "../stores/account-store.ts";
import { revocationOf } from "../stores/revocation-store.ts";
import { isSame, type SavedSession } from "../stores/saved.ts";
import {
	deleteSession,
	readSession,
	replaceSession,
	revocable,
	type StoredSession,
} from "../stores/session-store.ts";
import {
	accountRows,
	adoptAccountRow,
	isOurs,
	removeAccountRows,
	restoreAccountRow,
} from "./account-rows.ts";
import { hasTransactions, type Undo, withHooksAfterwards } from "./all-or-nothing.ts";
import type { Arrival } from "./arrival.ts";
import { checkedChanges } from "./checked-fields.ts";
import { asOwnRow } from "./own-row.ts";
import type { Owner } from "./owner.ts";
import { forgetPrimary } from "./primary.ts";
import { refusable } from "./refusal.ts";

/** A DID whose owner is known, by a sign-in or by the app's own word, and a session of it. */
export type Proven = Pick<Arrival, "did"> &
	Partial<Pick<Arrival, "handle" | "handleInDoubt" | "profile">> & { saved: SavedSession | null };

/** What the DID's row is to remember: what came, and nothing in place of what couldn't be had. */
function fieldsOf({ handle, handleInDoubt, profile, saved }: Proven): AccountFields {
	return {
		...(handle !== undefined && handleInDoubt === undefined && { handle }),
		...(profile && {
			displayName: profile.displayName ?? null,
			avatar: profile.avatar ?? null,
		}),
		...(saved && { scope: saved.tokenSet.scope }),
	};
}

/** How long another sign-in is waited for where nothing else can be waited for, in milliseconds. */
const MOMENT = 250;

export const aMoment = () => sleep(MOMENT);

/** Makes the DID's row the user's, and holds it until the transaction ends: all else follows it. */
export async function takeDid(
	bsky: Bsky,
	undo: Undo,
	proven: Proven,
	user: BskyUser,
	{ entered, pretender }: Owner,
): Promise<void> {
	const { context } = bsky;
	const { did } = proven;
	const fields = fieldsOf(proven);
	if (entered !== null) {
		await holdOwner(context, did, entered, user.id, fields);
		if (entered !== user.id) {
			undo.push(() => holdOwner(context, did, user.id, entered));
			const rows = await accountRows(bsky, entered);
			await removeAccountRows(
				context,
				rows.filter((row) => row.accountId === did),
			);
		}
	} else {
		await enterOwner(context, did, user.id, fields).catch(async (error: unknown) => {
			// Without transactions, another sign-in may have done this for the same user.
			if (hasTransactions(context)) throw error;
			if ((await readOwner(context, did)).userId !== user.id) throw error;
		});
		undo.push(async () => {
			await removeOwner(context, did, user.id);
		});
	}
	if (pretender && pretender.id !== user.id) await forgetPrimary(bsky, pretender.id, did);
}

/**
 * Sees to it that better-auth has one account row of the DID: one of an older plugin becomes ours.
 *
 * @returns the one that was there before, if there was one
 */
export async function haveAccount(
	bsky: Bsky,
	undo: Undo,
	arrival: Proven,
	userId: string,
): Promise<Account | undefined> {
	const { context } = bsky;
	const find = async () =>
		(await accountRows(bsky, userId)).filter((row) => row.accountId === arrival.did);
	let rows = await find();
	if (rows.length === 0 && !hasTransactions(context)) {
		// Whoever has just entered the DID may be about to write it.
		await aMoment();
		rows = await find();
	}
	const [kept] = rows.toSorted((a, b) => Number(isOurs(b)) - Number(isOurs(a)));
	if (!kept) {
		await createAccount(bsky, undo, arrival, userId, "UNABLE_TO_LINK_ACCOUNT");
		return undefined;
	}
	if (!isOurs(kept)) {
		await adoptAccountRow(context, kept);
		undo.push(() => restoreAccountRow(context, kept));
	}
	const others = rows.filter((row) => row !== kept);
	await removeAccountRows(context, others);
	return kept;
}

/** Scopes as better-auth has them in its accounts. */
const scopesOf = ({ tokenSet }: SavedSession): string => tokenSet.scope.split(" ").join(",");

/**
 * Says in better-auth's account what the server has granted this time: apps read there what they may
 * ask for. As in {@link update}.
 */
export async function updateScopes(
	bsky: Bsky,
	account: Account | undefined,
	{ saved }: Arrival,
): Promise<void> {
	const { options, internalAdapter } = bsky.context;
	const scope = scopesOf(saved);
	if (!account || account.scope === scope) return;
	if (options.account?.updateAccountOnSignIn === false) return;
	try {
		await withHooksAfterwards(bsky, () => internalAdapter.updateAccount(account.id, { scope }));
	} catch (error) {
		bsky.logFailure("scopes_not_updated", error);
	}
}

export async function createAccount(
	{ context }: Bsky,
	undo: Undo,
	{ did, saved }: Proven,
	userId: string,
	code: BskyErrorCode,
): Promise<void> {
	const row = asOwnRow({
		userId,
		providerId: PROVIDER_ID,
		accountId: did,
		...(saved && { scope: scopesOf(saved) }),
	});
	const creation = context.internalAdapter.createAccount(row);
	const account = await refusable(code, creation);
	undo.push(() => removeAccountRows(context, [account]));
	// A hook may change what is written; without a row of their own nobody is signed in.
	const { providerId } = account;
	if (account.userId !== userId || account.accountId !== did || providerId !== PROVIDER_ID) {
		throw new BskyError(code);
	}
}

/**
 * What brings a user up to date with the profile of their primary DID, or of their first one. The app
 * is asked, which may read the database by another connection: never inside a transaction.
 */
export async function profileChanges(
	bsky: Bsky,
	{ did, handle, profile, handleInDoubt }: Arrival,
	user: BskyUser,
): Promise<Record<string, unknown>> {
	if (user.bskyDid && user.bskyDid !== did) return {};
	// Whoever keeps the profile back keeps the one before, and no handle that isn't theirs.
	const known = { ...(profile ?? profileOfUser({ ...user, bskyDid: did })), handle };
	// One that was verified earlier stays while nobody can tell whether it still is.
	if (handleInDoubt && handleInDoubt === user.bskyHandle) known.handle = handleInDoubt;
	return checkedChanges(bsky, await syncedFields(user, known, bsky.options.mapProfileToUser));
}

/**
 * Brings a user up to date once all else is committed, as better-auth's own providers do: a hook may
 * read the database. What keeps it from happening keeps nobody out; the next sign-in tries again.
 */
export async function update(
	bsky: Bsky,
	user: BskyUser,
	changes: Record<string, unknown>,
): Promise<BskyUser> {
	const names = Object.keys(changes).length;
	if (names === 0) return user;
	const { internalAdapter } = bsky.context;
	try {
		const write = () => internalAdapter.updateUser<BskyUser>(user.id, changes);
		const updated = await withHooksAfterwards(bsky, write);
		if (updated) return updated;
	} catch (error) {
		bsky.logFailure("user_not_updated", error);
	}
	// What the app makes of a profile keeps nothing of ours from following it.
	const own = ownAmong(changes);
	return Object.keys(own).length < names ? update(bsky, user, own) : user;
}

/**
 * Swaps the stored session, as the last of the writes; the one before is revoked once that is
 * committed.
 *
 * @param seen the stored session as it was read a moment ago, if it was
 * @returns how to take it back
 */
export async function store(
	bsky: Bsky,
	undo: Undo,
	arrival: Arrival,
	userId: string,
	seen?: StoredSession | null,
): Promise<() => Promise<void>> {
	const { context } = bsky;
	const { did, saved } = arrival;
	// By an earlier attempt, and whoever has removed it since has had it revoked.
	if (arrival.stored) return async () => {};
	// Without a transaction nobody held the row since it was taken.
	if (!hasTransactions(context)) await holdOwner(context, did, userId);
	const replaced = await replaceSession(context, did, userId, saved, seen);
	arrival.stored = true;
	const takeBack = async () => {
		const now = await readSession(context, did);
		if (!now?.session || !isSame(now.session, saved)) return;
		// A hook may have had it refreshed.
		arrival.saved = now.session;
		const taken = replaced?.session
			? replaceSession(context, did, replaced.userId, replaced.session)
			: deleteSession(context, now);
		arrival.stored = !(await taken);
	};
	undo.push(takeBack);
	const before = replaced && revocable(replaced);
	// After a commit whose answer was lost, the next attempt finds what the first one stored.
	if (!before || isSame(before, saved)) return takeBack;
	await revokeReplaced(bsky, before);
	return takeBack;
}

/** Without a transaction nothing after the swap may fail: it would leave two live sessions. */
export const revokeReplaced = (bsky: Bsky, session: SavedSession): Promise<void> =>
	hasTransactions(bsky.context)
		? revokeSession(bsky, session)
		: revokeRefused(bsky, revocationOf(session));

/**
 * better-auth's session, made as its own providers do: when all else has been committed. It acts as the
 * DID that it was made for.
 */
export function createSession(bsky: Bsky, userId: string, bskyDid: string): Promise<Session> {
	const { internalAdapter } = bsky.context;
	return refusable(
		"UNABLE_TO_CREATE_SESSION",
		withHooksAfterwards(bsky, () => internalAdapter.createSession(userId, undefined, { bskyDid })),
	);
}
