import type { atprotoAuth, BskySession, SignInBody } from "@better-auth-bsky/core";
import type {
	BetterAuthClientPlugin,
	BetterFetch,
	BetterFetchOption,
	ClientStore,
} from "better-auth/client";
import { useAuthQuery } from "better-auth/client";
import { atom } from "nanostores";

export type { BskySession, SignInBody } from "@better-auth-bsky/core";

/** Paths after which another answer of `/bsky/session` is to be expected. */
const CHANGES =
	/^\/(sign-(in|up|out)|bsky\/sign-in|unlink-account|delete-user|update-user|revoke-)/;

/**
 * The client side of `atprotoAuth()`, for every better-auth client:
 *
 * - `authClient.signIn.bsky({ handle, callbackURL })` begins a sign-in and sends the browser to
 *   the person's server; for a signed-in user it connects the account;
 * - `authClient.bsky.getSession()` and `authClient.bsky.restore()` ask for the AT Protocol session;
 * - `authClient.useBskySession()` keeps its answer for your framework: `data`, `error`,
 *   `isPending`, `refetch`. It follows sign-in, linking and sign-out by itself, other tabs included.
 */
export const atprotoAuthClient = () =>
	({
		id: "bsky",
		$InferServerPlugin: {} as ReturnType<typeof atprotoAuth>,
		pathMethods: { "/bsky/restore": "POST" },
		// Named here, since the types inferred for a declaration file are not the same ones to TypeScript.
		getActions: ($fetch: BetterFetch, $store: ClientStore) => {
			// Sign-outs of other tabs arrive as better-auth's own signal.
			$store.listen("$sessionSignal", () => $store.notify("$bskySignal"));
			return {
				signIn: {
					/**
					 * Begins a sign-in. The browser leaves for the person's server unless
					 * `disableRedirect` is set; then `data.url` says where to.
					 */
					bsky: (body: SignInBody, options?: BetterFetchOption) =>
						$fetch<{ url: string; redirect: boolean }>("/bsky/sign-in", {
							...options,
							method: "POST",
							body,
						}),
				},
				bsky: {
					/** The AT Protocol session of the signed-in user, with a fresh profile. */
					getSession: (options?: BetterFetchOption & { query?: { did?: string } }) =>
						$fetch<BskySession>("/bsky/session", { ...options, method: "GET" }),
				},
			};
		},
		getAtoms: ($fetch: BetterFetch) => {
			const $bskySignal = atom(false);
			return {
				$bskySignal,
				bskySession: useAuthQuery<BskySession>($bskySignal, "/bsky/session", $fetch, {
					method: "GET",
				}),
			};
		},
		atomListeners: [{ matcher: (path) => CHANGES.test(path), signal: "$bskySignal" }],
	}) satisfies BetterAuthClientPlugin;
