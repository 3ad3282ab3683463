import { atom } from "nanostores";
import { createAsk } from "../ask.ts";
import { BLUESKY_SERVER } from "../defaults.ts";
import { knownCode, mergeLabels } from "../labels/text.ts";
import { onComeBack, takeCallbackError } from "../page.ts";
import { createAdd } from "./add.ts";
import { disconnect } from "./disconnect.ts";
import { load } from "./load.ts";
import type {
	Accounts,
	AccountsOptions,
	AccountsState,
	List,
	ResolvedAccountsOptions,
} from "./types.ts";

/** Connected accounts: the list, and what changes it. */
export function createAccounts(initial: AccountsOptions = {}): Accounts {
	let options = resolve(initial);
	const known = knownCode(options.labels, options.error);
	const $state = atom<AccountsState>({
		status: known ? "failed" : "idle",
		accounts: null,
		busyDid: null,
		error: known,
	});
	let life = new AbortController();
	const list: List = {
		get state() {
			return $state.value;
		},
		get options() {
			return options;
		},
		get signal() {
			return life.signal;
		},
		get isBusy() {
			return !["idle", "failed"].includes($state.value.status);
		},
		ask: createAsk(() => options),
		patch: (changes) => $state.set({ ...$state.value, ...changes }),
		fail: (error) => list.patch({ status: "failed", busyDid: null, error }),
	};
	const { add, stopWaiting } = createAdd(list);

	return {
		$state,
		get options() {
			return options;
		},
		setOptions(next) {
			options = resolve(next);
		},
		mount() {
			life = new AbortController();
			const code = takeCallbackError(options);
			if (code) list.fail(code);
			void load(list);
			const unlisten = onComeBack(() => {
				list.patch({ status: "idle" });
				void load(list);
			});
			return () => {
				unlisten();
				stopWaiting();
				life.abort();
			};
		},
		add,
		disconnect: (did) => disconnect(list, did),
		refetch: () => load(list),
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
