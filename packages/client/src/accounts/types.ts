import type { ReadableAtom } from "nanostores";
import type { Ask, ServerOptions } from "../ask.ts";
import type { BskyAccount } from "../core.ts";
import type { BskyLabels, PartialLabels } from "../labels/types.ts";
import type { Person } from "../person.ts";
import type { BskyEvents } from "../tell.ts";
import type { Looks } from "../view.ts";
import type { FindElement } from "./focus.ts";

/** What a list of connected accounts tells of. The same are DOM events: `bsky:connect` and so on. */
export interface AccountsEvents {
	/** On the page that follows: an account was connected, or connected again. */
	onConnect?: ((detail: BskyEvents["connect"]) => void) | undefined;
	/** An account was disconnected. */
	onDisconnect?: ((detail: BskyEvents["disconnect"]) => void) | undefined;
	/** The app acts as another account from now on. */
	onSwitch?: ((detail: BskyEvents["switch"]) => void) | undefined;
	/** Something has failed, with a code of the labels' `errors`. */
	onError?: ((detail: BskyEvents["error"]) => void) | undefined;
}

/** Options of {@link createAccounts}. All of them are optional. */
export interface AccountsOptions extends ServerOptions, AccountsEvents {
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

/** Options of a framework's `BlueskyAccounts`. */
export interface BlueskyAccountsOptions extends AccountsOptions, Looks {
	/** The heading; `false` for none. @default that of the labels: "Connected accounts" */
	title?: string | false | undefined;
}

export interface ResolvedAccountsOptions extends Omit<AccountsOptions, "labels"> {
	labels: BskyLabels;
	defaultServer: string;
}

/** A connected account. Where no handle is known the DID stands in for it. */
export interface ConnectedAccount
	extends Person,
		Pick<BskyAccount, "active" | "reason" | "primary" | "current"> {
	did: string;
}

/** What a list of connected accounts shows at a moment. */
export interface AccountsState {
	/** What is under way; after a failure, `error` says what went wrong. */
	status: "idle" | "connecting" | "redirecting" | "disconnecting" | "switching" | "failed";
	/** The connected accounts; `null` until they are known. */
	accounts: readonly ConnectedAccount[] | null;
	/** The account that something is done with. */
	busyDid: string | null;
	/** The account that is asked about: whether to disconnect it. */
	askedDid: string | null;
	/** Code of what went wrong; `connectAccounts()` gives its sentence. */
	error: string | null;
	/** The account that it went wrong with; `null` where that is no single one. */
	errorDid: string | null;
	/** Whether the accounts are asked for. */
	isLoading: boolean;
	/** Code of why they couldn't be had, or couldn't be had again. */
	loadError: string | null;
	/** Whether it is empty since somebody has signed out. */
	hasLeft: boolean;
	/** Where the browser is leaving for. */
	server: string | null;
	/** What was done last, and to whom: it is announced. */
	news: { what: "disconnected" | "madeCurrent"; name: string } | null;
	/** This page, once known: where a connection leads back to. */
	page: string | undefined;
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
	/** Takes the element around everything: the focus stays in it, and events come from it. */
	setRoot(element: Element | null): void;
	/** Connects an account; without a handle its server asks who the person is. */
	add(handle?: string): Promise<void>;
	/** Connects an account again whose session has ended. */
	reconnect(did: string): Promise<void>;
	/** Acts as this account from now on. */
	makeCurrent(did: string): Promise<void>;
	/** Asks whether to disconnect an account. */
	ask(did: string): void;
	/** Answers that it stays. */
	keep(): void;
	/** Disconnects an account; its session at the person's server ends. */
	disconnect(did: string): Promise<void>;
	/** Asks for the accounts again. */
	refetch(): Promise<void>;
	/** Goes to a person's server for a new account, which the page that follows tells of. */
	depart(url: string): void;
}

/** What the parts of the controller share. */
export interface List {
	readonly state: AccountsState;
	readonly options: ResolvedAccountsOptions;
	/** Around everything, where there is something to be seen. */
	readonly root: Element | null;
	/** Ends with the component that shows the list. */
	readonly signal: AbortSignal;
	readonly isBusy: boolean;
	readonly ask: Ask;
	/** Changes the state. Where the focus was in the list, it is where `focusOn` says afterwards. */
	patch(changes: Partial<AccountsState>, focusOn?: FindElement): void;
	/** Something has failed, with one account or with none. */
	fail(code: string, did?: string | null, focusOn?: FindElement): void;
}
