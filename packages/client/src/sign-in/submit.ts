import { leave, PATIENCE } from "../page.ts";
import { SIGN_IN } from "../paths.ts";
import { handleIn, problemOf, serverIn } from "./handle.ts";
import { fieldOf } from "./ids.ts";
import { keepRemembered } from "./remembered.ts";
import { CLOSED, isBusy } from "./state.ts";
import type { Form, SignInState } from "./types.ts";

/** Begins sign-ins, one at a time. */
export function createSubmit(form: Form, stopLookingUp: () => void) {
	let asking: AbortController | undefined;
	let patience: ReturnType<typeof setTimeout> | undefined;

	function fail(error: string): void {
		clearTimeout(patience);
		form.patch({ status: "failed", error });
		fieldOf(form.options)?.focus();
	}

	/** Whatever is under way ends, and the form can be used again. */
	function abort(): void {
		asking?.abort();
		clearTimeout(patience);
		if (isBusy(form)) form.patch({ status: "idle" });
	}

	async function submit(handle?: string): Promise<void> {
		if (isBusy(form)) return;
		stopLookingUp();
		const { state, options } = form;
		const problem = handle === undefined ? problemOf(state.value, state.mode) : null;
		if (problem) return fail(problem);
		const sent = handle ?? (state.mode === "server" ? serverIn(state.value) : state.value);
		form.patch({ status: "submitting", error: null, ...CLOSED });
		asking = new AbortController();
		const { signal } = asking;
		const { data, error } = await form.ask<{ url?: unknown } | null>(SIGN_IN, {
			body: { handle: sent, ...returnTo(form), disableRedirect: true },
			signal,
		});
		if (signal.aborted) return;
		if (error) return fail(error.code);
		form.patch({ status: "redirecting" });
		// A page that is still here by then was held back, by the person or by the network.
		patience = setTimeout(abort, PATIENCE);
		const isLeaving = leave(data?.url, options.navigate);
		// The page may be gone before that is known.
		if (options.remember) keep(form, sent);
		if (!(await isLeaving) && !signal.aborted) fail("UNKNOWN");
	}

	return { submit, abort };
}

/** Where the server sends the browser afterwards; what is `undefined` is left to it. */
export function returnTo({
	state,
	options,
}: { state: Pick<SignInState, "errorCallbackURL"> } & Pick<Form, "options">) {
	const {
		callbackURL,
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

function keep({ state, options }: Form, typed: string): void {
	const handle = handleIn(typed);
	if (!handle || state.mode === "server" || typed === options.defaultServer) return;
	const known = [state.person, ...state.accounts].find((person) => person?.handle === handle);
	keepRemembered(known ?? { handle });
}
