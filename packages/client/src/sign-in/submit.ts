import { createAsk } from "../server.ts";
import { handleIn, problemOf, serverIn } from "./handle.ts";
import { fieldOf, leave, thisPage } from "./page.ts";
import { keepRemembered } from "./remembered.ts";
import type { Context } from "./types.ts";

/** How long a browser may take to leave before the form can be used again, in milliseconds. */
const PATIENCE = 10_000;

/** Begins sign-ins, one at a time. */
export function createSubmit(context: Context) {
	let asking: AbortController | undefined;
	let patience: ReturnType<typeof setTimeout> | undefined;

	function fail(error: string): void {
		context.patch({ status: "failed", error });
		fieldOf(context.options)?.focus();
	}

	/** Whatever is under way ends, and the form can be used again. */
	function reset(): void {
		asking?.abort();
		clearTimeout(patience);
		if (isBusy(context)) context.patch({ status: "idle" });
	}

	async function submit(handle?: string): Promise<void> {
		if (isBusy(context)) return;
		const { state, options } = context;
		const typed = state.mode === "server" ? serverIn(state.value) : state.value;
		const problem = handle === undefined ? problemOf(state.value, state.mode) : null;
		if (problem) return fail(problem);
		asking = new AbortController();
		const { signal } = asking;
		context.patch({ status: "submitting", error: null, open: false });
		const { data, error } = await createAsk(options)<{ url: string }>("/bsky/sign-in", {
			signal,
			body: { handle: handle ?? typed, ...returnTo(context), disableRedirect: true },
		});
		if (signal.aborted) return;
		if (error) return fail(error.code);
		context.patch({ status: "redirecting" });
		if (!leave(data.url, options.navigate)) return fail("UNKNOWN");
		if (options.remember) keep(context, handle ?? typed);
		// A page that is still here by then was held back, by the person or by the network.
		patience = setTimeout(reset, PATIENCE);
	}

	return { submit, reset };
}

/** While one is under way, another can't begin and the field can't change. */
export const isBusy = ({ state: { status } }: Pick<Context, "state">): boolean =>
	status === "submitting" || status === "redirecting";

/** Where the server sends the browser afterwards; what is `undefined` is left to it. */
export function returnTo({ state, options }: Pick<Context, "state" | "options">) {
	const { callbackURL, errorCallbackURL, newUserCallbackURL, requestSignUp } = options;
	return {
		callbackURL,
		errorCallbackURL: errorCallbackURL ?? state.errorCallbackURL,
		newUserCallbackURL,
		requestSignUp,
	};
}

/** Where failures lead by default, which only a browser knows. */
export const defaultErrorURL = ({ options }: Context) =>
	options.errorCallbackURL ?? thisPage(options.baseURL);

function keep({ state, options }: Context, typed: string): void {
	const handle = handleIn(typed);
	if (!handle || state.mode === "server" || typed === options.defaultServer) return;
	const known = [state.person, ...state.accounts].find((person) => person?.handle === handle);
	keepRemembered(known ?? { handle });
}
