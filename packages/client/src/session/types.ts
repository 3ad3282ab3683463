import type { ReadableAtom } from "nanostores";
import type { Failure, ServerOptions } from "../ask.ts";
import type { BskySession } from "../core.ts";

/** Options of {@link createBskySession}. */
export interface BskySessionOptions extends ServerOptions {
	/**
	 * What the server rendered the page with: the answer of `auth.api.getBskySession()`, or `null`
	 * for nobody signed in. It is shown at once and nothing is asked for until something may have
	 * changed. A later one that says something new is shown, too. Leave it out where the server
	 * doesn't know.
	 */
	initial?: BskySession | null | undefined;
}

/** Who is signed in, as far as is known. */
export interface BskySessionState {
	/** The AT Protocol session and profile of the signed-in user; `null` for nobody. */
	data: BskySession | null;
	/** Nothing is known yet. */
	isPending: boolean;
	/** It is asked for again; `data` is what was known before. */
	isRefetching: boolean;
	/** Why the last request failed. Nobody signed in is no failure. */
	error: Failure | null;
}

/** The session, kept up to date while somebody looks at `$state`. */
export interface BskySessionController {
	/** A [nanostores](https://github.com/nanostores/nanostores) atom. Listening to it starts it. */
	readonly $state: ReadableAtom<BskySessionState>;
	/**
	 * The state that the server rendered with, by this call's `initial`: what to hydrate from.
	 * `$state` may know more by then.
	 */
	readonly initialState: BskySessionState;
	/** Asks again. Requests at the same time are one. */
	refetch(): Promise<void>;
	/** Signs out of the app, in every tab. A failure is the `error` of the state. */
	signOut(): Promise<void>;
}
