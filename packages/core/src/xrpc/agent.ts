import type { Agent } from "@atproto/api";
import type { Bsky } from "../bsky.ts";
import { requireSession } from "../sessions/open.ts";
import { call } from "./call.ts";

/**
 * An agent that acts as a DID, which the caller has checked.
 *
 * @throws {BskyError} SESSION_EXPIRED or SERVER_UNREACHABLE
 */
export async function agentOf(bsky: Bsky, did: string): Promise<Agent> {
	const session = await requireSession(bsky, did);
	const { Agent } = await import("@atproto/api");
	return new Agent({ did, fetchHandler: (...request) => call(bsky, session, ...request) });
}
