import { getCurrentAdapter } from "@better-auth/core/context";
import type { Bsky } from "../bsky.ts";
import { type BskyUser, NO_PROFILE, profileColumns } from "../identity/user-fields.ts";
import { readOwner } from "../stores/account-store.ts";
import { accountRows } from "./account-rows.ts";

/** Takes a DID that is no longer theirs out of a user's columns; the next one that is takes its place. */
export async function forgetPrimary(bsky: Bsky, userId: string, did: string): Promise<void> {
	const { internalAdapter } = bsky.context;
	const user: BskyUser | null = await internalAdapter.findUserById(userId);
	if (user?.bskyDid !== did) return;
	const next = await nextPrimary(bsky, userId, did);
	const columns = next
		? profileColumns(bsky.profiles.get(next) ?? { did: next, handle: null })
		: NO_PROFILE;
	await writeColumns(bsky, userId, columns);
}

async function nextPrimary({ context }: Bsky, userId: string, did: string): Promise<string | null> {
	for (const { accountId } of await accountRows(context, userId)) {
		if (accountId === did) continue;
		const { userId: owner } = await readOwner(context, accountId);
		if (owner === userId) return accountId;
	}
	return null;
}

/** The columns are ours: a hook of the app may refuse to change its user, but not to forget a DID. */
async function writeColumns(
	bsky: Bsky,
	userId: string,
	columns: Record<string, string | null>,
): Promise<void> {
	const { internalAdapter } = bsky.context;
	const written = await internalAdapter.updateUser(userId, columns).catch((error: unknown) => {
		bsky.logFailure("A hook refused to let a user's columns be updated.", error);
		return null;
	});
	if (written) return;
	const adapter = await getCurrentAdapter(bsky.context.adapter);
	await adapter.updateMany({
		model: "user",
		where: [{ field: "id", value: userId }],
		update: columns,
	});
}
