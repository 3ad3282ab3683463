import type { AccountsState } from "./types.ts";

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

/** At first, as a server renders it. */
export const initialState = (error: string | null): AccountsState => ({
	...QUIET,
	status: error ? "failed" : "idle",
	error,
	accounts: null,
	isLoading: true,
	loadError: null,
	page: undefined,
});
