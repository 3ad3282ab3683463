import { withContext } from "@better-auth-bsky/client/session";
import {
	connect,
	connectDialog,
	createSignIn,
	type SignInOptions,
} from "@better-auth-bsky/client/sign-in";
import { onMount, untrack } from "svelte";
import { type MaybeGetter, read, useBsky } from "./context.ts";
import { fromAtom } from "./from-atom.svelte.ts";
import { normalize } from "./normalize.ts";

export interface UseBskySignInOptions extends Omit<SignInOptions, "handle"> {
	/** What is in the field, where your state decides; `onValueChange` says what it should become. */
	value?: string;
	/** What is in the field at first. */
	defaultValue?: string;
	onValueChange?: (value: string) => void;
}

/**
 * The sign-in form without its looks: `form.api` has a getter of props for each element of your own
 * markup, `form.signIn` does what no element does: `form.signIn.submit("alice.bsky.social")`. Give
 * options that change as a function, and with several forms in a page `id: $props.id()`.
 */
export function useBskySignIn(own: MaybeGetter<UseBskySignInOptions> = {}) {
	const context = useBsky();
	const control = $derived(read(own));
	const options = $derived.by((): SignInOptions => {
		const { value, defaultValue, onValueChange, ...rest } = control;
		return withContext({ ...rest, handle: value ?? defaultValue }, context());
	});
	const signIn = untrack(() => createSignIn(options));
	const state = fromAtom(() => signIn.$state, signIn.$state.get());
	const api = $derived.by(() => {
		signIn.setOptions(options);
		return {
			...connect(signIn, state.current, normalize),
			...connectDialog(signIn, state.current, normalize),
		};
	});
	const { id: prefix } = signIn.options;
	const field = () =>
		globalThis.document?.querySelector<HTMLInputElement>(`[id="${prefix}-input"]`);
	// Hydration puts the server's text into the field; what was typed by then is what counts.
	const typed = field()?.value;

	onMount(() => {
		const unlisten = signIn.$state.listen(({ value }, before) => {
			if (value !== before?.value && value !== control.value) control.onValueChange?.(value);
		});
		const input = field();
		if (input && typed) input.value = typed;
		if (input && input === document.activeElement) signIn.focus(true);
		const unmount = signIn.mount();
		return () => {
			unlisten();
			unmount();
		};
	});
	$effect(() => {
		const { value } = control;
		if (value !== undefined && value !== state.current.value) untrack(() => signIn.input(value));
	});

	return {
		signIn,
		get api() {
			return api;
		},
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

export type UseBskySignIn = ReturnType<typeof useBskySignIn>;

/** The getters of props, for a state. */
export type SignInApi = UseBskySignIn["api"];
