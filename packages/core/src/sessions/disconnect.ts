import type { Bsky } from "../bsky.ts";
import { deleteSession, type StoredSession } from "../stores/session-store.ts";
import { revokeSession } from "./revoke.ts";
import { ownSessions } from "./whose.ts";

/** Removes and revokes the stored sessions of a user: all of them, or that of one DID. */
export async function disconnect(bsky: Bsky, userId: string, did?: string): Promise<void> {
	for (const stored of await ownSessions(bsky, userId, did)) await endSession(bsky, stored);
}

/** Removes a session, whether or not its row is still there, and revokes it if it could be opened. */
export async function endSession(
	bsky: Bsky,
	{ did, session }: Pick<StoredSession, "did" | "session">,
): Promise<void> {
	if (session) await revokeSession(bsky, session);
	await deleteSession(bsky.context, did);
	bsky.profiles.delete(did);
}
