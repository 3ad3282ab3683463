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

/** The form, with the options of the moment and what it shows. */
export function useSignIn(own: MaybeGetter<FieldOptions>) {
	const context = useBsky();
	const control = $derived(read(own));
	const options = $derived(withContext(signInOptions(control), context()));
	const signIn = untrack(() => createSignIn(options));
	const state = useStore(() => signIn.$state, signIn.$state.get());
	const shown = $derived(withOptions(signIn, options));
	$effect.pre(() => signIn.setOptions(options));
	onMount(() => mountField(signIn, () => control));
	$effect(() => {
		if (control.value !== state.current.value) untrack(() => keepValue(signIn, control));
	});
	return {
		signIn,
		get shown() {
			return shown;
		},
		get state() {
			return state.current;
		},
	};
}

/**
 * The sign-in form without its looks: `form.api` has a getter of props for each element of your own
 * markup, `form.signIn` does what no element does: `form.signIn.submit("alice.bsky.social")`. Give
 * options that change as a function, and with several forms in a page `id: $props.id()`.
 */
export function useBskySignIn(own: MaybeGetter<UseBskySignInOptions> = {}) {
	const form = useSignIn(own);
	const { signIn } = form;
	const api = $derived({
		...connectSignIn(form.shown, form.state, normalize),
		...connectDialog(form.shown, form.state, normalize),
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
			return form.state;
		},
		/** What is in the field. */
		get value() {
			return form.state.value;
		},
		set value(value) {
			signIn.input(value);
		},
	};
}

/** What {@link useBskySignIn} gives. */
export type UseBskySignIn = ReturnType<typeof useBskySignIn>;
