"use client";

import { sessionOptions } from "@better-auth-bsky/client/context";
import {
	type BskySessionController,
	type BskySessionOptions,
	type BskySessionState,
	createBskySession,
} from "@better-auth-bsky/client/session";
import { useMemo } from "react";
import { useBsky } from "./context.ts";
import { useStore } from "./use-store.ts";

/** What {@link useBskySession} gives. */
export type UseBskySession = BskySessionState & Pick<BskySessionController, "refetch" | "signOut">;

/**
 * The AT Protocol session of whoever is signed in, kept up to date. However many components ask, the
 * server is asked once. Without a `BskyProvider` better-auth is found at `/api/auth`.
 */
export function useBskySession(options: BskySessionOptions = {}): UseBskySession {
	const { session, state } = useSessionController(options);
	return { ...state, refetch: session.refetch, signOut: session.signOut };
}

export function useSessionController(options: BskySessionOptions) {
	const { authClient, baseURL, fetch, initial } = sessionOptions(options, useBsky());
	const session = useMemo(
		() => createBskySession({ authClient, baseURL, fetch, initial }),
		[authClient, baseURL, fetch, initial],
	);
	return { session, state: useStore(session.$state, session.initialState) };
}
