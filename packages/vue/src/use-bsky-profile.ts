import {
	type BskyProfileController,
	type BskyProfileState,
	createBskyProfile,
} from "@better-auth-bsky/client/agent";
import { sessionOptions } from "@better-auth-bsky/client/context";
import type { BskySessionOptions } from "@better-auth-bsky/client/session";
import { type ComputedRef, computed, type MaybeRefOrGetter, toValue } from "vue";
import { useBsky } from "./context.ts";
import { useStore } from "./use-store.ts";

/** What {@link useBskyProfile} gives. */
export type UseBskyProfile = {
	readonly [K in keyof BskyProfileState]: ComputedRef<BskyProfileState[K]>;
} & Pick<BskyProfileController, "refetch">;

/**
 * The profile of a DID or a handle, as whoever is signed in sees it. A page has one of each, and asks for
 * all that it shows at once. Give one that changes as a ref or a function.
 */
export function useBskyProfile(
	actor: MaybeRefOrGetter<string | null | undefined>,
	options: BskySessionOptions = {},
): UseBskyProfile {
	const context = useBsky();
	const profile = computed(() =>
		createBskyProfile({ ...sessionOptions(options, context()), actor: toValue(actor) }),
	);
	const state = useStore(() => profile.value.$state, profile.value.initialState);
	return {
		data: computed(() => state.value.data),
		isPending: computed(() => state.value.isPending),
		error: computed(() => state.value.error),
		refetch: () => profile.value.refetch(),
	};
}
