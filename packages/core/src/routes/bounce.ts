import { isLoopbackUrl } from "../base/loopback.ts";
import { urlOf } from "../base/paths.ts";
import { RESPONSE_PARAMETERS } from "../oauth/response.ts";

/** Marks a callback that was sent on to the base URL's host, so that it is never sent on twice. */
const BOUNCED = "bsky_bounced";

/**
 * A browser that comes back on `127.0.0.1` has none of the cookies that it was given on
 * `localhost`: where the callback of a loopback client must be sent on to, or null where it is
 * at the right place already.
 */
export function loopbackBounce(
	baseURL: URL,
	requestHost: string | null,
	query: Readonly<Record<string, unknown>>,
): URL | null {
	if (!isLoopbackUrl(baseURL) || requestHost === null || BOUNCED in query) return null;
	const request = URL.parse(`http://${requestHost}`);
	if (!request || !isLoopbackUrl(request) || request.hostname === baseURL.hostname) return null;
	const target = urlOf(baseURL, "callback");
	for (const name of RESPONSE_PARAMETERS) {
		const value = query[name];
		if (typeof value === "string") target.searchParams.set(name, value);
	}
	target.searchParams.set(BOUNCED, "1");
	return target;
}
