import type { BskySession } from "@better-auth-bsky/core";
import type { AuthQueryAtom } from "better-auth/client";
import { atom, onMount, type ReadableAtom } from "nanostores";
import { type AuthClientLike, failureOf, toAnswer } from "../ask.ts";
import { type KeptSession, stateOf } from "./types.ts";
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
 * The session that `atprotoAuthClient`'s atom keeps. With what the server rendered that atom, and the
 * requests it makes, are left asleep until the session may have changed.
 */
export function sessionWithClient(
	authClient: AuthClientLike,
	{ bskySession, $bskySignal, $sessionSignal }: Atoms,
): KeptSession {
	const $state = atom(stateOf(undefined));
	/** Whether the atom's answer is what is shown: not while the server's rendering is newer. */
	let isFollowing = true;
	let detach: (() => void) | undefined;
	let sleep = () => {};

	function take({ data, isPending, isRefetching, error }: typeof bskySession.value): void {
		isFollowing ||= !isPending && !isRefetching;
		if (!isFollowing) return;
		$state.set({ data, isPending, isRefetching, error: error && failureOf(error) });
	}

	function attach(): void {
		sleep();
		detach ??= bskySession.listen(take);
		const { isPending, isRefetching, refetch } = bskySession.value;
		if (isFollowing) take(bskySession.value);
		else if (!isPending && !isRefetching) refetch();
	}

	onMount($state, () => {
		if (!inBrowser()) return;
		if (isFollowing || !bskySession.value.isPending) attach();
		else {
			const stops = [onWake(attach), $sessionSignal.listen(attach), $bskySignal.listen(attach)];
			sleep = () => {
				for (const stop of stops.splice(0)) stop();
			};
		}
		return () => {
			sleep();
			detach?.();
			detach = undefined;
		};
	});

	if (inBrowser() && !bskySession.value.isPending) take(bskySession.value);
	return {
		$state,
		refetch: () => bskySession.value.refetch(),
		async signOut() {
			const { error } = await toAnswer(authClient.signOut as Parameters<typeof toAnswer>[0]);
			if (error) $state.set({ ...$state.value, error });
			else $state.set(stateOf(null));
		},
		adopt(initial) {
			isFollowing = false;
			$state.set(stateOf(initial));
		},
		// better-auth's session is told of all that happens here, and wakes by itself.
		wake: (isNews) => (isNews || !detach) && attach(),
	};
}
