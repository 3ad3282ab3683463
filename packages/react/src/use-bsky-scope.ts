"use client";

import {
	connectScopeGate,
	createScopeGate,
	type ScopeGateOptions,
	type ScopeStatus,
} from "@better-auth-bsky/client/scope";
import { useEffect, useState } from "react";
import { useOptions, useSessionOptions } from "./context.ts";
import { useStore } from "./use-store.ts";

/** What {@link useBskyScope} gives. */
export interface UseBskyScope {
	/** Whether it may be done, and what became of asking. */
	state: ScopeStatus;
	/** Whether it may be done. */
	granted: boolean;
	/** Code of what went wrong; `null` for nothing. */
	error: string | null;
	/** Asks the person: the browser leaves for their server, and comes back to this page. */
	allow: () => Promise<void>;
}

/**
 * Whether a scope is granted, or all of several, and what asks the person for it. It follows the
 * session of `useBskySession()`, which is asked for once.
 */
export const useBskyScope = (
	scope: string,
	options: Omit<ScopeGateOptions, "scope"> = {},
): UseBskyScope => useScopeGate({ ...options, scope }).api;

export function useScopeGate(own: ScopeGateOptions) {
	const options = { ...useOptions(own), ...useSessionOptions(own) };
	const { authClient, baseURL, fetch, initial, scope, did } = options;
	const [gate] = useState(() => createScopeGate(options));
	const [first] = useState(() => gate.$state.get());
	const state = useStore(gate.$state, first);
	useEffect(() => {
		gate.options = options;
	});
	// biome-ignore lint/correctness/useExhaustiveDependencies: these are what it is mounted for
	useEffect(() => gate.mount(), [gate, authClient, baseURL, fetch, initial, scope, did]);
	const { status, granted, error } = connectScopeGate(gate, state, undefined, options);
	return { gate, options, state, api: { state: status, granted, error, allow: gate.allow } };
}
