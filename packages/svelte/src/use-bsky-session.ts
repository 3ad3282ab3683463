import {
	type BskySessionController,
	type BskySessionOptions,
	type BskySessionState,
	createBskySession,
} from "@better-auth-bsky/client/session";
import { useBsky, withContext } from "./context.ts";
import { fromAtom } from "./from-atom.svelte.ts";

export type UseBskySession = Readonly<BskySessionState> &
	Pick<BskySessionController, "refetch" | "signOut">;

/**
 * The AT Protocol session of whoever is signed in, kept up to date: read it as `session.data`, don't
 * take it apart. However many components ask, the server is asked once. Without a context better-auth
 * is found at `/api/auth`.
 */
export function useBskySession(options: BskySessionOptions = {}): UseBskySession {
	const { controller, state } = useSessionController(options);
	return {
		get data() {
			return state.current.data;
		},
		get isPending() {
			return state.current.isPending;
		},
		get isRefetching() {
			return state.current.isRefetching;
		},
		get error() {
			return state.current.error;
		},
		refetch: controller.refetch,
		signOut: controller.signOut,
	};
}

export function useSessionController(options: BskySessionOptions) {
	const context = useBsky()();
	const initial = options.initial === undefined ? context.session : options.initial;
	const controller = createBskySession({ ...withContext(options, context), initial });
	// The controller may be shared with components that the server rendered with something else.
	const rendered: BskySessionState = {
		data: initial ?? null,
		isPending: initial === undefined,
		isRefetching: false,
		error: null,
	};
	return { controller, state: fromAtom(controller.$state, rendered) };
}
