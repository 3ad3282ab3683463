import { hostOf, isWeb, leave, openWindow, PATIENCE, stay } from "../page.ts";
import { SIGN_IN } from "../paths.ts";
import { type BskyEvents, tell } from "../tell.ts";
import type { Trip } from "../trip.ts";
import { problemOf, serverIn } from "./handle.ts";
import { fieldOf } from "./ids.ts";
import { CLOSED, isBusy } from "./state.ts";
import type { Form, Pressed, SignInState } from "./types.ts";

/** How long a person waits before a way out is offered, in milliseconds. */
const SLOW = 3000;

/** Begins sign-ins, one at a time. */
export function createSubmit(form: Form, stopLookingUp: () => void) {
	let asking: AbortController | undefined;
	let popup: Window | null = null;
	let timers: ReturnType<typeof setTimeout>[] = [];

	function end(): void {
		asking?.abort();
		for (const timer of timers) clearTimeout(timer);
		timers = [];
		popup = null;
	}

	function fail(error: string): void {
		popup?.close();
		end();
		form.patch({ status: "failed", error, slow: false });
		if (form.state.pressed === "submit") fieldOf(form)?.focus();
		tell(form.root, "error", { code: error }, form.options.onError);
	}

	/** The form can be used again. */
	function release(): void {
		end();
		if (isBusy(form)) form.patch({ status: "idle", pressed: null, slow: false });
	}

	/** Whatever is under way ends. */
	function abort(): void {
		popup?.close();
		release();
	}

	/** The person ends it, and a browser that is about to leave stays. */
	function giveUp(): void {
		if (form.state.status === "redirecting" && !popup) stay();
		abort();
	}

	async function begin(pressed: Pressed, sent: string): Promise<void> {
		if (isBusy(form)) return;
		stopLookingUp();
		end();
		const { options } = form;
		const trip = tripFrom(form);
		popup = openWindow(options, trip);
		form.patch({
			status: "submitting",
			error: null,
			pressed,
			sent,
			slow: false,
			told: "",
			...CLOSED,
		});
		asking = new AbortController();
		const { signal } = asking;
		tell(form.root, "start", startOf(pressed, sent), options.onStart);
		// The app may have given it up.
		if (signal.aborted) return;
		timers.push(setTimeout(() => form.patch({ slow: true }), SLOW));
		const body = {
			handle: sent,
			...returnTo(form),
			...(pressed === "create" && { prompt: "create" }),
			disableRedirect: true,
		};
		const { data, error } = await form.ask<{ url?: unknown } | null>(SIGN_IN, { body, signal });
		if (signal.aborted) return;
		if (error) return fail(error.code);
		await go(data?.url, trip, signal);
	}

	async function go(url: unknown, trip: Trip, signal: AbortSignal): Promise<void> {
		const { options } = form;
		if (!isWeb(url)) return fail("UNKNOWN");
		form.patch({ status: "redirecting", server: hostOf(url) });
		tell(form.root, "redirect", { url }, options.onRedirect);
		if (signal.aborted) return;
		// A page that is still here by then was held back, by the person or by the network.
		timers.push(setTimeout(release, PATIENCE));
		const at = popup?.location;
		const isLeaving = await (at
			? leave(url, (to) => at.assign(to), null)
			: leave(url, options.navigate, trip));
		if (!isLeaving && !signal.aborted) fail("UNKNOWN");
	}

	async function submit(handle?: string): Promise<void> {
		if (isBusy(form)) return;
		const { value, mode } = form.state;
		const problem = handle === undefined ? problemOf(value, mode) : null;
		if (problem) {
			form.patch({ pressed: "submit" });
			return fail(problem);
		}
		return begin("submit", handle ?? (mode === "server" ? serverIn(value) : value));
	}

	return { submit, begin, abort, giveUp };
}

/** What the browser leaves for. */
const tripFrom = ({ options, state }: Form): Trip => ({
	intent: options.intent === "sign-in" ? "sign-in" : "connect",
	// The form that comes back takes handles, and the URL of a server as well.
	typed: state.mode === "server" && state.value.trim() ? serverIn(state.value) : state.value,
	remember: options.remember,
});

function startOf(pressed: Pressed, sent: string): BskyEvents["start"] {
	if (typeof pressed === "object") return { via: "account" };
	if (pressed === "submit") return { via: "handle" };
	return { via: pressed, server: sent };
}

/** Where the server sends the browser afterwards; what is `undefined` is left to it. */
export function returnTo({
	state,
	options,
}: { state: Pick<SignInState, "errorCallbackURL"> } & Pick<Form, "options">) {
	const {
		callbackURL = options.intent === "sign-in" ? undefined : state.errorCallbackURL,
		errorCallbackURL = state.errorCallbackURL,
		newUserCallbackURL,
		requestSignUp,
		link,
	} = options;
	return {
		callbackURL,
		errorCallbackURL,
		newUserCallbackURL,
		requestSignUp,
		link,
	};
}
