"use client";

import {
	type BskySessionController,
	type BskySessionOptions,
	type BskySessionState,
	createBskySession,
} from "@better-auth-bsky/client/session";
import { useMemo } from "react";
import { useSessionOptions } from "./context.ts";
import { useStore } from "./use-store.ts";

/** What {@link useBskySession} gives. */
export type UseBskySession = BskySessionState & Pick<BskySessionController, "refetch" | "signOut">;

/**
 * The AT Protocol session of whoever is signed in, kept up to date. However many components ask, the
 * server is asked once. Without a `BskyProvider` better-auth is found at `/api/auth`. Of a `fetch` that is
 * another one at each render the first counts, until `authClient`, `baseURL` or `initial` says
 * something else.
 */
export function useBskySession(options: BskySessionOptions = {}): UseBskySession {
	const { session, state } = useSessionController(options);
	return { ...state, refetch: session.refetch, signOut: session.signOut };
}

export function useSessionController(options: BskySessionOptions) {
	const kept = useSessionOptions(options);
	const session = useMemo(() => createBskySession(kept), [kept]);
	return { session, kept, state: useStore(session.$state, session.initialState) };
}
