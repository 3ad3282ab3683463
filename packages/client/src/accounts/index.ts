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
export { createAccounts, withOptions } from "./accounts.ts";
export { addOptions, listOptions } from "./add.ts";
export { type AccountsApi, connectAccounts } from "./connect.ts";
export type {
	Accounts,
	AccountsEvents,
	AccountsOptions,
	AccountsState,
	BlueskyAccountsOptions,
	ConnectedAccount,
} from "./types.ts";
export { viewAccounts } from "./view.ts";
