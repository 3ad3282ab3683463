export type { AuthClientLike, Failure, ServerOptions } from "../ask.ts";
export { createBskyAgent } from "./agent.ts";
export { type BskyCallCode, bskyErrorCode, missingScope } from "./error-code.ts";
export { type KeepAgent, keepAgent } from "./keep.ts";
export {
	type BskyProfileController,
	type BskyProfileOptions,
	createBskyProfile,
} from "./profile.ts";
export type { BskyProfileView } from "./profile-view.ts";
export type { BskyProfileState } from "./profiles.ts";
export type {
	BskyAgent,
	BskyAgentOptions,
	BskyRequestInit,
	Did,
	SignedInAgent,
	UploadProgress,
} from "./types.ts";
