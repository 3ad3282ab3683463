/** What the client package needs as values, too: plain data and functions, without the SDK. */
export { type BskyPath, PATHS, PROVIDER_ID } from "./base/paths.ts";
export { SENTENCES } from "./errors.ts";
export {
	cleanTyped,
	type Identifier,
	type IdentifierError,
	parseIdentifier,
} from "./identity/identifier.ts";
