import { onMount, type ReadableAtom } from "nanostores";
import { type Answer, createAsk, type Failure, toAnswer } from "../ask.ts";
import type { BskySession } from "../core.ts";
import { SESSION } from "../paths.ts";
import { type SessionQuery, sessionQuery } from "./query.ts";
import { tellOtherTabs } from "./tell-other-tabs.ts";
import type { BskySessionOptions } from "./types.ts";
import { isFresh, onWake } from "./wake.ts";

/** Where a session comes from. */
export interface Source {
	/** While it is mounted it asks by itself: then, and whenever something may have changed. */
	query: SessionQuery<Failure>;
	/** Something has been changed: what is asked for from now on shares no answer with what was before. */
	changed(): void;
	/** By these the app's better-auth client tells that something has changed. */
	signals: ReadableAtom<unknown>[];
	signOut(): Promise<Answer<unknown>>;
	/** Whether this session is known to be somebody else's than who is signed in. */
	isForeign(session: BskySession): boolean;
}

/** The client's own session, where it has our plugin: `plugin-atom.ts` keeps that in step. */
export function sourceOf(options: BskySessionOptions): Source {
	const { $store, signOut } = options.authClient ?? {};
	const { bskySession, $bskySignal, $sessionSignal, session } = $store?.atoms ?? {};
	if (!isAtom<SessionQuery<Failure>>(bskySession) || typeof signOut !== "function")
		return pageAlone(options);
	return {
		query: bskySession,
		// Each of its requests is one of its own.
		changed() {},
		signals: [$bskySignal, $sessionSignal].filter(isAtom),
		signOut: () => toAnswer(() => signOut()),
		isForeign({ did }) {
			const { user, session: own } = Object(isAtom(session) && Object(session.value).data);
			const current = Object(own).bskyDid ?? Object(user).bskyDid;
			return current !== undefined && current !== did;
		},
	};
}

// better-auth's client has something under any name: a function that would call an endpoint.
const isAtom = <Atom extends ReadableAtom<unknown>>(thing: unknown): thing is Atom =>
	"listen" in Object(thing);

/** Requests of the page's own, when it is looked at and on what browsers tell. */
function pageAlone(options: BskySessionOptions): Source {
	const ask = createAsk(() => options);
	// A client without our plugin: its own hooks hear of a sign-out here, and this of one there.
	const store = options.authClient?.$store;
	const signals = [store?.atoms.$sessionSignal].filter(isAtom);
	let askedAt = 0;
	let flight: Promise<Answer<BskySession>> | undefined;

	/** Requests at the same time are one. */
	function send(): Promise<Answer<BskySession>> {
		askedAt = Date.now();
		if (flight) return flight;
		const mine = ask<BskySession>(SESSION).finally(() => {
			if (flight === mine) flight = undefined;
		});
		flight = mine;
		return mine;
	}

	const query = sessionQuery(send);
	/** What was asked before may be about somebody else. */
	const changed = () => {
		flight = undefined;
	};
	const wake = (isNews: boolean) => {
		if (isNews) changed();
		// A failure is no answer, however fresh.
		const { error, refetch } = query.value;
		if (isNews || error || !isFresh(askedAt)) void refetch();
	};
	onMount(query, () => {
		wake(false);
		return onWake(wake, signals);
	});

	return {
		query,
		signals,
		changed,
		async signOut() {
			const answer = await ask("/sign-out", { body: {} });
			if (answer.error) return answer;
			changed();
			tellOtherTabs("signout");
			store?.notify("$sessionSignal");
			return answer;
		},
		isForeign: () => false,
	};
}
