import type { Account, AuthContext } from "better-auth";
import { currentAdapter, patient } from "../base/conflict.ts";
import { PROVIDER_ID } from "../base/paths.ts";
import type { Bsky } from "../bsky.ts";
import { ALL_OF_ONE } from "../schema.ts";

/**
 * better-auth's own rows of connected accounts: what its endpoints list and unlink. They follow
 * `bskyAccount`, and are looked up by their user: that is the one index that their table has. A hook of
 * the app may have added anything to one; whose it is, our own tables say.
 */
export async function accountRows(bsky: Bsky, userId: string): Promise<Account[]> {
	const adapter = await currentAdapter(bsky.context);
	const rows = await adapter.findMany<Account>({
		model: "account",
		where: [{ field: "userId", value: userId }],
		limit: ALL_OF_ONE,
	});
	return rows.filter((row) => isOfDid(bsky, row));
}

/**
 * The rows of one DID, whoever has them. There is no index for this: it reads the whole table.
 *
 * @param providerIds under which of them
 */
export async function searchAccountRows(
	bsky: Bsky,
	did: string,
	providerIds: readonly string[],
): Promise<Account[]> {
	const rows = await patient(bsky.context.adapter).findMany<Account>({
		model: "account",
		where: [
			{ field: "providerId", operator: "in", value: [...providerIds] },
			{ field: "accountId", value: did },
		],
		limit: 100,
	});
	// A collation may take another DID for the same.
	return rows.filter((row) => isOfDid(bsky, row) && row.accountId === did);
}

/** All rows of ours, so many at a time, by their ID: over all steps, the table is read once. */
export const listAccountRows = (
	{ adapter }: AuthContext,
	after: string | undefined,
	limit: number,
): Promise<Account[]> =>
	adapter.findMany<Account>({
		model: "account",
		where: [
			{ field: "providerId", value: PROVIDER_ID },
			...(after === undefined ? [] : [{ field: "id", operator: "gt" as const, value: after }]),
		],
		sortBy: { field: "id", direction: "asc" },
		limit,
	});

/** Removes rows that no hook is to hear of: better-auth has removed the account, or there is another. */
export async function removeAccountRows(context: AuthContext, rows: Account[]): Promise<void> {
	if (rows.length === 0) return;
	const adapter = await currentAdapter(context);
	await adapter.deleteMany({
		model: "account",
		where: [{ field: "id", operator: "in", value: rows.map((row) => row.id) }],
	});
}

export const isOurs = ({ providerId }: Account): boolean => providerId === PROVIDER_ID;

/**
 * Whether a row is of a DID: one of ours, or one of an older plugin that the app names. The AT Protocol
 * has no ID tokens: an older row with one is of some other provider by that name.
 */
const isOfDid = ({ options }: Bsky, row: Account): boolean =>
	isOurs(row) ||
	(options.legacy.providerIds.includes(row.providerId) &&
		row.accountId.startsWith("did:") &&
		!row.idToken);

/**
 * Whether a row says whose a DID is where nothing else does. We write no tokens into ours: one that holds
 * some was written by somebody else under our name, before that was refused.
 */
export const isProof = (row: Account): boolean =>
	!isOurs(row) || (!row.accessToken && !row.refreshToken && !row.idToken);

/** What an older plugin wrote in place of tokens, or as such, goes when its row becomes ours. */
const OURS = {
	providerId: PROVIDER_ID,
	accessToken: null,
	refreshToken: null,
	idToken: null,
	accessTokenExpiresAt: null,
	refreshTokenExpiresAt: null,
};

/** Makes the row of an older plugin one of ours; no hook hears of it, since the account is the same. */
export async function adoptAccountRow(context: AuthContext, row: Account): Promise<void> {
	await updateAccountRow(context, row, OURS);
}

/** Makes it again what it was. */
export async function restoreAccountRow(context: AuthContext, row: Account): Promise<void> {
	const before = Object.keys(OURS).map((name) => [name, Reflect.get(row, name) ?? null]);
	await updateAccountRow(context, row, Object.fromEntries(before));
}

async function updateAccountRow(
	context: AuthContext,
	{ id }: Account,
	update: Record<string, unknown>,
): Promise<void> {
	const adapter = await currentAdapter(context);
	await adapter.updateMany({ model: "account", where: [{ field: "id", value: id }], update });
}
