import { sessionOptions, withContext } from "@better-auth-bsky/client/context";
import {
	connectScopeGate,
	createScopeGate,
	type ScopeGateOptions,
	type ScopeStatus,
} from "@better-auth-bsky/client/scope";
import { untrack } from "svelte";
import { type MaybeGetter, read, useBsky } from "./context.ts";
import { useStore } from "./use-store.svelte.ts";

/** What {@link useBskyScope} gives. */
export interface UseBskyScope {
	/** Whether it may be done, and what became of asking. */
	readonly state: ScopeStatus;
	/** Whether it may be done. */
	readonly granted: boolean;
	/** Code of what went wrong; `null` for nothing. */
	readonly error: string | null;
	/** Asks the person: the browser leaves for their server, and comes back to this page. */
	allow(): Promise<void>;
}

/**
 * Whether a scope is granted, or all of several, and what asks the person for it: read it as
 * `scope.granted`, don't take it apart. It follows the session of `useBskySession()`, which is asked
 * for once. Give a scope that changes as a function.
 */
export const useBskyScope = (
	scope: string | (() => string),
	options: MaybeGetter<Omit<ScopeGateOptions, "scope">> = {},
): UseBskyScope =>
	useScopeGate(() => ({
		...read(options),
		scope: typeof scope === "function" ? scope() : scope,
	})).api;

export function useScopeGate(own: () => ScopeGateOptions) {
	const context = useBsky();
	const options = $derived({
		...withContext(own(), context()),
		...sessionOptions(own(), context()),
	});
	const gate = untrack(() => createScopeGate(options));
	const state = useStore(() => gate.$state, gate.$state.get());
	$effect.pre(() => {
		gate.options = options;
	});
	const keys = $derived(MOUNTED_FOR.map((key) => options[key]));
	let mountedFor: unknown[] = [];
	let unmount = () => {};
	$effect(() => {
		if (keys.every((key, index) => key === mountedFor[index])) return;
		mountedFor = keys;
		unmount();
		unmount = untrack(() => gate.mount());
	});
	$effect(() => () => unmount());
	const shown = $derived(connectScopeGate(gate, state.current, undefined, options));
	const api: UseBskyScope = {
		get state() {
			return shown.status;
		},
		get granted() {
			return shown.granted;
		},
		get error() {
			return shown.error;
		},
		allow: () => gate.allow(),
	};
	return {
		gate,
		api,
		get options() {
			return options;
		},
		get state() {
			return state.current;
		},
	};
}

const MOUNTED_FOR = ["authClient", "baseURL", "fetch", "initial", "scope", "did"] as const;
