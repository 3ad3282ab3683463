import { sessionOptions, withContext } from "@better-auth-bsky/client/context";
import {
	connectScopeGate,
	createScopeGate,
	type ScopeGateOptions,
	type ScopeStatus,
} from "@better-auth-bsky/client/scope";
import { type ComputedRef, computed, type MaybeRefOrGetter, toValue, watch } from "vue";
import { useBsky } from "./context.ts";
import { useMount, useStore } from "./use-store.ts";

/** What {@link useBskyScope} gives. */
export interface UseBskyScope {
	/** Whether it may be done, and what became of asking. */
	state: ComputedRef<ScopeStatus>;
	/** Whether it may be done. */
	granted: ComputedRef<boolean>;
	/** Code of what went wrong; `null` for nothing. */
	error: ComputedRef<string | null>;
	/** Asks the person: the browser leaves for their server, and comes back to this page. */
	allow: () => Promise<void>;
}

/**
 * Whether a scope is granted, or all of several, and what asks the person for it. It follows the
 * session of `useBskySession()`, which is asked for once.
 */
export const useBskyScope = (
	scope: MaybeRefOrGetter<string>,
	options: MaybeRefOrGetter<Omit<ScopeGateOptions, "scope">> = {},
): UseBskyScope => useScopeGate(() => ({ ...toValue(options), scope: toValue(scope) })).api;

export function useScopeGate(own: () => ScopeGateOptions) {
	const context = useBsky();
	const options = computed(() => ({
		...withContext(own(), context()),
		...sessionOptions(own(), context()),
	}));
	const gate = createScopeGate(options.value);
	const state = useStore(() => gate.$state, gate.$state.get());
	watch(options, (now) => {
		gate.options = now;
	});
	const keys = () => {
		const { authClient, baseURL, fetch, initial, scope, did } = options.value;
		return [authClient, baseURL, fetch, initial, scope, did];
	};
	useMount(() => watch(keys, (_, __, onCleanup) => onCleanup(gate.mount()), { immediate: true }));
	const shown = computed(() => connectScopeGate(gate, state.value, undefined, options.value));
	const api: UseBskyScope = {
		state: computed(() => shown.value.status),
		granted: computed(() => shown.value.granted),
		error: computed(() => shown.value.error),
		allow: gate.allow,
	};
	return { gate, options, state, api };
}
