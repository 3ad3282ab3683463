import { atom } from "nanostores";
import { createAsk } from "../ask.ts";
import { BLUESKY_SERVER } from "../defaults.ts";
import { knownCode, mergeLabels } from "../labels/text.ts";
import { tell } from "../tell.ts";
import { arrive } from "./arrive.ts";
import { createConnection } from "./connection.ts";
import { disconnect, keep, question } from "./disconnect.ts";
import { keepFocus } from "./focus.ts";
import { load } from "./load.ts";
import { makeCurrent } from "./make-current.ts";
import { initialState, QUIET } from "./state.ts";
import type { Accounts, AccountsOptions, List, ResolvedAccountsOptions } from "./types.ts";

/** Connected accounts: the list, and what changes it. */
export function createAccounts(initial: AccountsOptions = {}): Accounts {
	let options = resolve(initial);
	let root: Element | null = null;
	let life = new AbortController();
	const $state = atom(initialState(knownCode(options.labels, options.error)));
	const list: List = {
		get state() {
			return $state.value;
		},
		get options() {
			return options;
		},
		get root() {
			return root;
		},
		get signal() {
			return life.signal;
		},
		get isBusy() {
			return !["idle", "failed"].includes($state.value.status);
		},
		ask: createAsk(() => options),
		patch(changes, focusOn) {
			if (focusOn) keepFocus(root, focusOn);
			$state.set({ ...$state.value, ...changes });
		},
		fail(code, did = null, focusOn) {
			list.patch({ ...QUIET, status: "failed", error: code, errorDid: did }, focusOn);
			tell(root, "error", { code }, options.onError);
		},
	};
	const { connect, depart, giveUp } = createConnection(list);

	return {
		$state,
		get options() {
			return options;
		},
		setOptions(next) {
			options = resolve(next);
		},
		setRoot(element) {
			root = element;
		},
		mount() {
			life = new AbortController();
			arrive(list);
			return () => {
				life.abort();
				giveUp();
			};
		},
		add: (handle = options.defaultServer) => connect(handle),
		reconnect: (did) => connect(did, did),
		makeCurrent: (did) => makeCurrent(list, did),
		ask: (did) => question(list, did),
		keep: () => keep(list),
		disconnect: (did) => disconnect(list, did),
		refetch: () => load(list),
		depart,
	};
}

/** The list with these options to render with: its own are still those of `setOptions()`. */
export const withOptions = (accounts: Accounts, options: AccountsOptions): Accounts => ({
	...accounts,
	options: resolve(options),
});

const resolve = ({ labels, ...options }: AccountsOptions): ResolvedAccountsOptions => ({
	...options,
	defaultServer: options.defaultServer ?? BLUESKY_SERVER,
	labels: mergeLabels(labels),
});
