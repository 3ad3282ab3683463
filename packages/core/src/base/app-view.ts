import { BLUESKY_APPVIEW } from "./scope.ts";
import { isReadOnce } from "./streamed.ts";

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

const HEADER = "atproto-proxy";

/** What a server that knows no such method answers. */
const UNKNOWN_METHOD = [404, 501];

/**
 * Calls a method at a person's server. Not every server forwards `app.bsky.*` to an AppView by
 * itself: where one knows nothing of it, it is asked again, to forward to Bluesky's. It is asked
 * without that first, since it may have an AppView of its own choice, and answers some of it itself.
 */
export async function withAppView(
	fetch: Fetch,
	path: string,
	init: RequestInit = {},
): Promise<Response> {
	const response = await fetch(path, init);
	const headers = new Headers(init.headers);
	// A stream has been read by then.
	const canAskAgain = !headers.has(HEADER) && !isReadOnce(init.body);
	const isForAppView = String(path).startsWith("/xrpc/app.bsky.");
	if (!isForAppView || !canAskAgain || !UNKNOWN_METHOD.includes(response.status)) return response;
	await response.body?.cancel();
	headers.set(HEADER, BLUESKY_APPVIEW);
	return fetch(path, { ...init, headers });
}
