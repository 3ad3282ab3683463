import type { BskySession } from "@better-auth-bsky/core";
import type { AuthQueryAtom } from "better-auth/client";
import { atom, onMount, type ReadableAtom } from "nanostores";
import { type AuthClientLike, failureOf, settle } from "../server.ts";
import { type BskySessionController, stateOf } from "./types.ts";
import { inBrowser, onWake } from "./wake.ts";

/** The atoms of a client that has our plugin. */
interface Atoms {
	bskySession: AuthQueryAtom<BskySession>;
	$bskySignal: ReadableAtom<boolean>;
	$sessionSignal: ReadableAtom<boolean>;
}

/** The atoms, if the client has the plugin. */
export function atomsOf(authClient?: AuthClientLike): Atoms | null {
	const { atoms } = authClient?.$store ?? {};
	// better-auth's client has something under any name: a function that would call an endpoint.
	const isThere = atoms && "listen" in Object(atoms.bskySession);
	return isThere ? (atoms as unknown as Atoms) : null;
}

/**
 * The session that `authClientPlugin`'s atom keeps. With an initial value that atom, and the
 * requests it makes, are left asleep until the session may have changed.
 */
export function sessionWithClient(
	authClient: AuthClientLike,
	{ bskySession, $bskySignal, $sessionSignal }: Atoms,
	initial: BskySession | null | undefined,
): BskySessionController {
	const initialState = stateOf(initial);
	const $state = atom(initialState);
	let isSettled = initial === undefined;

	function take({ data, isPending, isRefetching, error }: typeof bskySession.value): void {
		isSettled ||= !isPending;
		// Until the first answer, what the server rendered stays.
		if (!isSettled) return;
		$state.set({ data, isPending, isRefetching, error: error && failureOf(error) });
	}

	onMount($state, () => {
		if (!inBrowser()) return;
		let detach: (() => void) | undefined;
		let sleep = () => {};
		const attach = () => {
			sleep();
			detach ??= bskySession.subscribe(take);
		};
		if (isSettled || !bskySession.value.isPending) attach();
		else {
			const stops = [onWake(attach), $sessionSignal.listen(attach), $bskySignal.listen(attach)];
			sleep = () => {
				for (const stop of stops.splice(0)) stop();
			};
		}
		return () => {
			sleep();
			detach?.();
		};
	});

	return {
		$state,
		initialState,
		refetch: () => bskySession.value.refetch(),
		async signOut() {
			const { error } = await settle(authClient.signOut as Parameters<typeof settle>[0]);
			if (error) $state.set({ ...$state.value, error });
			else $state.set(stateOf(null));
		},
	};
}
