import { baseURLOf } from "../auth-client.ts";
import type { KeptSession } from "./keep.ts";
import type { BskySessionOptions } from "./types.ts";

/** One for each server: however many components look, it is asked once. */
export const shared: (BskySessionOptions & { session: KeptSession })[] = [];

const keyOf = ({ authClient, fetch }: BskySessionOptions) => authClient ?? fetch;

/** Those of one server, however its place is written and whichever way leads there. */
const at = (options: BskySessionOptions) =>
	shared.filter((one) => baseURLOf(one) === baseURLOf(options));

/** The session that this page keeps for a server, where anything has looked at it. */
export const find = (options: BskySessionOptions): KeptSession | undefined =>
	at(options).find((one) => keyOf(one) === keyOf(options))?.session;

/** Asks for the session again, where somebody looks at it. */
export function refreshBskySession(options: BskySessionOptions): void {
	const store = options.authClient?.$store;
	// better-auth's own session carries columns of ours, and ours follows it.
	if (store) store.notify("$sessionSignal");
	else for (const { session } of at(options)) if (session.$state.lc) void session.renew();
}
