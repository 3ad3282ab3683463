export { atprotoAuthClient } from "@better-auth-bsky/client";
export type { BskyContext } from "@better-auth-bsky/client/context";
export type { PartialLabels } from "@better-auth-bsky/client/labels";
export type { BskySession } from "@better-auth-bsky/client/session";
export { BlueskyAccounts, type BlueskyAccountsProps } from "./bluesky-accounts.tsx";
export { BlueskySignIn, type BlueskySignInProps } from "./bluesky-sign-in.tsx";
export { BlueskyUser, type BlueskyUserProps } from "./bluesky-user.tsx";
export { BskyProvider, type BskyProviderProps } from "./bsky-provider.tsx";
export { type UseBskySession, useBskySession } from "./use-bsky-session.ts";
export {
	type UseBskySignIn,
	type UseBskySignInOptions,
	useBskySignIn,
} from "./use-bsky-sign-in.ts";
