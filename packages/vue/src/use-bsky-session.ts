import { sessionOptions } from "@better-auth-bsky/client/context";
import {
	type BskySessionController,
	type BskySessionOptions,
	type BskySessionState,
	createBskySession,
} from "@better-auth-bsky/client/session";
import { type ComputedRef, computed } from "vue";
import { useBsky } from "./context.ts";
import { useStore } from "./use-store.ts";

/** What {@link useBskySession} gives. */
export type UseBskySession = {
	readonly [K in keyof BskySessionState]: ComputedRef<BskySessionState[K]>;
} & Pick<BskySessionController, "refetch" | "signOut">;

/**
 * The AT Protocol session of whoever is signed in, as refs that are kept up to date. However many
 * components ask, the server is asked once. Without a context better-auth is found at `/api/auth`.
 */
export function useBskySession(options: BskySessionOptions = {}): UseBskySession {
	const { session, state } = useSessionController(() => options);
	return {
		data: computed(() => state.value.data),
		isPending: computed(() => state.value.isPending),
		isRefetching: computed(() => state.value.isRefetching),
		error: computed(() => state.value.error),
		refetch: () => session.value.refetch(),
		signOut: () => session.value.signOut(),
	};
}

export function useSessionController(options: () => BskySessionOptions) {
	const context = useBsky();
	const session = computed(() => createBskySession(sessionOptions(options(), context())));
	const state = useStore(() => session.value.$state, session.value.initialState);
	return { session, state };
}
