import { inBrowser } from "../in-browser.ts";
import { type KeptSession, keepSession } from "./keep.ts";
import { sourceOf } from "./sources.ts";
import { initialState } from "./state.ts";
import type { BskySessionController, BskySessionOptions } from "./types.ts";

/** One for each server: however many components look, it is asked once. */
const shared: { key: unknown; baseURL?: string | undefined; session: KeptSession }[] = [];

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
	const { offer, ...session } = (inBrowser() && find(options)) || make(options);
	if (initial !== undefined) offer(initial);
	return { ...session, initialState: initialState(initial) };
}

/** Asks for the session again, where somebody looks at it. */
export function refreshBskySession(options: BskySessionOptions): void {
	const store = options.authClient?.$store;
	const session = find(options);
	// better-auth's own session carries columns of ours, and ours follows it.
	if (store) store.notify("$sessionSignal");
	else if (session?.$state.lc) session.refetch();
}

const keyOf = ({ authClient, fetch }: BskySessionOptions) => authClient ?? fetch;

const find = (options: BskySessionOptions) =>
	shared.find(({ key, baseURL }) => key === keyOf(options) && baseURL === options.baseURL)?.session;

function make(options: BskySessionOptions): KeptSession {
	const session = keepSession(sourceOf(options));
	if (inBrowser()) shared.push({ key: keyOf(options), baseURL: options.baseURL, session });
	return session;
}
