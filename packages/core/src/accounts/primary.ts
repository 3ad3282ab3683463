import { currentAdapter, lacksLetter } from "../base/conflict.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyProfile } from "../identity/profile.ts";
import { type BskyUser, NO_PROFILE, profileColumns } from "../identity/user-fields.ts";
import type { BskyAccountRow } from "../schema.ts";
import { accountsOf } from "../stores/account-store.ts";
import { accountRows } from "./account-rows.ts";

/** Takes a DID that is no longer theirs out of a user's columns; the next one that is takes its place. */
export async function forgetPrimary(bsky: Bsky, userId: string, did: string): Promise<void> {
	const { internalAdapter } = bsky.context;
	const user: BskyUser | null = await internalAdapter.findUserById(userId);
	if (user?.bskyDid !== did) return;
	const next = await nextPrimary(bsky, userId, did);
	const columns = next ? profileColumns(await profileOf(bsky, userId, next)) : NO_PROFILE;
	await writeColumns(bsky, userId, columns);
}

/** Makes a DID the primary one of a user who has none. */
export async function makePrimary(
	bsky: Bsky,
	{ id, bskyDid }: BskyUser,
	did: string,
): Promise<void> {
	if (!bskyDid) await writeColumns(bsky, id, { bskyDid: did });
}

/** The one that was connected first, of those that both better-auth's rows and ours say are theirs. */
async function nextPrimary(
	bsky: Bsky,
	userId: string,
	did: string,
): Promise<BskyAccountRow | undefined> {
	const theirs = await accountsOf(bsky.context, userId);
	const connected = await accountRows(bsky, userId);
	return connected
		.filter(({ accountId }) => accountId !== did)
		.toSorted((a, b) => Number(a.createdAt) - Number(b.createdAt))
		.flatMap(({ accountId }) => theirs.find((row) => row.did === accountId) ?? [])
		.at(0);
}

/** What is known of its profile. A handle that somebody else has come with since isn't this one's. */
async function profileOf(
	{ memory, context }: Bsky,
	userId: string,
	{ did, handle, displayName, avatar }: BskyAccountRow,
): Promise<BskyProfile> {
	const seen = memory.profiles.get(did);
	if (seen) return seen;
	const adapter = await currentAdapter(context);
	const others = await (handle === null
		? []
		: adapter.findMany<BskyUser>({
				model: "user",
				where: [
					{ field: "bskyHandle", value: handle },
					{ field: "id", operator: "ne", value: userId },
				],
				limit: 1,
			}));
	return {
		did,
		handle: others.length > 0 ? null : handle,
		displayName: displayName ?? undefined,
		avatar: avatar ?? undefined,
	};
}

/** The columns are ours: a hook of the app may refuse to change its user, but not to forget a DID. */
export async function writeColumns(
	bsky: Bsky,
	userId: string,
	columns: Record<string, string | null>,
): Promise<void> {
	const { internalAdapter } = bsky.context;
	const written = await internalAdapter.updateUser(userId, columns).catch((error: unknown) => {
		bsky.logFailure("columns_refused", error);
		return null;
	});
	if (written) return;
	const adapter = await currentAdapter(bsky.context);
	const where = [{ field: "id", value: userId }];
	const write = (update: object) => adapter.updateMany({ model: "user", where, update });
	await write(columns).catch((error: unknown) => {
		if (!lacksLetter(error)) throw error;
		return write({ ...columns, bskyDisplayName: null, bskyBio: null });
	});
}
