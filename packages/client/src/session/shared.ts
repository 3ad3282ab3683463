import type { KeptSession } from "./keep.ts";
import type { BskySessionOptions } from "./types.ts";

/** One for each server: however many components look, it is asked once. */
export const shared: (BskySessionOptions & { session: KeptSession })[] = [];

const keyOf = ({ authClient, fetch }: BskySessionOptions) => authClient ?? fetch;

/** The session that this page keeps for a server, where anything has looked at it. */
export const find = (options: BskySessionOptions): KeptSession | undefined =>
	shared.find((one) => one.baseURL === options.baseURL && keyOf(one) === keyOf(options))?.session;

/** Asks for the session again, where somebody looks at it. */
export function refreshBskySession(options: BskySessionOptions): void {
	const store = options.authClient?.$store;
	const session = find(options);
	// better-auth's own session carries columns of ours, and ours follows it.
	if (store) store.notify("$sessionSignal");
	else if (session?.$state.lc) void session.renew();
}
