import type { Bsky } from "../bsky.ts";
import { revocationOf } from "../stores/revocation-store.ts";
import { deleteSession } from "../stores/session-store.ts";
import { queueRevocation } from "./revoke.ts";
import { ownSessions } from "./whose.ts";

/** Removes and revokes the stored sessions of a user: all of them, or that of one DID. */
export async function disconnect(bsky: Bsky, userId: string, did?: string): Promise<void> {
	for (const stored of await ownSessions(bsky, userId, did)) {
		if (stored.session) await queueRevocation(bsky, revocationOf(stored.session));
		await deleteSession(bsky.context, stored.did);
		bsky.profiles.delete(stored.did);
	}
}
