import type { AuthContext } from "better-auth";
import { currentAdapter, patient } from "../base/conflict.ts";
import { isDid } from "../base/did.ts";
import { ALL_OF_ONE, type BskyAccountRow } from "../schema.ts";

const MODEL = "bskyAccount";

/** The DID of the row that says that every account from before this table has been entered. */
const ALL_ENTERED = "*";

const didIs = (did: string) => ({ field: "did", value: did });
const userIs = (userId: string) => ({ field: "userId", value: userId });

/** What a row remembers of the last sign-in. What isn't there stays as it was. */
export type AccountFields = Partial<
	Pick<BskyAccountRow, "handle" | "displayName" | "avatar" | "scope">
>;

/** Somebody else decided on the DID since it was looked at: the caller begins again. */
export class AccountRaceError extends Error {
	override name = "AccountRaceError";
}

/** Whose a DID is by its row, and whether one without a row is nobody's for certain. */
export async function readOwner(
	context: AuthContext,
	did: string,
): Promise<{ userId: string | null; allEntered: boolean }> {
	const adapter = await currentAdapter(context);
	const rows = await adapter.findMany<BskyAccountRow>({
		model: MODEL,
		// Not every database takes what anybody may name.
		where: [{ field: "did", operator: "in", value: [...(isDid(did) ? [did] : []), ALL_ENTERED] }],
		limit: 2,
	});
	return {
		userId: rows.find((row) => row.did === did)?.userId ?? null,
		allEntered: rows.some((row) => row.did === ALL_ENTERED),
	};
}

/** The rows of a user's DIDs. */
export async function accountsOf(context: AuthContext, userId: string): Promise<BskyAccountRow[]> {
	const adapter = await currentAdapter(context);
	return adapter.findMany<BskyAccountRow>({
		model: MODEL,
		where: [userIs(userId)],
		sortBy: { field: "did", direction: "asc" },
		limit: ALL_OF_ONE,
	});
}

/** The DIDs that are a user's by their rows. */
export const didsOf = async (context: AuthContext, userId: string): Promise<string[]> =>
	(await accountsOf(context, userId)).map(({ did }) => did);

/** Keeps what was found out about an account since its last sign-in, while it is that user's. */
export async function rememberFields(
	{ adapter }: AuthContext,
	did: string,
	userId: string,
	fields: AccountFields,
): Promise<void> {
	await adapter.updateMany({ model: MODEL, where: [didIs(did), userIs(userId)], update: fields });
}

/** Which of these DIDs have a row, and whose they are by it. */
export async function enteredAmong(
	context: AuthContext,
	dids: string[],
): Promise<Map<string, string | null>> {
	if (dids.length === 0) return new Map();
	const rows = await patient(context.adapter).findMany<BskyAccountRow>({
		model: MODEL,
		where: [{ field: "did", operator: "in", value: dids }],
		limit: dids.length,
	});
	return new Map(rows.map(({ did, userId }) => [did, userId]));
}

/**
 * Enters a DID as a user's, inside the caller's transaction. The key lets one of several through; the
 * others fail here, or wait and fail once that one has committed.
 *
 * @throws what the database throws about a row that is there
 */
export async function enterOwner(
	context: AuthContext,
	did: string,
	userId: string,
	fields: AccountFields = {},
): Promise<void> {
	const adapter = await currentAdapter(context);
	await adapter.create({ model: MODEL, data: { did, userId, version: 0, ...fields } });
}

/**
 * Holds the row of a DID until the caller's transaction ends, and moves it to another user where `to`
 * is one.
 *
 * @throws {AccountRaceError} when the row is no longer `userId`'s
 */
export async function holdOwner(
	context: AuthContext,
	did: string,
	userId: string,
	to: string = userId,
	fields: AccountFields = {},
): Promise<void> {
	const adapter = await currentAdapter(context);
	const set = { ...fields, ...(to !== userId && { userId: to }) };
	const held = await adapter.incrementOne({
		model: MODEL,
		where: [didIs(did), userIs(userId)],
		increment: { version: 1 },
		...(Object.keys(set).length > 0 && { set }),
	});
	if (!held) throw new AccountRaceError();
}

/** Takes a DID away from a user; waits for whoever holds the row. False where it wasn't theirs. */
export async function removeOwner(
	context: AuthContext,
	did: string,
	userId: string,
): Promise<boolean> {
	const adapter = await currentAdapter(context);
	const removed = await adapter.deleteMany({ model: MODEL, where: [didIs(did), userIs(userId)] });
	return removed > 0;
}

/** Takes all DIDs away from a user who is gone, whatever became of their accounts. */
export async function removeOwners(context: AuthContext, userId: string): Promise<void> {
	const adapter = await currentAdapter(context);
	await adapter.deleteMany({ model: MODEL, where: [userIs(userId)] });
}

/** Says that every account from before this table has been entered. */
export async function markAllEntered({ adapter }: AuthContext): Promise<void> {
	await adapter.create({ model: MODEL, data: { did: ALL_ENTERED, userId: null, version: 0 } });
}
