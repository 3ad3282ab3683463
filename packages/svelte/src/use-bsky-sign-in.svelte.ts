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
import { onMount, untrack } from "svelte";
import { type MaybeGetter, read, useBsky } from "./context.ts";
import { normalize } from "./normalize.ts";
import { useStore } from "./use-store.svelte.ts";

/** Options of the form, by the name that an app imports; all of them are optional. */
export type UseBskySignInOptions = FieldOptions;

/**
 * The sign-in form without its looks: `form.api` has a getter of props for each element of your own
 * markup, `form.signIn` does what no element does: `form.signIn.submit("alice.bsky.social")`. Give
 * options that change as a function, and with several forms in a page `id: $props.id()`.
 */
export function useBskySignIn(own: MaybeGetter<UseBskySignInOptions> = {}) {
	const context = useBsky();
	const control = $derived(read(own));
	const options = $derived(withContext(signInOptions(control), context()));
	const signIn = untrack(() => createSignIn(options));
	const state = useStore(() => signIn.$state, signIn.$state.get());
	const api = $derived.by(() => {
		const shown = withOptions(signIn, options);
		return {
			...connectSignIn(shown, state.current, normalize),
			...connectDialog(shown, state.current, normalize),
		};
	});
	$effect.pre(() => signIn.setOptions(options));
	onMount(() => mountField(signIn, () => control));
	$effect(() => {
		if (control.value !== state.current.value) untrack(() => keepValue(signIn, control));
	});

	return {
		/** What can be done to the form. */
		signIn,
		/** The texts, and the getters of props for each element. */
		get api() {
			return api;
		},
		/** All of the form's state. */
		get state() {
			return state.current;
		},
		/** What is in the field. */
		get value() {
			return state.current.value;
		},
		set value(value) {
			signIn.input(value);
		},
	};
}

/** What {@link useBskySignIn} gives. */
export type UseBskySignIn = ReturnType<typeof useBskySignIn>;

/** The getters of props, for a state. */
export type SignInApi = UseBskySignIn["api"];
