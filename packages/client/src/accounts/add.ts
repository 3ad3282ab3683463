import { leave, PATIENCE, thisPage } from "../page.ts";
import { SIGN_IN } from "../paths.ts";
import type { List } from "./types.ts";

/** Connects accounts, one at a time: the browser leaves for the person's server. */
export function createAdd(list: List) {
	let patience: ReturnType<typeof setTimeout> | undefined;

	async function add(handle = list.options.defaultServer): Promise<void> {
		if (list.isBusy) return;
		const { signal, options, ask, patch, fail } = list;
		patch({ status: "connecting", error: null });
		const here = thisPage();
		const body = {
			handle,
			callbackURL: options.callbackURL ?? here,
			errorCallbackURL: options.errorCallbackURL ?? here,
			link: true,
			disableRedirect: true,
		};
		const { data, error } = await ask<{ url?: unknown } | null>(SIGN_IN, { body, signal });
		if (signal.aborted) return;
		if (error) return fail(error.code);
		patch({ status: "redirecting" });
		clearTimeout(patience);
		patience = setTimeout(stay, PATIENCE);
		const isLeaving = await leave(data?.url, list.options.navigate);
		if (!isLeaving && list.state.status === "redirecting") fail("UNKNOWN");
	}

	/** The browser is still here. */
	function stay(): void {
		if (list.state.status === "redirecting") list.patch({ status: "idle" });
	}

	return { add, stopWaiting: () => clearTimeout(patience) };
}
