import type { BskyPath } from "./core.ts";

// One by one, so that a page downloads those it asks for; the type holds each to the server's.
export const SIGN_IN = "/bsky/sign-in" satisfies BskyPath;
export const SESSION = "/bsky/session" satisfies BskyPath;
export const RESTORE = "/bsky/restore" satisfies BskyPath;
export const ACCOUNTS = "/bsky/accounts" satisfies BskyPath;
export const SWITCH = "/bsky/switch" satisfies BskyPath;
export const DISCONNECT = "/bsky/disconnect" satisfies BskyPath;
export const TYPEAHEAD = "/bsky/typeahead" satisfies BskyPath;
export const SERVER = "/bsky/server" satisfies BskyPath;
export const UPGRADE = "/bsky/upgrade" satisfies BskyPath;
