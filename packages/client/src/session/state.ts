import type { BskySession } from "../core.ts";
import type { BskySessionState } from "./types.ts";

/** The state for what a server rendered with; `undefined` where it didn't know. */
export const initialState = (initial?: BskySession | null): BskySessionState => ({
	data: initial ?? null,
	isPending: initial === undefined,
	isRefetching: false,
	error: null,
});
