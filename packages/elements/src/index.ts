import { define } from "./define.ts";

export type { BskyContext } from "@better-auth-bsky/client/context";
export type { PartialLabels } from "@better-auth-bsky/client/labels";
export type { BskySession } from "@better-auth-bsky/client/session";
export { BlueskyAccounts } from "./bluesky-accounts.ts";
export { BlueskyScopeGate } from "./bluesky-scope-gate.ts";
export { BlueskySignIn } from "./bluesky-sign-in.ts";
export { BlueskyUser } from "./bluesky-user.ts";
export { configure, type PageContext } from "./context.ts";
export type {
	BlueskyAccountsProps,
	BlueskyScopeGateProps,
	BlueskySignInProps,
	BlueskyUserProps,
} from "./options.ts";

define();
