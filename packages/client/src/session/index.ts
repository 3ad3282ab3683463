export type { AuthClientLike, Failure, ServerOptions } from "../ask.ts";
export type { BskySession } from "../core.ts";
export type { Part } from "../parts.ts";
export { nameOf, type Person } from "../person.ts";
export type {
	ElementProps,
	NeutralProps,
	Normalize,
	Props,
} from "../props.ts";
export { type BskySessionApi, type ConnectSessionOptions, connectSession } from "./connect.ts";
export { createUser } from "./create-user.ts";
export { connectMenu } from "./menu.ts";
export { createBskySession } from "./session.ts";
export type { AppUser, KnownUser, SessionStatus } from "./status.ts";
export type { BskySessionController, BskySessionOptions, BskySessionState } from "./types.ts";
export { type BlueskyUserOptions, signInOf } from "./user.ts";
export type { UserController, UserState } from "./user-types.ts";
export { viewUser } from "./view.ts";
