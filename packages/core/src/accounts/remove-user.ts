import { patient } from "../base/conflict.ts";
import type { Bsky } from "../bsky.ts";

/** Takes back a user whom a sign-in has just made; a hook of the app that refuses doesn't keep them. */
export async function removeNewUser({ context }: Bsky, userId: string): Promise<void> {
	try {
		await context.internalAdapter.deleteUser(userId);
	} finally {
		const where = [{ field: "id", value: userId }];
		await patient(context.adapter).deleteMany({ model: "user", where });
	}
}
