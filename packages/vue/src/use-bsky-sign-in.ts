import { withContext } from "@better-auth-bsky/client/session";
import {
	connect,
	connectDialog,
	createSignIn,
	type SignInOptions,
} from "@better-auth-bsky/client/sign-in";
import { computed, type MaybeRefOrGetter, toValue, useId, watch } from "vue";
import { useBsky } from "./context.ts";
import { normalize } from "./normalize.ts";
import { useMount, useStore } from "./use-store.ts";

export interface UseBskySignInOptions extends Omit<SignInOptions, "handle"> {
	/** What is in the field, where your state decides; `onValueChange` says what it should become. */
	value?: string;
	/** What is in the field at first. */
	defaultValue?: string;
	onValueChange?: (value: string) => void;
}

/**
 * The sign-in form without its looks: `api` has a getter of props for each element of your own
 * template, `signIn` does what no element does: `signIn.submit("alice.bsky.social")`. `value` fits
 * `v-model`. Give options that change as a ref or a function.
 */
export function useBskySignIn(own: MaybeRefOrGetter<UseBskySignInOptions> = {}) {
	const context = useBsky();
	const id = useId();
	const control = () => toValue(own);
	const options = computed((): SignInOptions => {
		const { value, defaultValue, onValueChange, ...rest } = control();
		return withContext({ ...rest, id: rest.id ?? id, handle: value ?? defaultValue }, context());
	});
	const signIn = createSignIn(options.value);
	const state = useStore(() => signIn.$state, signIn.$state.get());
	const api = computed(() => {
		signIn.setOptions(options.value);
		return {
			...connect(signIn, state.value, normalize),
			...connectDialog(signIn, state.value, normalize),
		};
	});
	const { id: prefix } = signIn.options;
	const field = () =>
		globalThis.document?.querySelector<HTMLInputElement>(`[id="${prefix}-input"]`);
	// Hydration puts the server's text into the field; what was typed by then is what counts.
	const typed = field()?.value;

	useMount(() => {
		const unlisten = signIn.$state.listen(({ value }, before) => {
			const { value: shown, onValueChange } = control();
			if (value !== before?.value && value !== shown) onValueChange?.(value);
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
	watch(
		[() => control().value, () => state.value.value],
		([value, shown]) => value !== undefined && value !== shown && signIn.input(value),
		// An app that follows what is typed has said so by then.
		{ flush: "post" },
	);

	const value = computed({ get: () => state.value.value, set: signIn.input });
	return { api, state, value, signIn };
}

export type UseBskySignIn = ReturnType<typeof useBskySignIn>;

/** The getters of props, for a state. */
export type SignInApi = UseBskySignIn["api"]["value"];
