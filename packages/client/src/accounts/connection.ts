import { goThere, hostOf, isWeb, leave, PATIENCE, thisPage } from "../page.ts";
import { SIGN_IN } from "../paths.ts";
import { tell } from "../tell.ts";
import { beginTrip, lastTrip } from "../trip.ts";
import { rememberConnected } from "./since.ts";
import { QUIET } from "./state.ts";
import type { List } from "./types.ts";

/** What the browser leaves for, where that is no account of the list: it is added by this one. */
export const ADDING = "accounts";

/** Connects accounts, one at a time: the browser leaves for the person's server. */
export function createConnection(list: List) {
	let patience: ReturnType<typeof setTimeout> | undefined;

	/** @param did the account that is connected again, in whose row the rest is said */
	async function connect(handle: string, did: string | null = null): Promise<void> {
		if (list.isBusy) return;
		const { signal, options, ask, patch, fail, root } = list;
		patch({ ...QUIET, status: "connecting", busyDid: did });
		tell(root, "start", { via: did ? "reconnect" : "account" });
		const here = thisPage();
		const body = {
			handle,
			callbackURL: options.callbackURL ?? here,
			errorCallbackURL: options.errorCallbackURL ?? here,
			link: true,
			disableRedirect: true,
		};
		const { data, error } = await ask<{ url?: unknown } | null>(SIGN_IN, { body, signal });
		const { status } = list.state;
		// A page that comes back as it was left goes nowhere by what was asked before.
		if (signal.aborted || status !== "connecting") return;
		if (error) return fail(error.code, did);
		const url = data?.url;
		if (!isWeb(url)) return fail("UNKNOWN", did);
		patch({ status: "redirecting", server: hostOf(url) });
		clearTimeout(patience);
		patience = setTimeout(stay, PATIENCE);
		tell(root, "redirect", { url });
		const isLeaving = await leave(url, go, { intent: "connect", by: did ?? ADDING });
		if (!isLeaving && list.state.status === "redirecting") fail("UNKNOWN", did);
	}

	/** The browser is still here. */
	function stay(): void {
		if (list.state.status === "redirecting") list.patch(QUIET);
	}

	function go(url: string): unknown {
		rememberConnected(list.state.accounts);
		return (list.options.navigate ?? goThere)(url);
	}

	/** The form in the dialog has found where to: the answer is the list's. */
	function depart(url: string): unknown {
		beginTrip({ ...lastTrip(), intent: "connect", by: ADDING });
		return go(url);
	}

	/** The list is put away, and what was asked is no longer waited for. */
	function giveUp(): void {
		clearTimeout(patience);
		if (/^(connect|redirect)ing$/.test(list.state.status)) list.patch(QUIET);
	}

	return { connect, depart, giveUp };
}
