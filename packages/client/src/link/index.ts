export type { AuthClientLike, Failure, ServerOptions } from "../ask.ts";
export { BLUESKY_ICON } from "../icon.ts";
export { nameOf, type Person } from "../person.ts";
export {
	type ElementProps,
	type NeutralProps,
	type Normalize,
	neutral,
	type Props,
} from "../props.ts";
export { connectLink, type LinkApi } from "./connect.ts";
export { createLink } from "./link.ts";
export type { Link, LinkedAccount, LinkOptions, LinkState } from "./types.ts";
