import type { BskySession } from "@better-auth-bsky/core";
import { atom, onMount, type ReadableAtom } from "nanostores";
import { createAsk } from "../server.ts";
import {
	type BskySessionController,
	type BskySessionOptions,
	type BskySessionState,
	stateOf,
} from "./types.ts";
import { FRESH, inBrowser, onWake, tellOtherTabs } from "./wake.ts";

/** The session without a better-auth client. */
export function aloneSession({ initial, ...server }: BskySessionOptions): BskySessionController {
	const ask = createAsk(server);
	const initialState = stateOf(initial);
	const $state = atom(initialState);
	const patch = (changes: Partial<BskySessionState>) => $state.set({ ...$state.value, ...changes });
	let askedAt = 0;
	let flight: Promise<void> | undefined;
	// A client without our plugin: its own hooks hear of a sign-out here, and this of one there.
	const store = server.authClient?.$store;
	const $signal = store?.atoms.$sessionSignal as ReadableAtom<boolean> | undefined;

	async function fetchSession(): Promise<void> {
		askedAt = Date.now();
		patch({ isRefetching: true });
		const mine = flight;
		const { data, error } = await ask<BskySession>("/bsky/session");
		// A sign-out has taken over.
		if (flight !== mine) return;
		flight = undefined;
		const signedOut = error?.status === 401;
		$state.set({
			...stateOf(error && !signedOut ? $state.value.data : data),
			error: signedOut ? null : error,
		});
	}

	function refetch(): Promise<void> {
		flight ??= Promise.resolve().then(fetchSession);
		return flight;
	}

	onMount($state, () => {
		if (!inBrowser()) return;
		// What the server rendered counts as just asked for.
		if (askedAt === 0 && initial !== undefined) askedAt = Date.now();
		const isStale = () => Date.now() - askedAt >= FRESH;
		if (isStale()) refetch();
		const unlisten = $signal?.listen(() => refetch());
		const stop = onWake((isNews) => {
			if (isNews || isStale()) refetch();
		});
		return () => {
			unlisten?.();
			stop();
		};
	});

	async function signOut(): Promise<void> {
		const { error } = await ask("/sign-out", { body: {} });
		if (error) return patch({ error });
		flight = undefined;
		$state.set(stateOf(null));
		tellOtherTabs();
		store?.notify("$sessionSignal");
	}

	return { $state, initialState, refetch, signOut };
}
