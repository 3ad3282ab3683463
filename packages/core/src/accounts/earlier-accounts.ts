import type { Account } from "better-auth";
import { isDid } from "../base/did.ts";
import { inBackground } from "../base/in-background.ts";
import { PROVIDER_ID } from "../base/paths.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import {
	AccountRaceError,
	enteredAmong,
	enterOwner,
	holdOwner,
	markAllEntered,
	readOwner,
} from "../stores/account-store.ts";
import { findSession } from "../stores/session-store.ts";
import {
	accountRows,
	isOurs,
	isProof,
	listAccountRows,
	removeAccountRows,
	searchAccountRows,
} from "./account-rows.ts";

/** Most accounts of one step: the next one may wait for whoever else wants the database. */
const PAGE = 500;

/** Databases in whose tables this process is at it. */
const underWay = new WeakSet<object>();

/**
 * The owner of a DID whose account is older than the table `bskyAccount`, or was written by hand. What
 * has an index comes first: the stored session and the user's column. While not every account from
 * before is entered, better-auth's table is searched, too: somebody's only trace may be there.
 *
 * @param naming the user whose column names the DID
 * @param likely a user who may have it
 */
export async function findEarlierOwner(
	bsky: Bsky,
	did: string,
	{
		naming,
		allEntered,
		likely,
	}: { naming: BskyUser | null; allEntered: boolean; likely: string | undefined },
): Promise<BskyUser | null> {
	const { context } = bsky;
	if (!allEntered && !underWay.has(context.adapter)) inBackground(context, enterAll(bsky));
	const stored = await findSession(context, did);
	// The stored session came with the last proof of the DID; the column may be older.
	for (const userId of new Set([stored?.userId, naming?.id, likely])) {
		if (userId === undefined) continue;
		const rows = await accountRows(bsky, userId);
		if (rows.some((row) => row.accountId === did)) {
			return context.internalAdapter.findUserById(userId);
		}
	}
	// Those of older plugins are searched as long as the app names them: nobody knows when they end.
	const { providerIds } = bsky.options.legacy;
	const searched = allEntered ? providerIds : [PROVIDER_ID, ...providerIds];
	if (searched.length === 0) return null;
	const rows = await searchAccountRows(bsky, did, searched);
	return rows.length > 0 ? settleOwner(bsky, did, rows) : null;
}

/**
 * Of several users with an account row for one DID, as two callbacks at once could bring about before
 * there was a key, each had proven the DID. The one with the stored session has it, or else whose
 * column names it, or else the first. The rows of others, and of users who are gone, go.
 *
 * @param entered who has it by our own row, and keeps it for want of anything else
 */
async function settleOwner(
	{ context }: Bsky,
	did: string,
	rows: Account[],
	entered: string | null = null,
): Promise<BskyUser | null> {
	const stored = await findSession(context, did);
	const all = rows.toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt));
	const proofs = all.filter(isProof);
	const withRow = new Set(all.map(({ userId }) => userId));
	const users: BskyUser[] = [];
	for (const userId of new Set([entered, ...withRow])) {
		const user = userId === null ? null : await context.internalAdapter.findUserById(userId);
		if (user) users.push(user);
	}
	const owner =
		users.find((user) => user.id === stored?.userId) ??
		users.find((user) => user.bskyDid === did) ??
		users.find(({ id }) => id === entered || proofs.some((row) => row.userId === id));
	await removeAccountRows(
		context,
		proofs.filter(({ userId }) => userId !== owner?.id),
	);
	return owner ?? null;
}

/**
 * Enters every account from before, step by step and in nobody's way: then better-auth's table isn't
 * searched again. Who begins anew, after a restart or beside another process, passes over what is
 * entered by one look a step. From then on whoever is missing is found by what has an index.
 */
async function enterAll(bsky: Bsky): Promise<void> {
	const { context } = bsky;
	underWay.add(context.adapter);
	try {
		let rows: Account[];
		let after: string | undefined;
		do {
			rows = await listAccountRows(context, after, PAGE);
			await enter(bsky, rows);
			after = rows.at(-1)?.id;
		} while (rows.length === PAGE);
		await markAllEntered(context);
	} catch (error) {
		if ((await readOwner(context, "").catch(() => null))?.allEntered) return;
		bsky.logFailure("accounts_not_entered", error);
	} finally {
		underWay.delete(context.adapter);
	}
}

async function enter(bsky: Bsky, rows: Account[]): Promise<void> {
	const byDid = new Map<string, Account[]>();
	// A collation may take the name of somebody else's provider for ours.
	for (const row of rows.filter((each) => isOurs(each) && isDid(each.accountId)))
		byDid.set(row.accountId, [...(byDid.get(row.accountId) ?? []), row]);
	const entered = await enteredAmong(bsky.context, [...byDid.keys()]);
	for (const [did, ofDid] of byDid) {
		const userId = entered.get(did) ?? null;
		// Of two users with one DID, the rows may come in two steps.
		if (userId !== null && ofDid.every((row) => row.userId === userId)) continue;
		await enterOne(bsky, did, ofDid, userId);
	}
}

async function enterOne(
	bsky: Bsky,
	did: string,
	rows: Account[],
	entered: string | null,
): Promise<void> {
	const { context } = bsky;
	const owner = await settleOwner(bsky, did, rows, entered);
	if (!owner || owner.id === entered) return;
	try {
		if (entered === null) return await enterOwner(context, did, owner.id);
		await holdOwner(context, did, entered, owner.id);
		const theirs = await accountRows(bsky, entered);
		await removeAccountRows(
			context,
			theirs.filter((row) => row.accountId === did),
		);
	} catch (error) {
		// Most likely a sign-in was quicker, or another process; who has proven it knows better.
		const isDecided = (await readOwner(context, did)).userId !== null;
		if (!isDecided && !(error instanceof AccountRaceError)) throw error;
	}
}
