import type { AuthClientLike } from "../ask.ts";

/** A DID, as the clients of the AT Protocol have it in their types. */
export type Did = `did:${string}:${string}`;

/** Options of {@link createBskyAgent}; none is needed where better-auth is at its usual place. */
export interface BskyAgentOptions {
	/**
	 * Your better-auth client: it says where better-auth is mounted, and who is signed in. Calls don't go
	 * through it, and carry the browser's cookies alone.
	 */
	authClient?: AuthClientLike | undefined;
	/**
	 * Where better-auth is mounted: a path, or a URL when it is on another origin.
	 * @default that of the `authClient`, if it has `atprotoAuthClient()`, else "/api/auth"
	 */
	baseURL?: string | undefined;
	/** Makes the calls, except those with `onUploadProgress`: `XMLHttpRequest` does. @default globalThis.fetch */
	fetch?: typeof globalThis.fetch | undefined;
	/**
	 * As whom: an account that is connected to whoever is signed in.
	 * @default the one that the session acts as at the time of a call
	 */
	did?: string | undefined;
}

/** How much of a body has left. */
export interface UploadProgress {
	/** Bytes that have been sent. */
	loaded: number;
	/** Bytes that there are. */
	total: number;
}

/** What a call is made with: what `fetch` takes, and more. */
export interface BskyRequestInit extends RequestInit {
	/** Called while the body is sent. It takes a browser: elsewhere nobody hears of it. */
	onUploadProgress?: ((progress: UploadProgress) => void) | undefined;
}

/**
 * Makes calls of the AT Protocol as whoever is signed in: what `new Agent()` of `@atproto/api` and
 * `new Client()` of `@atproto/lex` take as it is, and `@atcute/client` as `{ handler: fetchHandler }`.
 */
export interface BskyAgent {
	/** As whom, as far as it is known: the session has to have been asked for, or `did` been given. */
	readonly did?: Did;
	/** The same; it throws where nobody is known. */
	readonly assertDid: Did;
	/**
	 * Calls a method.
	 *
	 * @param path `/xrpc/` and a method, with its parameters
	 * @throws an error with `status` and `body: { code, message, error }`, where the app refuses or can't
	 * make the call; what `fetch` throws. What the person's own server refuses is an answer.
	 */
	fetchHandler: (path: string, init?: BskyRequestInit) => Promise<Response>;
}

/** One that acts as an account that is known. */
export interface SignedInAgent extends BskyAgent {
	/** As whom. */
	readonly did: Did;
}
