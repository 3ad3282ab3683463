import type { Bsky } from "../bsky.ts";
import { scheduleRevocations } from "../sessions/revoke.ts";
import { scheduleCleanup } from "../stores/state-store.ts";

/**
 * What is to be done now and then, whatever is asked of this app, and however that ends: revocations
 * that wait, and sign-ins that were never finished. It is in nobody's way.
 */
export function doChores(bsky: Bsky): void {
	scheduleRevocations(bsky);
	scheduleCleanup(bsky.context, bsky.memory);
}
