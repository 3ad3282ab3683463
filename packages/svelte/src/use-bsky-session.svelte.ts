import {
	type BskySessionController,
	type BskySessionOptions,
	type BskySessionState,
	createBskySession,
	sessionOptions,
} from "@better-auth-bsky/client/session";
import { untrack } from "svelte";
import { useBsky } from "./context.ts";
import { fromAtom } from "./from-atom.svelte.ts";

/** What {@link useBskySession} gives. */
export type UseBskySession = Readonly<BskySessionState> &
	Pick<BskySessionController, "refetch" | "signOut">;

/**
 * The AT Protocol session of whoever is signed in, kept up to date: read it as `session.data`, don't
 * take it apart. However many components ask, the server is asked once. Without a context better-auth
 * is found at `/api/auth`.
 */
export function useBskySession(options: BskySessionOptions = {}): UseBskySession {
	const session = useSessionController(() => options);
	return {
		get data() {
			return session.state.data;
		},
		get isPending() {
			return session.state.isPending;
		},
		get isRefetching() {
			return session.state.isRefetching;
		},
		get error() {
			return session.state.error;
		},
		refetch: () => session.controller.refetch(),
		signOut: () => session.controller.signOut(),
	};
}

export function useSessionController(options: () => BskySessionOptions) {
	const context = useBsky();
	const controller = $derived(createBskySession(sessionOptions(options(), context())));
	const state = fromAtom(
		() => controller.$state,
		untrack(() => controller.initialState),
	);
	return {
		get controller() {
			return controller;
		},
		get state() {
			return state.current;
		},
	};
}
