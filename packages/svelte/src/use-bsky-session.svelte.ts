import { sessionOptions } from "@better-auth-bsky/client/context";
import {
	type BskySessionController,
	type BskySessionOptions,
	type BskySessionState,
	createBskySession,
} from "@better-auth-bsky/client/session";
import { untrack } from "svelte";
import { useBsky } from "./context.ts";
import { useStore } from "./use-store.svelte.ts";

/** What {@link useBskySession} gives. */
export type UseBskySession = Readonly<BskySessionState> &
	Pick<BskySessionController, "refetch" | "signOut">;

/**
 * The AT Protocol session of whoever is signed in, kept up to date: read it as `session.data`, don't
 * take it apart. However many components ask, the server is asked once. Without a context better-auth
 * is found at `/api/auth`.
 */
export function useBskySession(options: BskySessionOptions = {}): UseBskySession {
	const current = useSessionController(() => options);
	return {
		get data() {
			return current.state.data;
		},
		get isPending() {
			return current.state.isPending;
		},
		get isRefetching() {
			return current.state.isRefetching;
		},
		get error() {
			return current.state.error;
		},
		refetch: () => current.session.refetch(),
		signOut: () => current.session.signOut(),
	};
}

export function useSessionController(options: () => BskySessionOptions) {
	const context = useBsky();
	const session = $derived(createBskySession(sessionOptions(options(), context())));
	const state = useStore(
		() => session.$state,
		untrack(() => session.initialState),
	);
	return {
		get session() {
			return session;
		},
		get state() {
			return state.current;
		},
	};
}
