import { patient } from "../base/conflict.ts";
import type { Bsky } from "../bsky.ts";
import { type BskyUser, profileOfUser, syncedFields } from "../identity/user-fields.ts";
import type { Arrival } from "./arrival.ts";
import { writeColumns } from "./primary.ts";
import { update } from "./writes.ts";

/** More users with one handle than have had it one after the other, and not come back since. */
const MOST = 20;

const NO_HANDLE = { bskyHandle: null };

/**
 * A handle names one DID at a time. Whoever's columns say that they have the one that has just been
 * verified has lost it since, and would be taken for the person who has it now: it is taken out of them,
 * as their next sign-in would do. What keeps that from happening keeps nobody out.
 *
 * @param before the handle that the user's columns had before this sign-in
 */
export async function withdrawHandle(
	bsky: Bsky,
	{ did, handle }: Arrival,
	before?: string | null,
): Promise<void> {
	if (handle === null || handle === before) return;
	try {
		const named = await patient(bsky.context.adapter).findMany<BskyUser>({
			model: "user",
			where: [{ field: "bskyHandle", value: handle }],
			limit: MOST,
		});
		for (const user of named) {
			const { bskyDid } = user;
			// A collation may take another spelling for the same.
			if (!bskyDid || bskyDid === did || user.bskyHandle !== handle) continue;
			const changes = await withoutHandle(bsky, { ...user, bskyDid });
			const now = await update(bsky, user, changes);
			if (now.bskyHandle) await writeColumns(bsky, user.id, NO_HANDLE);
			bsky.memory.profiles.delete(bskyDid);
		}
	} catch (error) {
		bsky.logFailure("handle_not_withdrawn", error);
	}
}

/** What changes with it. An app that can't map a profile without a handle keeps what it made of the one before. */
async function withoutHandle(bsky: Bsky, user: BskyUser & { bskyDid: string }) {
	const profile = { ...profileOfUser(user), handle: null };
	try {
		return await syncedFields(user, profile, bsky.options.mapProfileToUser);
	} catch (error) {
		bsky.logFailure("user_not_updated", error);
		return NO_HANDLE;
	}
}
