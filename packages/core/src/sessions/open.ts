import type { OAuthSession } from "@atproto/oauth-client-node";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { scheduleRevocations } from "./revoke.ts";

/** The session of a DID, ready for calls; `gone` for good, or `unreachable` for now. */
export async function openSession(
	bsky: Bsky,
	did: string,
): Promise<OAuthSession | "gone" | "unreachable"> {
	const { restorer } = await bsky.oauth();
	scheduleRevocations(bsky);
	try {
		return await restorer.restore(did);
	} catch (error) {
		const { isSessionGone } = await import("../oauth/errors.ts");
		if (isSessionGone(error)) return "gone";
		bsky.logFailure("A session could not be refreshed; it stays stored.", error);
		return "unreachable";
	}
}

/**
 * The same where there has to be one.
 *
 * @throws {BskyError} SESSION_EXPIRED or SERVER_UNREACHABLE
 */
export async function requireSession(bsky: Bsky, did: string): Promise<OAuthSession> {
	const session = await openSession(bsky, did);
	if (session === "gone") throw new BskyError("SESSION_EXPIRED");
	if (session === "unreachable") throw new BskyError("SERVER_UNREACHABLE");
	return session;
}
