import type { Session } from "better-auth";
import type { Bsky } from "../bsky.ts";

/** Tokens of sessions that were made and never handed out: their end is nobody's sign-out. */
const withdrawn = new Set<string>();

export const isWithdrawn = (token: string): boolean => withdrawn.has(token);

/** Ends a session that a sign-in has made, and that nobody gets since the sign-in came to nothing. */
export async function withdrawSession(bsky: Bsky, { token }: Session): Promise<void> {
	withdrawn.add(token);
	try {
		await bsky.context.internalAdapter.deleteSession(token);
	} catch (error) {
		bsky.logFailure("session_not_removed", error);
	} finally {
		withdrawn.delete(token);
	}
}
