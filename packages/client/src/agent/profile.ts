import { atom, onMount, type ReadableAtom } from "nanostores";
import { inBrowser } from "../in-browser.ts";
import { createBskySession } from "../session/session.ts";
import type { BskySessionOptions } from "../session/types.ts";
import { actorOf } from "./profile-view.ts";
import { type BskyProfileState, type Entry, PENDING, profilesFor } from "./profiles.ts";

/** Options of {@link createBskyProfile}. */
export interface BskyProfileOptions extends BskySessionOptions {
	/** Whose: a DID, or a handle. Nobody's, while that isn't known. */
	actor: string | null | undefined;
}

/** A profile, asked for while somebody looks at `$state`. */
export interface BskyProfileController {
	/** A [nanostores](https://github.com/nanostores/nanostores) atom. Listening to it starts it. */
	readonly $state: ReadableAtom<BskyProfileState>;
	/** What a server renders, and hydration begins with. `$state` may know more by then. */
	readonly initialState: BskyProfileState;
	/** Asks again. Requests at the same time are one. */
	refetch(): Promise<void>;
}

const NOBODY: BskyProfileState = { data: null, isPending: false, error: null };

/**
 * Somebody's profile, as whoever is signed in sees it: the server has to allow
 * `app.bsky.actor.getProfiles`. A page has one of each, and what it asks in one moment is one request
 * for 25 of them. While nobody is signed in there is none.
 */
export function createBskyProfile({
	actor,
	...options
}: BskyProfileOptions): BskyProfileController {
	const session = createBskySession(options);
	const whom = actor ? actorOf(actor) : undefined;
	const fixed = actor && !whom ? { ...NOBODY, error: { code: "HANDLE_INVALID" } } : NOBODY;
	let entry: Entry | undefined;

	/** What there is to be seen, in a state of the session. */
	function find({ data, isPending }: typeof session.initialState): BskyProfileState {
		entry = whom && data?.active ? profilesFor(data.did, options).of(whom) : undefined;
		if (entry) return entry.$state.value;
		return whom && isPending ? PENDING : fixed;
	}

	const initial = session.initialState;
	const initialState = whom && (initial.isPending || initial.data?.active) ? PENDING : fixed;
	// What a server keeps, others' requests would find.
	const $state = atom(inBrowser() ? find(session.$state.value ?? initial) : initialState);
	onMount($state, () => {
		let stop = () => {};
		let followed: Entry | undefined;
		const unfollow = session.$state.subscribe((now) => {
			const state = find(now);
			if (entry && entry === followed) {
				// Online again, the session comes back first.
				const isOffline = state.error?.code === "NETWORK_ERROR";
				if (isOffline && !now.isRefetching) entry.look();
				return;
			}
			stop();
			followed = entry;
			stop = entry?.$state.subscribe((value) => $state.set(value)) ?? (() => {});
			if (entry) entry.look();
			else $state.set(state);
		});
		return () => {
			unfollow();
			stop();
		};
	});
	return { $state, initialState, refetch: async () => entry?.ask() };
}
