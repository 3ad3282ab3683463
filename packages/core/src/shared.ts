/** What the client package needs as values, too: plain data and functions, without the SDK. */
export { type Granted, hasScope } from "./base/has-scope.ts";
export { type BskyPath, PATHS, PROVIDER_ID, XRPC_PATH } from "./base/paths.ts";
export {
	type Audience,
	BLUESKY_APPVIEW,
	type Nsid,
	type RepoAction,
	scope,
	scopes,
} from "./base/scope.ts";
export { type BskyErrorCode, codeIn, missingScope, SENTENCES } from "./errors.ts";
export type * from "./for-clients.ts";
export {
	cleanTyped,
	type Identifier,
	type IdentifierError,
	parseIdentifier,
} from "./identity/identifier.ts";
export { cleanText, imageUrl } from "./identity/text.ts";

// Behind what takes it: before all others, it makes bundles 50 bytes larger, compressed.

export { isDid } from "./base/did.ts";
