import type { ReadableAtom } from "nanostores";
import type { Ask, ServerOptions } from "../ask.ts";
import type { BskyLabels, PartialLabels } from "../labels/types.ts";
import type { Person } from "../person.ts";

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
	 * Keeps the handles that people sign in with in this browser's storage, so that they can pick
	 * theirs the next time. They can remove them again.
	 * @default false
	 */
	remember?: boolean | undefined;
	/** The server behind "Continue with Bluesky". @default "https://bsky.social" */
	defaultServer?: string | undefined;
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
}

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
	/** Takes a suggestion into the field. */
	pick(index: number): void;
	/** Makes the field take the address of a server, or a handle again. */
	setMode(mode: SignInState["mode"]): void;
	/**
	 * Begins the sign-in with what is in the field, or with a handle, a DID or a URL. It does nothing
	 * while one is under way. Resolves when the browser leaves, or when it has failed.
	 */
	submit(handle?: string): Promise<void>;
	/** Begins the sign-in at `defaultServer`, which asks who the person is. */
	continueWithBluesky(): Promise<void>;
	/** Gives up what is under way; the form can be used again. */
	abort(): void;
	/** Removes an account from this device. */
	forget(handle: string): void;
}

/** What the parts of the controller share. */
export interface Form {
	readonly state: FormState;
	readonly options: ResolvedSignInOptions;
	readonly ask: Ask;
	patch(changes: Partial<FormState>): void;
}
