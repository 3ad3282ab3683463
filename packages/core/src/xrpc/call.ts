import type { OAuthSession } from "@atproto/oauth-client-node";
import { apiError } from "../base/api-error.ts";
import type { Bsky } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import { requireSession } from "../sessions/open.ts";

/**
 * One call at the person's server, with the tokens of their session.
 *
 * @throws better-auth's APIError with SESSION_EXPIRED or SERVER_UNREACHABLE where that keeps it from
 * its answer
 */
export async function call(
	bsky: Bsky,
	session: OAuthSession,
	...request: Parameters<OAuthSession["fetchHandler"]>
): Promise<Response> {
	try {
		const response = await session.fetchHandler(...request);
		// The SDK has tried to refresh, and passes on the 401 when that didn't work.
		if (response.status === 401) await requireSession(bsky, session.sub);
		return response;
	} catch (error) {
		const { isSessionGone, isUnreachable } = await import("../oauth/errors.ts");
		if (isSessionGone(error)) throw apiError(new BskyError("SESSION_EXPIRED"));
		if (isUnreachable(error)) throw apiError(new BskyError("SERVER_UNREACHABLE"));
		throw apiError(error);
	}
}
