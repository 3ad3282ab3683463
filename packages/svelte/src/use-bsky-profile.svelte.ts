import {
	type BskyProfileController,
	type BskyProfileState,
	createBskyProfile,
} from "@better-auth-bsky/client/agent";
import { sessionOptions } from "@better-auth-bsky/client/context";
import type { BskySessionOptions } from "@better-auth-bsky/client/session";
import { untrack } from "svelte";
import { useBsky } from "./context.ts";
import { useStore } from "./use-store.svelte.ts";

/** What {@link useBskyProfile} gives. */
export type UseBskyProfile = Readonly<BskyProfileState> & Pick<BskyProfileController, "refetch">;

type Actor = string | null | undefined;

/**
 * The profile of a DID or a handle, as whoever is signed in sees it: read it as `profile.data`, don't take
 * it apart. A page has one of each, and asks for all that it shows at once. Give one that changes as a
 * function.
 */
export function useBskyProfile(
	actor: Actor | (() => Actor),
	options: BskySessionOptions = {},
): UseBskyProfile {
	const context = useBsky();
	const profile = $derived(
		createBskyProfile({
			...sessionOptions(options, context()),
			actor: typeof actor === "function" ? actor() : actor,
		}),
	);
	const state = useStore(
		() => profile.$state,
		untrack(() => profile.initialState),
	);
	return {
		get data() {
			return state.current.data;
		},
		get isPending() {
			return state.current.isPending;
		},
		get error() {
			return state.current.error;
		},
		refetch: () => profile.refetch(),
	};
}
