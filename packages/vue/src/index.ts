export { atprotoAuthClient } from "@better-auth-bsky/client";
export type {
	BskyProfileState,
	BskyProfileView,
	SignedInAgent,
} from "@better-auth-bsky/client/agent";
export type { BskyContext } from "@better-auth-bsky/client/context";
export type { PartialLabels } from "@better-auth-bsky/client/labels";
export type { BskySession } from "@better-auth-bsky/client/session";
export { BlueskyAccounts, type BlueskyAccountsProps } from "./bluesky-accounts.ts";
export { BlueskyScopeGate, type BlueskyScopeGateProps } from "./bluesky-scope-gate.ts";
export { BlueskySignIn, type BlueskySignInProps } from "./bluesky-sign-in.ts";
export { BlueskyUser, type BlueskyUserProps } from "./bluesky-user.ts";
export { BskyProvider } from "./bsky-provider.ts";
export { provideBsky } from "./context.ts";
export { useBskyAgent } from "./use-bsky-agent.ts";
export { type UseBskyProfile, useBskyProfile } from "./use-bsky-profile.ts";
export { type UseBskyScope, useBskyScope } from "./use-bsky-scope.ts";
export { type UseBskySession, useBskySession } from "./use-bsky-session.ts";
export {
	type UseBskySignIn,
	type UseBskySignInOptions,
	useBskySignIn,
} from "./use-bsky-sign-in.ts";
