import { atom } from "nanostores";
import { createAsk } from "../ask.ts";
import { onComeBack } from "../page.ts";
import { arrive } from "./arrive.ts";
import { elementById, fieldOf, focusSoon } from "./ids.ts";
import { createKept } from "./kept.ts";
import { createList } from "./list.ts";
import { loadRemembered } from "./remembered.ts";
import { findSignUp, signUpServers } from "./sign-up.ts";
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
	let root: Element | null = null;
	const form: Form = {
		get state() {
			return $state.value;
		},
		get options() {
			return options;
		},
		ask: createAsk(() => options),
		get root() {
			return root;
		},
		find: (id) => elementById(id, root),
		patch: (changes) => $state.set({ ...$state.value, ...changes }),
	};
	const { lookUp, stop } = createSuggest(form);
	const { submit, begin, abort, giveUp } = createSubmit(form, stop);
	let life = new AbortController();
	let asked: AbortSignal | undefined;

	function show(): void {
		const { signal } = life;
		form.patch({ seen: true });
		if (asked === signal) return;
		asked = signal;
		// In development React mounts twice in a row.
		queueMicrotask(() => {
			if (!signal.aborted) void findSignUp(form, signal);
		});
	}

	/** The button of what is under way. */
	const going = () =>
		root?.querySelector<HTMLElement>(
			'button:is([data-state="submitting"], [data-state="redirecting"])',
		);

	/** Begins what is pressed in a place that goes by it: the focus moves on to what has begun. */
	function press(...what: Parameters<typeof begin>): Promise<void> {
		focusSoon(going);
		return begin(...what);
	}

	return {
		$state,
		get options() {
			return options;
		},
		setOptions(next) {
			const before = String(signUpServers(options));
			options = resolve(next);
			const { signal } = life;
			// Whether another server takes people is to be known, too.
			if (asked === signal && before !== String(signUpServers(options)))
				void findSignUp(form, signal);
		},
		mount() {
			arrive(form);
			life = new AbortController();
			// Not for a form in a dialog that may never be opened.
			if (fieldOf(form)?.closest("dialog:not([open])") === null) show();
			onComeBack(() => {
				abort();
				arrive(form);
			}, life);
			const onOnline = () => {
				if (form.state.error === "NETWORK_ERROR") form.patch({ status: "idle", error: null });
				if (asked === life.signal && !form.state.signUp?.length) void findSignUp(form, life.signal);
			};
			addEventListener("online", onOnline, life);
			// By another form of this page, or in another tab.
			const onForgotten = () => {
				const kept = loadRemembered().map(({ handle }) => handle);
				const accounts = form.state.accounts.filter(({ handle }) => kept.includes(handle));
				form.patch({ accounts });
			};
			for (const type of ["bsky:forget", "storage"]) addEventListener(type, onForgotten, life);
			return () => {
				life.abort();
				abort();
				stop();
			};
		},
		...createTyping(form, lookUp),
		...createList(form, stop, (handle) => void submit(handle)),
		...createKept(form, show),
		submit,
		continueWithBluesky: () => press("continue", options.defaultServer),
		signInAs: (handle) => begin({ account: handle }, handle),
		create: (url) => begin("create", url),
		async retry() {
			const { pressed, sent } = form.state;
			if (pressed && sent) await press(pressed, sent);
		},
		abort() {
			const button = going();
			giveUp();
			// The button to cancel with goes.
			button?.focus();
		},
		show,
		hide() {
			giveUp();
			form.patch({ status: "idle", error: null });
		},
		attach(element) {
			root = element;
		},
	};
}

/** The form with these options to render with: its own are still those of `setOptions()`. */
export const withOptions = (signIn: SignIn, options: SignInOptions): SignIn => ({
	...signIn,
	options: resolve(options),
});
