export type { AuthClientLike, Failure, ServerOptions } from "../ask.ts";
export { BLUESKY_ICON } from "../icon.ts";
export type { Part } from "../parts.ts";
export { nameOf, type Person } from "../person.ts";
export type {
	ElementProps,
	NeutralProps,
	Normalize,
	Props,
} from "../props.ts";
export { connectSignIn, type SignInApi } from "./connect.ts";
export { connectDialog } from "./dialog.ts";
export type { Problem } from "./errors.ts";
export {
	type BlueskySignInOptions,
	type FieldOptions,
	keepValue,
	mountField,
	signInOptions,
} from "./field.ts";
export { createSignIn, withOptions } from "./sign-in.ts";
export type { SignIn, SignInOptions, SignInState, SignInStatus, SignUpServer } from "./types.ts";
export { viewSignIn } from "./view.ts";
