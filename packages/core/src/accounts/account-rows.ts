import { getCurrentAdapter } from "@better-auth/core/context";
import type { Account, AuthContext } from "better-auth";
import { PROVIDER_ID } from "../base/paths.ts";

/**
 * better-auth's own rows of connected accounts: what its endpoints list and unlink. They follow
 * `bskyAccount`, and are looked up by their user: that is the one index that their table has.
 */
export async function accountRows(
	{ internalAdapter }: AuthContext,
	userId: string,
): Promise<Account[]> {
	return (await internalAdapter.findAccounts(userId)).filter(isOurs);
}

/**
 * The rows of one DID, or of all, whoever has them. There is no index for this: it reads the whole table.
 *
 * @returns also whether there may be more: what the limit counts holds rows that are none of ours, too
 */
export async function searchAccountRows(
	{ adapter }: AuthContext,
	did: string | null,
	limit: number,
): Promise<{ rows: Account[]; isAll: boolean }> {
	const rows = await adapter.findMany<Account>({
		model: "account",
		where: [
			{ field: "providerId", value: PROVIDER_ID },
			...(did === null ? [] : [{ field: "accountId", value: did }]),
		],
		limit,
	});
	return { rows: rows.filter(isOurs), isAll: rows.length < limit };
}

/** Removes rows that no hook is to hear of: better-auth has removed the account, or there is another. */
export async function removeAccountRows(context: AuthContext, rows: Account[]): Promise<void> {
	if (rows.length === 0) return;
	const adapter = await getCurrentAdapter(context.adapter);
	await adapter.deleteMany({
		model: "account",
		where: [{ field: "id", operator: "in", value: rows.map((row) => row.id) }],
	});
}

/** A row of ours holds no tokens: one that does was written by somebody else under our name. */
const isOurs = (row: Account): boolean =>
	row.providerId === PROVIDER_ID && !row.accessToken && !row.refreshToken && !row.idToken;
