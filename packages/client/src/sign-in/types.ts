import type { ReadableAtom } from "nanostores";
import type { Ask, ServerOptions } from "../ask.ts";
import type { BskyLabels, PartialLabels } from "../labels/types.ts";
import type { Person } from "../person.ts";
import type { BskyEvents } from "../tell.ts";

/** Options of {@link createSignIn}. All of them are optional. */
export interface SignInOptions extends ServerOptions {
	/** Beginning of the ids of the elements: name another for a second form. @default "bsky" */
	id?: string | undefined;
	/** Where to go after the sign-in: a path, or a URL of a trusted origin. @default "/" */
	callbackURL?: string | undefined;
	/** Where to go when it fails, with `?error=`. @default the page with the form */
	errorCallbackURL?: string | undefined;
	/** Where a new user goes instead of `callbackURL`. */
	newUserCallbackURL?: string | undefined;
	/** Allows a new user where the server's `disableImplicitSignUp` is set. */
	requestSignUp?: boolean | undefined;
	/**
	 * Whether somebody who is signed in connects the account to the user that they are. With `false`
	 * they sign in as whoever the account belongs to.
	 * @default true, and false where the server has better-auth's `multiSession` plugin
	 */
	link?: boolean | undefined;
	/** What is in the field at first. */
	handle?: string | undefined;
	/**
	 * A failure to show at first: give the page's `?error=` here when rendering on the server, so
	 * that it is seen without JavaScript too. Codes without a sentence in the labels are ignored.
	 */
	error?: string | null | undefined;
	/**
	 * Texts that differ from the English ones: a language pack
	 * (`@better-auth-bsky/client/labels/de`), or single texts.
	 */
	labels?: PartialLabels | undefined;
	/**
	 * Suggestions while typing, through the app's own server. `"person"` shows who a complete handle
	 * belongs to, without a list; `false` asks nothing. With a list the field has the role of a
	 * combobox, and some password managers pass over those.
	 * @default true
	 */
	suggestions?: boolean | "person" | undefined;
	/**
	 * Keeps the accounts that people have signed in with in this browser's storage, so that one tap is
	 * enough the next time. They can remove them again.
	 * @default false
	 */
	remember?: boolean | undefined;
	/** The server behind "Continue with Bluesky". @default "https://bsky.social" */
	defaultServer?: string | undefined;
	/**
	 * Servers at which people without an account may create one; `true` is `defaultServer`. The app's
	 * own server is asked whether each offers that (`GET /bsky/server`), and what it asks for.
	 * @default true
	 */
	signUp?: boolean | string | readonly string[] | undefined;
	/**
	 * What it is for, and so its words: to sign in, or for somebody who is signed in to connect an
	 * account, or to connect the one in the field again.
	 * @default "sign-in"
	 */
	intent?: "sign-in" | "connect" | "reconnect" | undefined;
	/** What whoever connects an account is called here, to be told that they stay signed in. @default nobody is told */
	signedInAs?: string | undefined;
	/** What the app is called. @default that of the `BskyProvider`, or none */
	appName?: string | undefined;
	/** Above the form; `false` for nothing. @default "Sign in to {appName}", by `intent` */
	title?: string | false | undefined;
	/** The text of the button that opens the dialog. @default that of the labels, by `intent` */
	openText?: string | undefined;
	/**
	 * What comes first: the button to Bluesky, or the field for any handle.
	 * @default "bluesky"
	 */
	primary?: "bluesky" | "handle" | undefined;
	/** Whether the button to Bluesky carries Bluesky's butterfly. @default true */
	icon?: boolean | undefined;
	/** Whether a tap on somebody in the list signs in with them at once. @default true */
	pickSubmits?: boolean | undefined;
	/**
	 * For a page that is shown in a frame, in which no server shows its own page: to leave with the
	 * whole tab, or to open a window.
	 * @default "top"
	 */
	frame?: "top" | "popup" | undefined;
	/** A sign-in, a sign-up or a connection begins. */
	onStart?: ((detail: BskyEvents["start"]) => void) | undefined;
	/** The browser leaves for the person's server. */
	onRedirect?: ((detail: BskyEvents["redirect"]) => void) | undefined;
	/** It has failed. */
	onError?: ((detail: BskyEvents["error"]) => void) | undefined;
	/** Somebody was picked from the list. */
	onSuggestionPick?: ((detail: BskyEvents["suggestion-pick"]) => void) | undefined;
	/** An account was removed from this device. */
	onForget?: ((detail: BskyEvents["forget"]) => void) | undefined;
	/** Goes to the person's server. @default location.assign */
	navigate?: ((url: string) => void) | undefined;
	/** Takes a callback error out of the page's URL. @default history.replaceState */
	replaceURL?: ((url: string) => void) | undefined;
}

/** Options with their defaults. */
export interface ResolvedSignInOptions extends Omit<SignInOptions, "labels"> {
	id: string;
	baseURL: string;
	labels: BskyLabels;
	defaultServer: string;
	suggestions: boolean | "person";
	intent: "sign-in" | "connect" | "reconnect";
	primary: "bluesky" | "handle";
}

/** A server at which an account can be created, as it describes itself. */
export interface SignUpServer {
	url: string;
	/** Its name: the host, and the port where it has one. */
	host: string;
	/** Whether it asks for an invite code; `undefined` until that is known. */
	inviteCodeRequired?: boolean | undefined;
	termsOfService?: string | undefined;
	privacyPolicy?: string | undefined;
}

/** What was pressed: one of the buttons, or an account, by its handle. */
export type Pressed = "submit" | "continue" | "create" | { account: string };

/**
 * - `idle`: it can be used;
 * - `submitting`: the person's server is looked up;
 * - `redirecting`: the browser is leaving;
 * - `failed`: it can be used, and `error` says what went wrong.
 */
export type SignInStatus = "idle" | "submitting" | "redirecting" | "failed";

/** What a sign-in form shows at a moment. */
export interface SignInState {
	/** Whether it can be used, and what became of it. */
	status: SignInStatus;
	/** What is in the field. */
	value: string;
	/** What the field takes: a handle (or a DID, or a URL), or the address of a server. */
	mode: "handle" | "server";
	/** Code of what went wrong; `connectSignIn()` gives its sentence. */
	error: string | null;
	/** Whose handles or names begin with what is in the field, the best first. */
	suggestions: readonly Person[];
	/** Whether the list is shown. */
	open: boolean;
	/** Index of the suggestion that Enter would pick; -1 for none. */
	highlighted: number;
	/** Whom the handle in the field belongs to, once it is complete and known. */
	person: Person | null;
	/** Accounts used on this device before, the latest first. */
	accounts: readonly Person[];
	/** Whether the form is shown although there are such accounts. */
	another: boolean;
	/** Whether some of them are being removed. */
	editing: boolean;
	/** What began the sign-in that is under way, or the one that failed. */
	pressed: Pressed | null;
	/** Whom or what was pressed for: a handle, or a server's URL. */
	sent: string | null;
	/** Host of the server that the browser leaves for. */
	server: string | null;
	/** Whether it takes so long that a way out is offered. */
	slow: boolean;
	/** Where people without an account can create one; `null` until it is known. */
	signUp: readonly SignUpServer[] | null;
	/** Whether what was typed finds nobody. */
	foundNobody: boolean;
	/** Whether the person has met the form in its dialog since the page came back. */
	seen: boolean;
	/** What has just been done, to be announced. */
	told: string;
	/** For `connectSignIn()`: whether the page's script runs. Until then it is a plain form. */
	mounted: boolean;
	/** For `connectSignIn()`: whether the server answers with suggestions. */
	suggestible: boolean;
	/**
	 * For `connectSignIn()`: where a failure leads when the options name nothing: this page, once
	 * known.
	 */
	errorCallbackURL?: string | undefined;
}

/** All of the form's state: besides what is shown, what decides what will be. */
export interface FormState extends SignInState {
	/** Whether the field has the focus. */
	focused: boolean;
	/** Whether an input method is composing. */
	composing: boolean;
	/** Whether what is found next opens the list: not once somebody has closed it, until they type. */
	wanted: boolean;
	/** What was in the field before the script ran: hydration may put the server's text over it. */
	early: string | undefined;
}

/** A sign-in form without its looks: state, and what can be done to it. */
export interface SignIn {
	/** A [nanostores](https://github.com/nanostores/nanostores) atom. */
	readonly $state: ReadableAtom<SignInState>;
	/** The options, with their defaults. */
	readonly options: ResolvedSignInOptions;
	/** Replaces the options and notifies nobody; {@link withOptions} renders with them before. */
	setOptions(options: SignInOptions): void;
	/** Brings the form to life in a browser; returns what ends it, requests included. */
	mount(): () => void;
	/** The person changed the text. */
	input(value: string): void;
	/** An input method begins or ends to compose: nothing is looked up in between. */
	compose(composing: boolean): void;
	/** The person entered or left the field. */
	focus(focused: boolean): void;
	/** Shows the list, if there is one. */
	open(): void;
	/** Hides the list, until the person types again. */
	close(): void;
	/** Highlights a suggestion; -1 for none. */
	highlight(index: number): void;
	/** Takes a suggestion into the field; with `go` it signs in with them at once. */
	pick(index: number, go?: boolean): void;
	/** Makes the field take the address of a server, or a handle again. */
	setMode(mode: SignInState["mode"]): void;
	/**
	 * Begins the sign-in with what is in the field, or with a handle, a DID or a URL. It does nothing
	 * while one is under way. Resolves when the browser leaves, or when it has failed.
	 */
	submit(handle?: string): Promise<void>;
	/** Begins the sign-in at `defaultServer`, which asks who the person is. */
	continueWithBluesky(): Promise<void>;
	/** Begins the sign-in with an account that was used before. */
	signInAs(handle: string): Promise<void>;
	/** Begins a sign-up at a server. @param url one of the state's `signUp` */
	create(url: string): Promise<void>;
	/** Does again what has failed. */
	retry(): Promise<void>;
	/** Shows the form although there are accounts that were used before, or shows those again. */
	useAnother(another: boolean): void;
	/** Begins or ends to remove accounts from this device. */
	edit(editing: boolean): void;
	/** Tells the form of its element: where it is in the page, or in a shadow root. */
	attach(element: Element | null): void;
	/** Gives up what is under way; the form can be used again. */
	abort(): void;
	/** The form is seen: it asks what it needs. For one that isn't in the page at first. */
	show(): void;
	/** The form is no longer seen: what is under way ends, and what went wrong is over. */
	hide(): void;
	/**
	 * Removes an account from this device.
	 *
	 * @param button what was pressed for it, so that the focus finds the next one
	 */
	forget(handle: string, button?: unknown): void;
}

/** What the parts of the controller share. */
export interface Form {
	readonly state: FormState;
	readonly options: ResolvedSignInOptions;
	readonly ask: Ask;
	/** The form's element, where it has told of itself. */
	readonly root: Element | null;
	/** An element of the form by its id, also in a shadow root. */
	find(id: string): HTMLElement | null;
	patch(changes: Partial<FormState>): void;
}
