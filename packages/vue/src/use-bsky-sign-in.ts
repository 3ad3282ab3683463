import { withContext } from "@better-auth-bsky/client/context";
import {
	connectDialog,
	connectSignIn,
	createSignIn,
	type FieldOptions,
	keepValue,
	mountField,
	signInOptions,
	withOptions,
} from "@better-auth-bsky/client/sign-in";
import { computed, type MaybeRefOrGetter, toValue, useId, watch } from "vue";
import { useBsky } from "./context.ts";
import { normalize } from "./normalize.ts";
import { useMount, useStore } from "./use-store.ts";

/** Options of the form, by the name that an app imports; all of them are optional. */
export type UseBskySignInOptions = FieldOptions;

/** The form, with the options of the moment and what it shows. */
export function useSignIn(own: MaybeRefOrGetter<FieldOptions>) {
	const context = useBsky();
	const id = useId();
	const control = () => toValue(own);
	const options = computed(() => {
		const given = signInOptions(control());
		return withContext({ ...given, id: given.id ?? id }, context());
	});
	const signIn = createSignIn(options.value);
	const state = useStore(() => signIn.$state, signIn.$state.get());
	watch(options, (now) => signIn.setOptions(now));
	useMount(() => mountField(signIn, control));
	watch(
		[() => control().value, () => state.value.value],
		() => keepValue(signIn, control()),
		// An app that follows what is typed has said so by then.
		{ flush: "post" },
	);
	return { signIn, shown: computed(() => withOptions(signIn, options.value)), state };
}

/**
 * The sign-in form without its looks: `api` has a getter of props for each element of your own
 * template, `signIn` does what no element does: `signIn.submit("alice.bsky.social")`. `value` fits
 * `v-model`. Give options that change as a ref or a function.
 */
export function useBskySignIn(own: MaybeRefOrGetter<UseBskySignInOptions> = {}) {
	const { signIn, shown, state } = useSignIn(own);
	const api = computed(() => ({
		...connectSignIn(shown.value, state.value, normalize),
		...connectDialog(shown.value, state.value, normalize),
	}));
	const value = computed({ get: () => state.value.value, set: signIn.input });
	return {
		/** The texts, and the getters of props for each element. */
		api,
		/** All of the form's state. */
		state,
		/** What is in the field. */
		value,
		/** What can be done to the form. */
		signIn,
	};
}

/** What {@link useBskySignIn} gives. */
export type UseBskySignIn = ReturnType<typeof useBskySignIn>;
