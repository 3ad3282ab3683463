import type { BskySession } from "@better-auth-bsky/core";
import type { AuthQueryAtom, AuthQueryState, BetterFetch } from "better-auth/client";
import { atom, onMount } from "nanostores";

type State = AuthQueryState<BskySession>;

/** The atom behind `useBskySession()`. {@link followSession} decides when it asks. */
export function bskySessionAtom($fetch: BetterFetch): AuthQueryAtom<BskySession> {
	const refetch: State["refetch"] = async (params) => {
		const { data } = query.value;
		const asking: State = { data, error: null, isPending: !data, isRefetching: true, refetch };
		query.set(asking);
		const answer = await $fetch<BskySession>("/bsky/session", {
			...params,
			method: "GET",
			throw: false,
		}).catch((error) => ({ data: null, error }));
		// A later request, or a sign-out, has taken over.
		if (query.value !== asking) return;
		const signedOut = answer.error?.status === 401;
		query.set({
			data: answer.error && !signedOut ? data : answer.data,
			error: signedOut ? null : answer.error,
			isPending: false,
			isRefetching: false,
			refetch,
		});
	};
	const query: AuthQueryAtom<BskySession> = atom({
		data: null,
		error: null,
		isPending: true,
		isRefetching: false,
		refetch,
	});
	// By this mark better-auth's React client hydrates with the pending state, as its server rendered.
	return Object.defineProperty(query, Symbol.for("better-auth:auth-query"), { value: true });
}

/** What of better-auth's own session atom matters here. */
interface WhoIsSignedIn {
	subscribe(
		listener: (state: { data: unknown; error: unknown; isPending: boolean }) => void,
	): () => void;
}

/**
 * Keeps the atom in step with better-auth's session while somebody looks at it. That session knows
 * of sign-ins, sign-outs and other tabs, so one change of it is one request here, and nobody
 * signed in is none at all.
 */
export function followSession(query: AuthQueryAtom<BskySession>, session: WhoIsSignedIn): void {
	onMount(query, () => {
		if (!("window" in globalThis)) return;
		let known: unknown;
		return session.subscribe(({ data, error, isPending }) => {
			// Where better-auth couldn't find out who is signed in, our own answer will say why.
			const who = data ?? error;
			if (isPending || who === known) return;
			known = who;
			const { refetch } = query.value;
			if (who) refetch();
			else query.set({ data: null, error: null, isPending: false, isRefetching: false, refetch });
		});
	});
}
