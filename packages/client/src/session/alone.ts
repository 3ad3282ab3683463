import type { BskySession } from "@better-auth-bsky/core";
import { atom, onMount, type ReadableAtom } from "nanostores";
import { createAsk } from "../ask.ts";
import {
	type BskySessionOptions,
	type BskySessionState,
	type KeptSession,
	stateOf,
} from "./types.ts";
import { FRESH, inBrowser, onWake, tellOtherTabs } from "./wake.ts";

/** The session without a better-auth client. */
export function aloneSession(options: BskySessionOptions): KeptSession {
	const ask = createAsk(() => options);
	const $state = atom(stateOf(undefined));
	const patch = (changes: Partial<BskySessionState>) => $state.set({ ...$state.value, ...changes });
	let askedAt = 0;
	let flight: Promise<void> | undefined;
	// A client without our plugin: its own hooks hear of a sign-out here, and this of one there.
	const store = options.authClient?.$store;
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

	function wake(isNews: boolean): void {
		if (isNews || Date.now() - askedAt >= FRESH) refetch();
	}

	onMount($state, () => {
		if (!inBrowser()) return;
		wake(false);
		const unlisten = $signal?.listen(() => refetch());
		const stop = onWake(wake);
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

	function adopt(initial: BskySession | null): void {
		askedAt = Date.now();
		$state.set(stateOf(initial));
	}

	return { $state, refetch, signOut, adopt, wake };
}
