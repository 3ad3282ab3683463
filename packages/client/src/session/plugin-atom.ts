import type { AuthQueryAtom, BetterFetch, ClientStore } from "better-auth/client";
import { atom, onMount } from "nanostores";
import type { BskySession } from "../core.ts";
import { inBrowser } from "../in-browser.ts";
import { SESSION } from "../paths.ts";
import { NOBODY, sessionQuery } from "./query.ts";

/**
 * The atom behind `useBskySession()`, and the signal to ask again. {@link followSession} brings them
 * to life.
 */
export function bskySessionAtoms($fetch: BetterFetch) {
	const query: AuthQueryAtom<BskySession> = sessionQuery((params) =>
		$fetch<BskySession>(SESSION, {
			...params,
			method: "GET",
			throw: false,
		}).then(
			// A page of something in between is no answer.
			({ data, error }) =>
				typeof data === "string"
					? { data: null, error: { status: 200, statusText: "" } }
					: { data, error },
			(error) => ({ data: null, error }),
		),
	);
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
	const { refetch } = bskySession.value;
	let shown: string | undefined;
	onMount(bskySession, () => {
		if (!inBrowser()) return;
		let known: unknown;
		const unfollow = session.subscribe(({ data, error, isPending }) => {
			// Where better-auth couldn't find out who is signed in, our own answer will say why.
			const who = data ?? error;
			if (isPending || who === known) return;
			known = who;
			const user: string | undefined = data?.user.id;
			// What is shown of one user, or of nobody, never stands in for another one.
			const another = user !== shown && !bskySession.value.isPending;
			if (!who || another) bskySession.set({ ...NOBODY, isPending: !!who, refetch });
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
