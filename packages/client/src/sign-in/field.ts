import { attempt } from "../attempt.ts";
import type { Looks } from "../view.ts";
import type { SignIn, SignInOptions } from "./types.ts";

/** Options of a form in a framework, where the app may keep what is in the field. */
export interface FieldOptions extends Omit<SignInOptions, "handle"> {
	/** Beginning of the ids of the elements. @default one of its own in a component, else `"bsky"` */
	id?: string | undefined;
	/** What is in the field, where your state decides; `onValueChange` says what it should become. */
	value?: string | undefined;
	/** What is in the field at first. */
	defaultValue?: string | undefined;
	/** What is in the field has changed, or should: the new text. */
	onValueChange?: ((value: string) => void) | undefined;
}

/** Options of a framework's `BlueskySignIn`. */
export interface BlueskySignInOptions extends FieldOptions, Looks {
	/**
	 * - `"form"`: the field for a handle, "Continue with Bluesky", the accounts used before;
	 * - `"dialog"`: a button that opens that form in a `<dialog>`;
	 * - `"button"`: "Continue with Bluesky" alone.
	 *
	 * @default "form"
	 */
	as?: "form" | "dialog" | "button" | undefined;
}

/** The controller's part of them. */
export const signInOptions = ({
	value,
	defaultValue,
	onValueChange,
	...options
}: FieldOptions): SignInOptions => ({ ...options, handle: value ?? defaultValue });

/** Brings the form to life, and tells the app what is typed or picked; returns what ends both. */
export function mountField(signIn: SignIn, options: () => FieldOptions): () => void {
	const unlisten = signIn.$state.listen((state, before) => {
		const { value, onValueChange } = options();
		if (!onValueChange || state.value === before?.value || state.value === value) return;
		void attempt(() => onValueChange(state.value));
	});
	const unmount = signIn.mount();
	return () => {
		unlisten();
		unmount();
	};
}

/**
 * Puts the app's value into the field, where there is one. Call it when either has changed, and the
 * app has had the time to follow what is typed.
 */
export function keepValue(signIn: SignIn, { value }: FieldOptions): void {
	if (value !== undefined && value !== signIn.$state.value?.value) signIn.input(value);
}
