import type { BskySession } from "@better-auth-bsky/core";
import { aloneSession } from "./alone.ts";
import {
	type BskySessionController,
	type BskySessionOptions,
	type KeptSession,
	stateOf,
} from "./types.ts";
import { inBrowser } from "./wake.ts";
import { atomsOf, sessionWithClient } from "./with-client.ts";

/** One for each server: however many components look, it is asked once. */
const shared: { key: unknown; baseURL?: string; session: KeptSession; seen: Set<string> }[] = [];

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
	const { adopt, wake, ...session } = inBrowser() ? keep(options, initial) : make(options);
	if (!inBrowser() && initial !== undefined) adopt(initial);
	return { ...session, initialState: stateOf(initial) };
}

/** Asks for the session again, where somebody looks at it. */
export function refreshBskySession(options: BskySessionOptions): void {
	const store = options.authClient?.$store;
	const session = find(options)?.session;
	// better-auth's own session carries columns of ours, and ours follows it.
	if (store) store.notify("$sessionSignal");
	else if (session?.$state.lc) session.refetch();
}

const keyOf = ({ authClient, fetch }: BskySessionOptions) => authClient ?? fetch;

const find = (options: BskySessionOptions) =>
	shared.find(({ key, baseURL }) => key === keyOf(options) && baseURL === options.baseURL);

const make = (options: BskySessionOptions): KeptSession => {
	const { authClient } = options;
	const atoms = atomsOf(authClient);
	return authClient && atoms ? sessionWithClient(authClient, atoms) : aloneSession(options);
};

/** The one of a browser for these options; it hears of what the server rendered with. */
function keep(options: BskySessionOptions, initial: BskySessionOptions["initial"]): KeptSession {
	let kept = find(options);
	if (!kept) {
		const { baseURL } = options;
		kept = { key: keyOf(options), baseURL, session: make(options), seen: new Set() };
		shared.push(kept);
	}
	const { session, seen } = kept;
	if (initial === undefined) return session;
	const tell = () => offer(session, seen, initial);
	// Whoever listens may not be told while something renders.
	if (session.$state.lc > 0) queueMicrotask(tell);
	else tell();
	return session;
}

/**
 * Takes what a server rendered with. The page may know better: each is shown once, since a cached
 * page brings an old one again, and where it differs from what is known, the server is asked.
 */
function offer(
	{ $state, adopt, wake }: KeptSession,
	seen: Set<string>,
	initial: BskySession | null,
): void {
	const { data, isPending } = $state.value;
	const text = JSON.stringify(initial);
	const isNews = !seen.has(text);
	seen.add(text);
	if (!isPending && JSON.stringify(data) === text) return;
	if (isNews) adopt(initial);
	if (!isPending && $state.lc > 0) wake(isNews);
}
