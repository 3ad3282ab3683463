import type { Agent } from "@atproto/api";
import { withAppView } from "../base/app-view.ts";
import type { Bsky } from "../bsky.ts";
import { requireSession } from "../sessions/open.ts";
import { call } from "./call.ts";

/**
 * An agent that acts as a DID for as long as it belongs to the user who has it now.
 *
 * @param owner the user who that has to be
 * @throws {BskyError} SESSION_EXPIRED, SERVER_UNREACHABLE or CLIENT_MISCONFIGURED
 */
export async function agentOf(bsky: Bsky, did: string, owner?: string): Promise<Agent> {
	const { stored } = await requireSession(bsky, did, owner);
	const { userId } = stored;
	const { Agent } = await import("./sdk-agent.ts");
	return new Agent({
		did,
		fetchHandler: (path, init) =>
			withAppView((...request) => call(bsky, { did, userId }, ...request), path, init),
	});
}
