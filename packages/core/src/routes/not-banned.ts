import { apiError } from "../base/api-error.ts";
import type { Bsky } from "../bsky.ts";
import { requireNotBanned } from "../sessions/may-act.ts";

/** @throws better-auth's APIError with BANNED_USER */
export const notBanned = (bsky: Bsky, userId: string): Promise<void> =>
	requireNotBanned(bsky, userId).catch((error) => {
		throw apiError(error);
	});
