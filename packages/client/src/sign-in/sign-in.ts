import { atom } from "nanostores";
import { hasMessage, mergeLabels } from "../labels/text.ts";
import { DEFAULT_BASE_URL } from "../server.ts";
import { problemOf } from "./handle.ts";
import { fieldOf, takeCallbackError } from "./page.ts";
import { forgetRemembered, loadRemembered, settleRemembered } from "./remembered.ts";
import { createSubmit, defaultErrorURL, isBusy } from "./submit.ts";
import { createSuggest } from "./suggest.ts";
import type {
	Context,
	ResolvedSignInOptions,
	SignIn,
	SignInOptions,
	SignInState,
} from "./types.ts";

/**
 * A form to sign in with: the field with its suggestions, the ways to send it, and what became of
 * it. `connectSignIn()` gives the props of its elements. On a server it renders, and does nothing
 * else.
 */
export function createSignIn(initial: SignInOptions = {}): SignIn {
	let options = resolve(initial);
	const $state = atom<SignInState>(initialState(options));
	const context: Context = {
		get state() {
			return $state.value;
		},
		get options() {
			return options;
		},
		patch: (changes) => $state.set({ ...$state.value, ...changes }),
	};
	const { patch } = context;
	const suggest = createSuggest(context);
	const { submit, reset } = createSubmit(context);
	let composing = false;
	let focused = false;
	/** Whether what is found may be shown: not once somebody has closed the list, until they type. */
	let wanted = true;
	// Hydration may put the server's text over what the person has typed by then.
	let early = fieldOf(options)?.value;
	const lookUp = () => suggest.lookUp($state.value.value, () => focused && wanted);

	function input(value: string): void {
		if (isBusy(context)) return;
		wanted = true;
		patch({ value, status: "idle", error: null });
		if (!composing) lookUp();
	}

	function arrive(): void {
		const error = takeCallbackError(options);
		settleRemembered(error !== null);
		const field = fieldOf(options);
		const { value } = $state.value;
		// The person may have been quicker than the script.
		const now = field?.value;
		const typed = now && now !== value ? now : early;
		early = "";
		focused ||= field !== null && field === document.activeElement;
		patch({
			mounted: true,
			value: typed || value,
			accounts: options.remember ? loadRemembered() : [],
			errorCallbackURL: defaultErrorURL(context),
			...(error && { status: "failed", error }),
		});
	}

	function send(handle?: string): Promise<void> {
		suggest.stop();
		return submit(handle);
	}

	return {
		$state,
		get options() {
			return options;
		},
		setOptions(next) {
			options = resolve(next);
		},
		mount() {
			arrive();
			// The browser may bring the page back as it was left: in the middle of leaving.
			const onPageShow = (event: PageTransitionEvent) => {
				if (!event.persisted) return;
				reset();
				arrive();
			};
			addEventListener("pageshow", onPageShow);
			return () => {
				removeEventListener("pageshow", onPageShow);
				suggest.stop();
				reset();
			};
		},
		input,
		compose(now) {
			composing = now;
			if (!now) lookUp();
		},
		focus(now) {
			focused = now;
			if (now) return;
			const { value, mode } = $state.value;
			const problem = value.trim() && !isBusy(context) ? problemOf(value, mode) : null;
			patch({ open: false, highlighted: -1, ...(problem && { status: "failed", error: problem }) });
		},
		open() {
			wanted = true;
			const { suggestions } = $state.value;
			if (options.suggestions === true && suggestions.length > 0) patch({ open: true });
		},
		close() {
			wanted = false;
			patch({ open: false, highlighted: -1 });
		},
		highlight: (highlighted) => patch({ highlighted }),
		pick(index) {
			const person = $state.value.suggestions[index];
			if (!person || isBusy(context)) return;
			suggest.stop();
			patch({
				value: person.handle,
				person,
				open: false,
				highlighted: -1,
				status: "idle",
				error: null,
			});
		},
		setMode(mode) {
			if (isBusy(context)) return;
			patch({ mode });
			input("");
			fieldOf(options)?.focus();
		},
		submit: send,
		continueWithBluesky: () => send(options.defaultServer),
		abort: reset,
		forget(handle) {
			forgetRemembered(handle);
			patch({ accounts: loadRemembered() });
		},
	};
}

/** The form with these options to render with: its own are still those of `setOptions()`. */
export const withOptions = (signIn: SignIn, options: SignInOptions): SignIn => ({
	...signIn,
	options: resolve(options),
});

const resolve = ({ labels, ...options }: SignInOptions): ResolvedSignInOptions => ({
	...options,
	id: options.id ?? "bsky",
	baseURL: options.baseURL ?? DEFAULT_BASE_URL,
	defaultServer: options.defaultServer ?? "https://bsky.social",
	suggestions: options.suggestions ?? true,
	labels: mergeLabels(labels),
});

function initialState({ handle, error, labels }: ResolvedSignInOptions): SignInState {
	const known = error && hasMessage(labels.errors, error) ? error.toUpperCase() : null;
	return {
		status: known ? "failed" : "idle",
		value: handle ?? "",
		mode: "handle",
		error: known,
		suggestions: [],
		open: false,
		highlighted: -1,
		person: null,
		accounts: [],
		mounted: false,
		suggestible: true,
		errorCallbackURL: undefined,
	};
}
