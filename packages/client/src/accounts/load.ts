import type { BskyAccount } from "../core.ts";
import { ACCOUNTS } from "../paths.ts";
import { tell } from "../tell.ts";
import { tripOf } from "../trip.ts";
import { inRow } from "./focus.ts";
import { takeConnectedBefore } from "./since.ts";
import { QUIET, SIGNED_OUT } from "./state.ts";
import type { ConnectedAccount, List } from "./types.ts";

/** What each list was asked last, and when: an earlier answer may come later. */
const latest = new WeakMap<List, { at: number }>();

export const askedAt = (list: List): number => latest.get(list)?.at ?? 0;

/** Nobody is signed in any more: what is known was theirs, and what is still to come. */
export function forget(list: List): void {
	latest.delete(list);
	list.patch({ ...QUIET, accounts: null, isLoading: false, loadError: SIGNED_OUT, hasLeft: true });
}

/** Asks which accounts are connected, and tells of those that were when the browser came back. */
export async function load(list: List): Promise<void> {
	const { signal, ask, patch, options } = list;
	const mine = { at: Date.now() };
	latest.set(list, mine);
	patch({ isLoading: true, hasLeft: false });
	const { data, error } = await ask<unknown>(ACCOUNTS, { signal });
	if (signal.aborted || latest.get(list) !== mine) return;
	const { accounts: listed } = Object(data);
	if (error || !Array.isArray(listed)) {
		const code = error?.code ?? "UNKNOWN";
		// Without an answer, what is known stays; whoever has signed out has none.
		const hasLeft = error?.status === 401 && list.state.accounts !== null;
		if (hasLeft) return forget(list);
		patch({ isLoading: false, loadError: code });
		tell(list.root, "error", { code }, options.onError);
		return;
	}
	const accounts = listed.filter(isAccount).map(toAccount);
	// The button that asked for them again is gone with the failure.
	const focusOn = list.state.loadError ? inRow(0) : undefined;
	patch({ isLoading: false, loadError: null, accounts }, focusOn);
	const before = takeConnectedBefore();
	// What shows who is signed in ends the trip, and has told the page then.
	const root = tripOf() ? list.root : null;
	for (const { did, active } of accounts) {
		if (before && active && !before.includes(did))
			tell(root, "connect", { did }, options.onConnect);
	}
}

const isAccount = (one: unknown): one is BskyAccount => typeof Object(one).did === "string";

const toAccount = ({ handle, ...account }: BskyAccount): ConnectedAccount => ({
	...account,
	handle: handle ?? account.did,
});
