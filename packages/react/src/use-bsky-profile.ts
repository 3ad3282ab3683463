"use client";

import {
	type BskyProfileController,
	type BskyProfileState,
	createBskyProfile,
} from "@better-auth-bsky/client/agent";
import { sessionOptions } from "@better-auth-bsky/client/context";
import type { BskySessionOptions } from "@better-auth-bsky/client/session";
import { useMemo } from "react";
import { useBsky } from "./context.ts";
import { useStore } from "./use-store.ts";

/** What {@link useBskyProfile} gives. */
export type UseBskyProfile = BskyProfileState & Pick<BskyProfileController, "refetch">;

/**
 * The profile of a DID or a handle, as whoever is signed in sees it. A page has one of each, and asks for
 * all that it shows at once.
 */
export function useBskyProfile(
	actor: string | null | undefined,
	options: BskySessionOptions = {},
): UseBskyProfile {
	const { authClient, baseURL, fetch, initial } = sessionOptions(options, useBsky());
	const profile = useMemo(
		() => createBskyProfile({ actor, authClient, baseURL, fetch, initial }),
		[actor, authClient, baseURL, fetch, initial],
	);
	return { ...useStore(profile.$state, profile.initialState), refetch: profile.refetch };
}
