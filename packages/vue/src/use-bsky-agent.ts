import { keepAgent, type SignedInAgent } from "@better-auth-bsky/client/agent";
import { sessionOptions } from "@better-auth-bsky/client/context";
import type { BskySessionOptions } from "@better-auth-bsky/client/session";
import { type ComputedRef, computed } from "vue";
import { useBsky } from "./context.ts";
import { useSessionController } from "./use-bsky-session.ts";

/**
 * Calls the server of whoever is signed in, through the app's own: what `create` makes of
 * `{ did, fetchHandler }`, such as a client of the AT Protocol, or those themselves, as a ref. It is the
 * same one until that is another account, and `null` while nobody is signed in or connected.
 */
export function useBskyAgent(
	create?: undefined,
	options?: BskySessionOptions,
): ComputedRef<SignedInAgent | null>;
export function useBskyAgent<T>(
	create: (agent: SignedInAgent) => T,
	options?: BskySessionOptions,
): ComputedRef<T | null>;
export function useBskyAgent(
	create: (agent: SignedInAgent) => unknown = (agent) => agent,
	options: BskySessionOptions = {},
): ComputedRef<unknown> {
	const keep = keepAgent(create);
	const context = useBsky();
	const { state } = useSessionController(() => options);
	return computed(() => keep(state.value.data, sessionOptions(options, context())));
}
