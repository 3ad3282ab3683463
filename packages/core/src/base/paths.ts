/** What the server and its clients agree on. */

/** The plugin's endpoints, below better-auth's base path. */
export const PATHS = {
	signIn: "/bsky/sign-in",
	callback: "/bsky/callback",
	session: "/bsky/session",
	restore: "/bsky/restore",
	accounts: "/bsky/accounts",
	switch: "/bsky/switch",
	disconnect: "/bsky/disconnect",
	typeahead: "/bsky/typeahead",
	server: "/bsky/server",
	upgrade: "/bsky/upgrade",
	clientMetadata: "/bsky/client-metadata.json",
	jwks: "/bsky/jwks.json",
} as const;

/** Where browsers call methods at people's servers, each below it by its name. */
export const XRPC_PATH = "/bsky/xrpc";

/** Whether a path is that of such a call. */
export const isXrpc = (path: string): boolean => path.startsWith(`${XRPC_PATH}/`);

/** The path of an endpoint of ours. */
export type BskyPath = (typeof PATHS)[keyof typeof PATHS];

/** Where an endpoint is, for a base URL that includes better-auth's base path. */
export const urlOf = (baseURL: URL, path: keyof typeof PATHS): URL => below(baseURL, PATHS[path]);

/** A path below a base URL, whether that ends in slashes or not. */
export const below = ({ href }: URL, path: `/${string}`): URL =>
	new URL(href.replace(/\/+$/, "") + path);

/** `providerId` of the account rows. */
export const PROVIDER_ID = "bsky";
