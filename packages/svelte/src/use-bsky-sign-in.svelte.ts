import { withContext } from "@better-auth-bsky/client/session";
import {
	connect,
	connectDialog,
	createSignIn,
	type FieldOptions,
	keepValue,
	mountField,
	signInOptions,
} from "@better-auth-bsky/client/sign-in";
import { onMount, untrack } from "svelte";
import { type MaybeGetter, read, useBsky } from "./context.ts";
import { fromAtom } from "./from-atom.svelte.ts";
import { normalize } from "./normalize.ts";

/** Options of the form; all of them are optional. */
export interface UseBskySignInOptions extends FieldOptions {}

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
	const state = fromAtom(() => signIn.$state, signIn.$state.get());
	const api = $derived.by(() => {
		signIn.setOptions(options);
		return {
			...connect(signIn, state.current, normalize),
			...connectDialog(signIn, state.current, normalize),
		};
	});
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
