import type { Account } from "better-auth";
import { nowAndThen } from "../base/now-and-then.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { enteredAmong, enterOwner, markAllEntered, readOwner } from "../stores/account-store.ts";
import { findSession } from "../stores/session-store.ts";
import { accountRows, removeAccountRows, searchAccountRows } from "./account-rows.ts";

/** Most accounts that one sign-in enters; a database with more is told the lines to run. */
const MAX_ENTERED = 500;

const isTimeToSay = nowAndThen(24 * 60 * 60 * 1000);

/**
 * The owner of a DID whose account is older than the table `bskyAccount`, or was written by hand. The
 * first sign-in enters all from before; from then on whoever is missing is found by what has an index,
 * the stored session and the user's column, and better-auth's table isn't searched again.
 *
 * @param naming the user whose column names the DID
 */
export async function findEarlierOwner(
	bsky: Bsky,
	did: string,
	{ naming, allEntered }: { naming: BskyUser | null; allEntered: boolean },
): Promise<BskyUser | null> {
	const { context } = bsky;
	if (!allEntered && (await enterAll(bsky))) {
		const { userId } = await readOwner(context, did);
		return userId === null ? null : context.internalAdapter.findUserById(userId);
	}
	const stored = await findSession(context, did);
	// The stored session came with the last proof of the DID; the column may be older.
	for (const userId of new Set([stored?.userId, naming?.id])) {
		if (userId === undefined) continue;
		const rows = await accountRows(context, userId);
		if (rows.some((row) => row.accountId === did)) {
			return context.internalAdapter.findUserById(userId);
		}
	}
	if (allEntered) return null;
	const { rows } = await searchAccountRows(context, did, 100);
	return settleOwner(bsky, rows);
}

/**
 * Of several users with an account row for one DID, as two callbacks at once could bring about before
 * there was a key, each had proven the DID. The one with the stored session has it, or else whose
 * column names it, or else the first. The rows of others, and of users who are gone, go.
 */
async function settleOwner({ context }: Bsky, rows: Account[]): Promise<BskyUser | null> {
	const [row] = rows;
	if (!row) return null;
	const stored = await findSession(context, row.accountId);
	const users: BskyUser[] = [];
	for (const { userId } of rows.toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt))) {
		const user = await context.internalAdapter.findUserById(userId);
		if (user) users.push(user);
	}
	const owner =
		users.find((user) => user.id === stored?.userId) ??
		users.find((user: BskyUser) => user.bskyDid === row.accountId) ??
		users[0];
	await removeAccountRows(
		context,
		rows.filter(({ userId }) => userId !== owner?.id),
	);
	return owner ?? null;
}

/** Enters every account from before, once: then nobody has to search for one again. */
async function enterAll(bsky: Bsky): Promise<boolean> {
	const { context } = bsky;
	const { rows, isAll } = await searchAccountRows(context, null, MAX_ENTERED + 1);
	if (!isAll) {
		if (isTimeToSay(context.adapter)) context.logger.warn(TOO_MANY);
		return false;
	}
	const byDid = new Map<string, Account[]>();
	for (const row of rows) byDid.set(row.accountId, [...(byDid.get(row.accountId) ?? []), row]);
	const entered = await enteredAmong(context, [...byDid.keys()]);
	try {
		for (const [did, ofDid] of byDid) {
			const owner = entered.has(did) ? null : await settleOwner(bsky, ofDid);
			if (owner) await enterOwner(context, did, owner.id);
		}
		await markAllEntered(context);
		return true;
	} catch (error) {
		// Most likely another sign-in is at it; if not, the next one tries again.
		bsky.logFailure("Accounts from before could not all be entered.", error);
		return false;
	}
}

const TOO_MANY =
	"[better-auth-bsky] There are more accounts from before the table bskyAccount than a sign-in " +
	"enters. Until they are in it, each first sign-in of somebody reads the whole table of accounts. " +
	'Enter them once, here as PostgreSQL has it: insert into "bskyAccount" ("id", "did", "userId", "version") ' +
	'select "id", "accountId", "userId", 0 from "account" where "providerId" = \'bsky\'; ' +
	'insert into "bskyAccount" ("id", "did", "version") values (\'*\', \'*\', 0)';
