import { inBrowser } from "../in-browser.ts";
import { keepSession } from "./keep.ts";
import { find, shared } from "./shared.ts";
import { sourceOf } from "./sources.ts";
import { initialState } from "./state.ts";
import type { BskySessionController, BskySessionOptions } from "./types.ts";

/**
 * The AT Protocol session of whoever is signed in. In a browser all calls for the same server share
 * one `$state`; on a server each has its own, so that no request sees another's. It may be called
 * while rendering, and again with another `initial`.
 *
 * With an `authClient` that has `atprotoAuthClient()` it is the session that the plugin keeps;
 * otherwise it is kept here, without better-auth's client.
 */
export function createBskySession({
	initial,
	...options
}: BskySessionOptions = {}): BskySessionController {
	const session = find(options) ?? keepSession(sourceOf(options));
	if (inBrowser() && !find(options)) shared.push({ ...options, session });
	if (initial !== undefined) session.offer(initial);
	return { ...session, initialState: initialState(initial) };
}
