import type {
	BetterAuthClientOptions,
	BetterAuthClientPlugin,
	BetterFetch,
	BetterFetchOption,
	ClientStore,
} from "better-auth/client";
import { tellBaseURL } from "./auth-client.ts";
import type { BskyServerPlugin, BskySession, SignInBody, UpgradeBody } from "./core.ts";
import { DISCONNECT, RESTORE, SESSION, SIGN_IN, SWITCH, UPGRADE } from "./paths.ts";
import { bskySessionAtoms, followSession } from "./session/plugin-atom.ts";
import { tellOtherTabs } from "./session/tell-other-tabs.ts";
import { returnToRoute } from "./trip.ts";

export type {
	Actor,
	BskyAccount,
	BskySession,
	InactiveReason,
	ServerDescription,
	SessionState,
	SignInBody,
	UpgradeBody,
} from "./core.ts";
export {
	type Audience,
	BLUESKY_APPVIEW,
	type Granted,
	hasScope,
	type Nsid,
	type RepoAction,
	scope,
	scopes,
} from "./core.ts";

/**
 * The client side of `atprotoAuth()`, for every better-auth client:
 *
 * - `authClient.signIn.bsky({ handle, callbackURL })` begins a sign-in and sends the browser to
 *   the person's server; for a signed-in user it connects the account;
 * - `authClient.bsky.getSession()` and `authClient.bsky.restore()` ask for the AT Protocol session;
 * - `authClient.bsky.upgrade({ scope })` asks the person to allow more;
 * - `authClient.bsky.accounts()` lists the accounts that are connected to the user;
 * - `authClient.bsky.switch({ did })` acts as another account of theirs from now on;
 * - `authClient.bsky.disconnect()` ends it at the person's server; the account stays connected;
 * - `authClient.useBskySession()` keeps its answer for your framework: `data`, `error`,
 *   `isPending`, `isRefetching`, `refetch`. It follows better-auth's session by itself, other tabs
 *   included; nobody signed in is `data: null` without an error and without a request.
 */
export const atprotoAuthClient = () =>
	({
		id: "bsky",
		$InferServerPlugin: {} as BskyServerPlugin,
		pathMethods: { [DISCONNECT]: "POST", [RESTORE]: "POST", [SWITCH]: "POST" },
		// Named here, since the types inferred for a declaration file are not the same ones to TypeScript.
		getAtoms: ($fetch: BetterFetch) => bskySessionAtoms($fetch),
		getActions: (
			$fetch: BetterFetch,
			$store: ClientStore,
			options: BetterAuthClientOptions | undefined,
		) => {
			returnToRoute();
			followSession($store);
			tellBaseURL($store, options);
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
					/**
					 * Asks the person to allow more of an account of theirs. The browser leaves for their
					 * server, or for `callbackURL` where all of it is allowed already, unless
					 * `disableRedirect` is set.
					 */
					upgrade: (body: UpgradeBody, options?: BetterFetchOption) =>
						$fetch<{ url: string; redirect: boolean }>(UPGRADE, {
							...options,
							method: "POST",
							body,
						}),
					/** The AT Protocol session of the signed-in user, with a fresh profile. */
					getSession: (options?: BetterFetchOption & { query?: { did?: string } }) =>
						$fetch<BskySession>(SESSION, { ...options, method: "GET" }),
				},
			};
		},
		atomListeners: [
			// The user that better-auth keeps has columns of ours, which an unlinked account empties.
			{ matcher: (path: string) => path === "/unlink-account", signal: "$sessionSignal" },
			{
				matcher: (path: string) => path === SWITCH,
				signal: "$sessionSignal",
				callback: () => tellOtherTabs("switch"),
			},
			{ matcher: (path: string) => path === DISCONNECT, signal: "$bskySignal" },
		],
	}) satisfies BetterAuthClientPlugin;
