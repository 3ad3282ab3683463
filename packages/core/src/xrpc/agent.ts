import type { Agent } from "@atproto/api";
import type { Bsky } from "../bsky.ts";
import { type BskySessionFetch, sessionFetchOf } from "./session-fetch.ts";

/**
 * An agent that acts as a DID for as long as it belongs to the user who has it now.
 *
 * @param owner the user who that has to be
 * @throws {BskyError} SESSION_EXPIRED, SERVER_UNREACHABLE or CLIENT_MISCONFIGURED
 */
export async function agentOf(
	bsky: Bsky,
	did: BskySessionFetch["did"],
	owner?: string,
): Promise<Agent> {
	const session = await sessionFetchOf(bsky, did, owner);
	const { Agent } = await import("./sdk-agent.ts");
	return new Agent(session);
}
