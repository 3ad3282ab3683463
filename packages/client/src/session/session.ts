import { aloneSession } from "./alone.ts";
import type { BskySessionController, BskySessionOptions } from "./types.ts";
import { inBrowser } from "./wake.ts";
import { atomsOf, sessionWithClient } from "./with-client.ts";

/** One for each server: however many components look, it is asked once. */
const shared: { key: unknown; baseURL?: string; session: BskySessionController }[] = [];

/**
 * The AT Protocol session of whoever is signed in. In a browser every call for the same server gives
 * the same controller; on a server each gives its own, so that no request sees another's.
 *
 * With an `authClient` that has `atprotoAuthClient()` it is the session that the plugin keeps;
 * otherwise it is kept here, without better-auth's client.
 */
export function createBskySession(options: BskySessionOptions = {}): BskySessionController {
	if (!inBrowser()) return make(options);
	const known = find(options);
	if (known) return known;
	const session = make(options);
	shared.push({ key: keyOf(options), baseURL: options.baseURL, session });
	return session;
}

/** Asks for the session again, where somebody looks at it. */
export function refreshBskySession(options: BskySessionOptions): void {
	const store = options.authClient?.$store;
	// better-auth's own session carries columns of ours, and ours follows it.
	if (store) store.notify("$sessionSignal");
	else if (find(options)?.$state.lc) find(options)?.refetch();
}

const keyOf = ({ authClient, fetch }: BskySessionOptions) => authClient ?? fetch;

const find = (options: BskySessionOptions) =>
	shared.find(({ key, baseURL }) => key === keyOf(options) && baseURL === options.baseURL)?.session;

function make(options: BskySessionOptions): BskySessionController {
	const { authClient, initial } = options;
	const atoms = atomsOf(authClient);
	return authClient && atoms
		? sessionWithClient(authClient, atoms, initial)
		: aloneSession(options);
}
