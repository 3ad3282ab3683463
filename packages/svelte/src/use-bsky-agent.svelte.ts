import { keepAgent, type SignedInAgent } from "@better-auth-bsky/client/agent";
import { sessionOptions } from "@better-auth-bsky/client/context";
import type { BskySessionOptions } from "@better-auth-bsky/client/session";
import { useBsky } from "./context.ts";
import { useSessionController } from "./use-bsky-session.svelte.ts";

/** What {@link useBskyAgent} gives. */
export interface UseBskyAgent<T> {
	/** What `create` has made; `null` while nobody is signed in or connected. */
	readonly current: T | null;
}

/**
 * Calls the server of whoever is signed in, through the app's own: what `create` makes of
 * `{ did, fetchHandler }`, such as a client of the AT Protocol, or those themselves, read as
 * `agent.current`. It is the same one until that is another account.
 */
export function useBskyAgent(
	create?: undefined,
	options?: BskySessionOptions,
): UseBskyAgent<SignedInAgent>;
export function useBskyAgent<T>(
	create: (agent: SignedInAgent) => T,
	options?: BskySessionOptions,
): UseBskyAgent<T>;
export function useBskyAgent(
	create: (agent: SignedInAgent) => unknown = (agent) => agent,
	options: BskySessionOptions = {},
): UseBskyAgent<unknown> {
	const keep = keepAgent(create);
	const context = useBsky();
	const session = useSessionController(() => options);
	const agent = $derived(keep(session.state.data, sessionOptions(options, context())));
	return {
		get current() {
			return agent;
		},
	};
}
