import type { ReadableAtom } from "nanostores";
import type { Ask } from "../ask.ts";
import type { BskyAccount } from "../core.ts";
import type { View } from "../view.ts";
import type { formOptions } from "./form-options.ts";
import type { Shown } from "./shown.ts";
import type { KnownUser, SessionStatus } from "./status.ts";
import type { UserTexts } from "./texts.ts";
import type { BskySessionController, BskySessionState } from "./types.ts";
import type { BlueskyUserOptions, FormLike } from "./user.ts";

/** What `BlueskyUser` shows at a moment, besides the session. `Form` is a framework's sign-in form. */
export interface UserState<Form = unknown> {
	/** better-auth's user, where it was needed. */
	user: KnownUser;
	/** Whether the user that the server rendered with may be somebody else than who is signed in. */
	isStale: boolean;
	/** The connected accounts, once the menu was opened. */
	accounts: readonly BskyAccount[] | null;
	/** What is under way: a switch to a DID, or one of the others. */
	busy: "sign-out" | "reconnect" | "retry" | "form" | (string & {}) | null;
	/** What is read aloud. */
	said: string;
	/** Why the last thing that was done has failed, as a sentence. */
	error: string | null;
	/** Whether that was signing out: then it can be done again where it was done. */
	isOutFailed: boolean;
	/** Whether somebody has signed out here. */
	hasLeft: boolean;
	/** The form, once it was asked for. */
	form: { Component: Form; optionsOf: FormOptionsOf } | null;
	/** What is in the menu, once that was loaded. */
	rows: MenuRows | null;
	/** The side that the menu begins at, where it would stick out at the other. */
	side: "start" | undefined;
}

type FormOptionsOf = <SignIn extends FormLike>(
	options: BlueskyUserOptions<SignIn>,
	shown: BskySessionState,
) => ReturnType<typeof formOptions<SignIn>>;

/** Who is signed in, and what they can do: the behaviour of `BlueskyUser`. */
export interface UserController<Form = unknown> {
	/** A [nanostores](https://github.com/nanostores/nanostores) atom. */
	readonly $state: ReadableAtom<UserState<Form>>;
	/** Replaces the options and notifies nobody. */
	setOptions(options: BlueskyUserOptions<object>): void;
	/** Follows a session in a browser; returns what ends that. */
	mount(session: BskySessionController): () => void;
	/** Told of the component's root. */
	setRoot(root: Element | null): void;
	/** Loads what is in the menu. */
	prepare(): void;
	/** The menu was opened: the accounts are asked for. */
	open(): void;
	/** Signs out; once, however often it is called meanwhile. */
	signOut(): void;
	/** Asks again who is signed in. */
	retry(): void;
	/** Begins a sign-in with the account whose session has ended. */
	reconnect(): void;
	/** Acts as another account from now on. */
	switchTo(did: string): void;
	/** Loads the form, and does what its button would. */
	openForm(): void;
}

/** What is in the menu besides what the app adds. */
export interface MenuRows {
	above(chip: Chip): View;
	/** What is in the button. */
	signOut(chip: Chip): View[];
	below(chip: Chip): View;
}

/** What a view is made from. */
export interface Chip {
	user: UserController;
	state: UserState;
	shown: BskySessionState;
	options: BlueskyUserOptions<object>;
	status: SessionStatus;
	texts: UserTexts;
	/** Whom to show. */
	who: Shown | null;
}

/** What the parts of the controller share. */
export interface UserParts {
	readonly state: UserState;
	readonly options: BlueskyUserOptions<object>;
	readonly session: BskySessionController;
	readonly root: HTMLElement | null;
	/** Ends with the component. */
	readonly signal: AbortSignal;
	readonly ask: Ask;
	/** Loads the framework's sign-in form. */
	load(): Promise<unknown>;
	patch(changes: Partial<UserState>): void;
}
