"use client";

import {
	type BskyProfileController,
	type BskyProfileState,
	createBskyProfile,
} from "@better-auth-bsky/client/agent";
import type { BskySessionOptions } from "@better-auth-bsky/client/session";
import { useMemo } from "react";
import { useSessionOptions } from "./context.ts";
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
	const kept = useSessionOptions(options);
	const profile = useMemo(() => createBskyProfile({ ...kept, actor }), [actor, kept]);
	return { ...useStore(profile.$state, profile.initialState), refetch: profile.refetch };
}
