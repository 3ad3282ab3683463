import type { ReadableAtom } from "nanostores";
import type { Ask, ServerOptions } from "../ask.ts";
import type { BskyLabels, PartialLabels } from "../labels/types.ts";
import type { Person } from "../person.ts";

/** Options of {@link createAccounts}. All of them are optional. */
export interface AccountsOptions extends ServerOptions {
	/** Where to go once an account is connected. @default the page with the list */
	callbackURL?: string | undefined;
	/** Where to go when it fails, with `?error=`. @default the page with the list */
	errorCallbackURL?: string | undefined;
	/**
	 * Texts that differ from the English ones: a language pack
	 * (`@better-auth-bsky/client/labels/de`), or single texts.
	 */
	labels?: PartialLabels | undefined;
	/** The server that asks who the person is, where no handle is given. @default "https://bsky.social" */
	defaultServer?: string | undefined;
	/** A failure to show at first: the page's `?error=`, when rendering on the server. */
	error?: string | null | undefined;
	/** Goes to the person's server. @default location.assign */
	navigate?: ((url: string) => void) | undefined;
	/** Takes a callback error out of the page's URL. @default history.replaceState */
	replaceURL?: ((url: string) => void) | undefined;
}

export interface ResolvedAccountsOptions extends Omit<AccountsOptions, "labels"> {
	labels: BskyLabels;
	defaultServer: string;
}

/** A connected account. Until its profile has arrived the DID stands in for the handle. */
export interface ConnectedAccount extends Person {
	did: string;
	/** better-auth's id of the row. */
	id: string;
}

/** What a list of connected accounts shows at a moment. */
export interface AccountsState {
	/** What is under way; after a failure, `error` says what went wrong. */
	status: "idle" | "connecting" | "redirecting" | "disconnecting" | "failed";
	/** The connected accounts; `null` until they are known. */
	accounts: readonly ConnectedAccount[] | null;
	/** The account that is being disconnected. */
	busyDid: string | null;
	/** Code of what went wrong; `connectAccounts()` gives its sentence. */
	error: string | null;
}

/** The connected accounts of a settings page. */
export interface Accounts {
	/** A [nanostores](https://github.com/nanostores/nanostores) atom. */
	readonly $state: ReadableAtom<AccountsState>;
	/** The options, with their defaults. */
	readonly options: ResolvedAccountsOptions;
	/** Replaces the options and notifies nobody; {@link withOptions} renders with them before. */
	setOptions(options: AccountsOptions): void;
	/** Loads the accounts; returns what ends it. */
	mount(): () => void;
	/** Connects an account; without a handle its server asks who the person is. */
	add(handle?: string): Promise<void>;
	/** Disconnects an account; its session at the person's server ends. */
	disconnect(did: string): Promise<void>;
	/** Asks for the accounts again. */
	refetch(): Promise<void>;
}

/** What the parts of the controller share. */
export interface List {
	readonly state: AccountsState;
	readonly options: ResolvedAccountsOptions;
	/** Ends with the component that shows the list. */
	readonly signal: AbortSignal;
	readonly isBusy: boolean;
	readonly ask: Ask;
	patch(changes: Partial<AccountsState>): void;
	fail(code: string): void;
}
