import { atom } from "nanostores";
import { createAsk } from "../ask.ts";
import { onComeBack } from "../page.ts";
import { arrive } from "./arrive.ts";
import { createList } from "./list.ts";
import { forgetRemembered, loadRemembered } from "./remembered.ts";
import { initialState, resolve } from "./state.ts";
import { createSubmit } from "./submit.ts";
import { createSuggest } from "./suggest.ts";
import type { Form, SignIn, SignInOptions } from "./types.ts";
import { createTyping } from "./typing.ts";

/**
 * A form to sign in with: the field with its suggestions, the ways to send it, and what became of
 * it. `connectSignIn()` gives the props of its elements. On a server it renders, and does nothing
 * else.
 */
export function createSignIn(initial: SignInOptions = {}): SignIn {
	let options = resolve(initial);
	const $state = atom(initialState(options));
	const form: Form = {
		get state() {
			return $state.value;
		},
		get options() {
			return options;
		},
		ask: createAsk(() => options),
		patch: (changes) => $state.set({ ...$state.value, ...changes }),
	};
	const { lookUp, stop } = createSuggest(form);
	const { submit, abort } = createSubmit(form, stop);

	return {
		$state,
		get options() {
			return options;
		},
		setOptions(next) {
			options = resolve(next);
		},
		mount() {
			arrive(form);
			const unlisten = onComeBack(() => {
				abort();
				arrive(form);
			});
			return () => {
				abort();
				stop();
				unlisten();
			};
		},
		...createTyping(form, lookUp),
		...createList(form, stop),
		submit,
		continueWithBluesky: () => submit(options.defaultServer),
		abort,
		forget(handle) {
			forgetRemembered(handle);
			form.patch({ accounts: loadRemembered() });
		},
	};
}

/** The form with these options to render with: its own are still those of `setOptions()`. */
export const withOptions = (signIn: SignIn, options: SignInOptions): SignIn => ({
	...signIn,
	options: resolve(options),
});
