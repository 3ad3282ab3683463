import type { atprotoAuth, BskySession, SignInBody } from "@better-auth-bsky/core";
import type {
	BetterAuthClientPlugin,
	BetterFetch,
	BetterFetchOption,
	ClientStore,
} from "better-auth/client";
import { DISCONNECT, RESTORE, SESSION, SIGN_IN } from "./paths.ts";
import { bskySessionAtoms, followSession } from "./session/plugin-atom.ts";

export type { BskySession, SignInBody } from "@better-auth-bsky/core";

/**
 * The client side of `atprotoAuth()`, for every better-auth client:
 *
 * - `authClient.signIn.bsky({ handle, callbackURL })` begins a sign-in and sends the browser to
 *   the person's server; for a signed-in user it connects the account;
 * - `authClient.bsky.getSession()` and `authClient.bsky.restore()` ask for the AT Protocol session;
 * - `authClient.bsky.disconnect()` ends it at the person's server; the account stays connected;
 * - `authClient.useBskySession()` keeps its answer for your framework: `data`, `error`,
 *   `isPending`, `isRefetching`, `refetch`. It follows better-auth's session by itself, other tabs
 *   included; nobody signed in is `data: null` without an error and without a request.
 */
export const atprotoAuthClient = () =>
	({
		id: "bsky",
		$InferServerPlugin: {} as ReturnType<typeof atprotoAuth>,
		pathMethods: { [DISCONNECT]: "POST", [RESTORE]: "POST" },
		// Named here, since the types inferred for a declaration file are not the same ones to TypeScript.
		getAtoms: ($fetch: BetterFetch) => bskySessionAtoms($fetch),
		getActions: ($fetch: BetterFetch, $store: ClientStore) => {
			followSession($store);
			return {
				signIn: {
					/**
					 * Begins a sign-in. The browser leaves for the person's server unless
					 * `disableRedirect` is set; then `data.url` says where to.
					 */
					bsky: (body: SignInBody, options?: BetterFetchOption) =>
						$fetch<{ url: string; redirect: boolean }>(SIGN_IN, {
							...options,
							method: "POST",
							body,
						}),
				},
				bsky: {
					/** The AT Protocol session of the signed-in user, with a fresh profile. */
					getSession: (options?: BetterFetchOption & { query?: { did?: string } }) =>
						$fetch<BskySession>(SESSION, { ...options, method: "GET" }),
				},
			};
		},
		atomListeners: [
			// The user that better-auth keeps has columns of ours, which an unlinked account empties.
			{ matcher: (path: string) => path === "/unlink-account", signal: "$sessionSignal" },
			{ matcher: (path: string) => path === DISCONNECT, signal: "$bskySignal" },
		],
	}) satisfies BetterAuthClientPlugin;
