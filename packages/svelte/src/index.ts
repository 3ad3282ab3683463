export { atprotoAuthClient } from "@better-auth-bsky/client";
export type {
	BskyProfileState,
	BskyProfileView,
	SignedInAgent,
} from "@better-auth-bsky/client/agent";
export type { BskyContext } from "@better-auth-bsky/client/context";
export type { PartialLabels } from "@better-auth-bsky/client/labels";
export type { BskySession } from "@better-auth-bsky/client/session";
export { type BlueskyAccountsProps, default as BlueskyAccounts } from "./bluesky-accounts.svelte";
export {
	type BlueskyScopeGateProps,
	default as BlueskyScopeGate,
} from "./bluesky-scope-gate.svelte";
export { type BlueskySignInProps, default as BlueskySignIn } from "./bluesky-sign-in.svelte";
export { type BlueskyUserProps, default as BlueskyUser } from "./bluesky-user.svelte";
export { type BskyProviderProps, default as BskyProvider } from "./bsky-provider.svelte";
export { setBskyContext } from "./context.ts";
export { type UseBskyAgent, useBskyAgent } from "./use-bsky-agent.svelte.ts";
export { type UseBskyProfile, useBskyProfile } from "./use-bsky-profile.svelte.ts";
export { type UseBskyScope, useBskyScope } from "./use-bsky-scope.svelte.ts";
export { type UseBskySession, useBskySession } from "./use-bsky-session.svelte.ts";
export {
	type UseBskySignIn,
	type UseBskySignInOptions,
	useBskySignIn,
} from "./use-bsky-sign-in.svelte.ts";
