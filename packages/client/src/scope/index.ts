export type { AuthClientLike, Failure, ServerOptions } from "../ask.ts";
export type { Part } from "../parts.ts";
export type {
	ElementProps,
	NeutralProps,
	Normalize,
	Props,
} from "../props.ts";
export { connectScopeGate, type ScopeGateApi } from "./connect.ts";
export { createScopeGate } from "./scope-gate.ts";
export type {
	ScopeGate,
	ScopeGateOptions,
	ScopeGateState,
	ScopeStatus,
} from "./types.ts";
export { viewScopeGate } from "./view.ts";
