export type { Agent } from "@atproto/api";
export type { BskyAccount } from "./accounts/list.ts";
export { BSKY_ERROR_CODES } from "./base/api-error.ts";
export type {
	BskyEvents,
	RevocationGivenUpEvent,
	RevokedEvent,
	SessionLostEvent,
	SignedInEvent,
	SignInFailedEvent,
} from "./base/events.ts";
export { type Granted, hasScope } from "./base/has-scope.ts";
export type { PrivateKeyInput } from "./base/keys.ts";
export {
	type Audience,
	BLUESKY_APPVIEW,
	type Nsid,
	type RepoAction,
	scope,
	scopes,
} from "./base/scope.ts";
export { type BskyErrorCode, BskyOptionError, bskyErrorCode, missingScope } from "./errors.ts";
export type { Actor } from "./identity/actors.ts";
export {
	type AllowSignIn,
	allowDids,
	allowHandles,
	allowServers,
	type SignInCandidate,
} from "./identity/allow.ts";
export type { BskyProfile } from "./identity/profile.ts";
export type { UserFields } from "./identity/user-fields.ts";
export type { ClientMetadata } from "./oauth/client-metadata.ts";
export type { ServerDescription } from "./oauth/server-description.ts";
export type {
	AtprotoAuthOptions,
	ClientMetadataOptions,
	LegacyClient,
	LegacyOptions,
} from "./options.ts";
export { atprotoAuth } from "./plugin.ts";
export type { GetBskyAgentInput } from "./routes/agent.ts";
export type { BskyCheck, BskyFinding, CheckBskyInput } from "./routes/check-up.ts";
export type { BskyHealth } from "./routes/health.ts";
export type {
	ImportBskyAccountBody,
	ImportBskyAccountInput,
	ImportedKey,
	ImportedSession,
} from "./routes/import.ts";
export type { BskySession } from "./routes/session.ts";
export type { SignInBody } from "./routes/sign-in.ts";
export type { UpgradeBody } from "./routes/upgrade.ts";
export type { BskyKeyUse, KeyUse } from "./sessions/key-use.ts";
export type { InactiveReason, SessionState } from "./sessions/state.ts";
export type { BskySessionFetch } from "./xrpc/session-fetch.ts";
export type {
	AllowCall,
	CallKind,
	CallRate,
	XrpcCall,
	XrpcMethod,
	XrpcOptions,
} from "./xrpc-options.ts";
