import type { ReadableAtom } from "nanostores";
import type { Failure } from "../ask.ts";
import type { BskySession } from "../core.ts";
import type { PartialLabels } from "../labels/types.ts";
import type { BskySessionOptions, BskySessionState } from "../session/types.ts";
import type { BskyEvents } from "../tell.ts";

/** Options of {@link createScopeGate}; `scope` alone is needed. */
export interface ScopeGateOptions extends BskySessionOptions {
	/** What has to be granted: a scope, or several separated by spaces. */
	scope: string;
	/** Whose account. @default the one that the session acts as */
	did?: string | undefined;
	/** Where to go once it is granted. @default the page with the gate */
	callbackURL?: string | undefined;
	/**
	 * Texts that differ from the English ones: a language pack
	 * (`@better-auth-bsky/client/labels/de`), or single texts.
	 */
	labels?: PartialLabels | undefined;
	/** The server that somebody signs in at who isn't connected. @default "https://bsky.social" */
	defaultServer?: string | undefined;
	/** Goes to the person's server. @default location.assign */
	navigate?: ((url: string) => void) | undefined;
	/** Takes the answer out of the page's URL. @default history.replaceState */
	replaceURL?: ((url: string) => void) | undefined;
	/** It has failed, with a code of the labels' `errors`. It is a DOM event, too: `bsky:error`. */
	onError?: ((detail: BskyEvents["error"]) => void) | undefined;
}

/**
 * - `pending`: nothing is known yet;
 * - `granted`: it may be done;
 * - `missing`: it isn't granted;
 * - `asking`: the person is on the way to their server;
 * - `refused`: they have been asked on this page, and didn't allow it;
 * - `failed`: they couldn't be asked, or nobody knows what is granted;
 * - `ended`: the account's session has ended;
 * - `signed-out`: nobody is signed in;
 * - `not-connected`: whoever is signed in has no such account.
 */
export type ScopeStatus =
	| "pending"
	| "granted"
	| "missing"
	| "asking"
	| "refused"
	| "failed"
	| "ended"
	| "signed-out"
	| "not-connected";

/** What a gate shows at a moment; `connectScopeGate()` makes a {@link ScopeStatus} of it. */
export interface ScopeGateState {
	/** The session of whoever is signed in. */
	session: BskySessionState;
	/** That of the account which is meant, where it is another one. */
	other: BskySession | null;
	/** What became of asking. */
	attempt: "idle" | "asking" | "refused" | "failed";
	/** Why asking failed. */
	error: Failure | null;
	/** Where the browser is leaving for. */
	server: string | null;
}

/** Something that needs a scope, without its looks. */
export interface ScopeGate {
	/** A [nanostores](https://github.com/nanostores/nanostores) atom. */
	readonly $state: ReadableAtom<ScopeGateState>;
	/** Those of the moment. With another scope, DID or server, mount it again. */
	options: ScopeGateOptions;
	/** The element around everything: events come from it. */
	root: HTMLElement | null;
	/** Follows the session; returns what ends that. */
	mount(): () => void;
	/**
	 * Asks the person for the scope: the browser leaves for their server. It connects them again where
	 * their session has ended, signs in who isn't, and does nothing while it is under way.
	 */
	allow(): Promise<void>;
}
