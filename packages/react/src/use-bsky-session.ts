"use client";

import {
	type BskySessionController,
	type BskySessionOptions,
	type BskySessionState,
	createBskySession,
	sessionOptions,
} from "@better-auth-bsky/client/session";
import { useMemo } from "react";
import { useBsky } from "./provider.tsx";
import { useStore } from "./use-store.ts";

/** What {@link useBskySession} gives. */
export type UseBskySession = BskySessionState & Pick<BskySessionController, "refetch" | "signOut">;

/**
 * The AT Protocol session of whoever is signed in, kept up to date. However many components ask, the
 * server is asked once. Without a `BskyProvider` better-auth is found at `/api/auth`.
 */
export function useBskySession(options: BskySessionOptions = {}): UseBskySession {
	const controller = useSessionController(options);
	const { refetch, signOut } = controller;
	return { ...useStore(controller.$state, controller.initialState), refetch, signOut };
}

export function useSessionController(options: BskySessionOptions): BskySessionController {
	const { authClient, baseURL, fetch, initial } = sessionOptions(options, useBsky());
	return useMemo(
		() => createBskySession({ authClient, baseURL, fetch, initial }),
		[authClient, baseURL, fetch, initial],
	);
}
