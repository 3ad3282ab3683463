import type { BskySession } from "@better-auth-bsky/core";
import type { AuthQueryAtom, AuthQueryState, BetterFetch, ClientStore } from "better-auth/client";
import { atom, onMount } from "nanostores";

const SIGNED_OUT = { data: null, error: null, isPending: false, isRefetching: false };

type State = AuthQueryState<BskySession>;

/**
 * The atom behind `useBskySession()`, and the signal to ask again. {@link followSession} brings them
 * to life.
 */
export function bskySessionAtoms($fetch: BetterFetch) {
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
	const query: AuthQueryAtom<BskySession> = atom({ ...SIGNED_OUT, isPending: true, refetch });
	// By this mark better-auth's React client hydrates with the pending state, as its server rendered.
	Object.defineProperty(query, Symbol.for("better-auth:auth-query"), { value: true });
	return { bskySession: query, $bskySignal: atom(false) };
}

/**
 * Keeps the atom in step with better-auth's session while somebody looks at it. That session knows
 * of sign-ins, sign-outs and other tabs, so one change of it is one request here, and nobody
 * signed in is none at all.
 */
export function followSession({ atoms: { bskySession, $bskySignal, session } }: ClientStore): void {
	if (!bskySession || !$bskySignal || !session) return;
	const { refetch }: State = bskySession.value;
	let shown: string | undefined;
	onMount(bskySession, () => {
		if (!("window" in globalThis)) return;
		let known: unknown;
		const unfollow = session.subscribe(({ data, error, isPending }) => {
			// Where better-auth couldn't find out who is signed in, our own answer will say why.
			const who = data ?? error;
			if (isPending || who === known) return;
			known = who;
			const user: string | undefined = data?.user.id;
			// What is shown of one user never stands in for another.
			const another = shown && user !== shown;
			if (!who || another) bskySession.set({ ...SIGNED_OUT, isPending: !!who, refetch });
			shown = user;
			if (who) refetch();
		});
		const unlisten = $bskySignal.listen(() => refetch());
		return () => {
			unfollow();
			unlisten();
		};
	});
}
