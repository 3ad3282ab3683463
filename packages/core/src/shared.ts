/** What the client package needs as values, too: plain data and functions, without the SDK. */
export { type BskyPath, PATHS, PROVIDER_ID } from "./base/api.ts";
export { SENTENCES } from "./errors.ts";
export { type Identifier, type IdentifierError, parseIdentifier } from "./identity/identifier.ts";
