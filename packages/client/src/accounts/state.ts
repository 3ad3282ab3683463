import type { AccountsState, List } from "./types.ts";

/** Nothing is under way, and nothing is to be said. */
export const QUIET = {
	status: "idle",
	busyDid: null,
	askedDid: null,
	error: null,
	errorDid: null,
	server: null,
	news: null,
} as const satisfies Partial<AccountsState>;

/** How better-auth says that nobody is signed in. */
export const SIGNED_OUT = "UNAUTHORIZED";

/** Where an account is in the list; -1 where it isn't. */
export const indexOf = ({ state }: List, did: unknown): number =>
	state.accounts?.findIndex((one) => one.did === did) ?? -1;

/** The accounts once the app acts as this one. */
export const withCurrent = ({ state }: List, did: unknown): AccountsState["accounts"] =>
	state.accounts?.map((one) => ({ ...one, current: one.did === did })) ?? null;

/** The accounts once this one is gone. */
export const without = ({ state }: List, did: unknown): AccountsState["accounts"] =>
	state.accounts?.filter((one) => one.did !== did) ?? null;

/** At first, as a server renders it. */
export const initialState = (error: string | null): AccountsState => ({
	...QUIET,
	status: error ? "failed" : "idle",
	error,
	accounts: null,
	isLoading: true,
	loadError: null,
	hasLeft: false,
	page: undefined,
});
