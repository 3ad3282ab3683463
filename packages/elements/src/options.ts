import type { BlueskyAccountsOptions } from "@better-auth-bsky/client/accounts";
import type { PartialLabels } from "@better-auth-bsky/client/labels";
import type { ScopeGateOptions } from "@better-auth-bsky/client/scope";
import type {
	BlueskyUserOptions,
	BskySession,
	ServerOptions,
} from "@better-auth-bsky/client/session";
import type { BlueskySignInOptions } from "@better-auth-bsky/client/sign-in";

/** What every element takes. */
export interface Common extends ServerOptions {
	/** A language pack, or single texts. */
	labels?: PartialLabels | undefined;
	/** Light or dark; `"auto"` is as the `color-scheme` of the page has it. @default "auto" */
	theme?: "light" | "dark" | "auto" | undefined;
}

/** What a `<bluesky-sign-in>` takes; the beginning of its ids is its own `id`. */
export interface BlueskySignInProps
	extends Omit<BlueskySignInOptions, "id" | "title" | "className">,
		Common {
	/** Above the form; `false` for nothing. @default "Sign in to {appName}", by `intent` */
	heading?: string | false | undefined;
}

/** What a `<bluesky-user>` takes; it shares its session with all others. */
export interface BlueskyUserProps
	extends Omit<BlueskyUserOptions<BlueskySignInProps>, "initial" | "className">,
		Common {
	/**
	 * What the server rendered the page with: the answer of `auth.api.getBskySession()`, or `null` for
	 * nobody signed in. Leave it out where the server doesn't know.
	 */
	session?: BskySession | null | undefined;
}

/** What a `<bluesky-accounts>` takes. */
export interface BlueskyAccountsProps
	extends Omit<BlueskyAccountsOptions, "title" | "className">,
		Common {
	/** The heading; `false` for none. @default that of the labels: "Connected accounts" */
	heading?: string | false | undefined;
}

/** What a `<bluesky-scope-gate>` takes; it shares its session with all others. */
export interface BlueskyScopeGateProps extends Omit<ScopeGateOptions, "initial">, Common {
	/**
	 * What the server rendered the page with: the answer of `auth.api.getBskySession()`, or `null` for
	 * nobody signed in. Leave it out where the server doesn't know.
	 */
	session?: BskySession | null | undefined;
}

/** Reads an option out of its attribute; `null` for one that is a property alone. */
export type Read = ((said: string) => unknown) | null;

/** The options of an element, and how each is read. */
export type Options<Props extends object> = { readonly [Name in keyof Required<Props>]: Read };

export const text: Read = (said) => said;

/** `suggestions`, `link="false"`, `suggestions="person"`, `labels='{"signIn":"Enter"}'`. */
const value: Read = (said) => {
	try {
		return JSON.parse(said || "true");
	} catch {
		return said;
	}
};

/** A text that may be left out: what looks like a number is one of a heading, too. */
const heading: Read = (said) => said !== "false" && (said || undefined);

const property: Read = null;

const SERVER = {
	authClient: property,
	baseURL: text,
	fetch: property,
	labels: value,
	theme: text,
};

/** What a sign-in and a list of accounts have in common. */
const FLOW = {
	...SERVER,
	callbackURL: text,
	errorCallbackURL: text,
	error: text,
	defaultServer: text,
	heading,
	classNames: value,
	navigate: property,
	replaceURL: property,
	onError: property,
};

/** The options of a `<bluesky-accounts>`. */
export const ACCOUNTS: Options<BlueskyAccountsProps> = {
	...FLOW,
	onConnect: property,
	onDisconnect: property,
	onSwitch: property,
};

/** The options of a `<bluesky-sign-in>`. */
export const SIGN_IN: Options<BlueskySignInProps> = {
	...FLOW,
	as: text,
	newUserCallbackURL: text,
	requestSignUp: value,
	link: value,
	suggestions: value,
	remember: value,
	signUp: value,
	intent: text,
	signedInAs: text,
	appName: text,
	openText: text,
	primary: text,
	icon: value,
	pickSubmits: value,
	frame: text,
	onStart: property,
	onRedirect: property,
	onSuggestionPick: property,
	onForget: property,
	value: text,
	defaultValue: text,
	onValueChange: property,
};

/** The options of a `<bluesky-user>`. */
export const USER: Options<BlueskyUserProps> = {
	...SERVER,
	session: value,
	signIn: value,
	onSignOut: property,
	user: value,
	defaultServer: text,
	compact: value,
	switcher: value,
	classNames: value,
	navigate: property,
	onSwitch: property,
	onSuccess: property,
	onConnect: property,
};

/** The options of a `<bluesky-scope-gate>`. */
export const SCOPE_GATE: Options<BlueskyScopeGateProps> = {
	...SERVER,
	scope: text,
	did: text,
	session: value,
	callbackURL: text,
	defaultServer: text,
	navigate: property,
	replaceURL: property,
	onError: property,
};

/** `callbackURL` is `callback-url`. */
export const attributeOf = (option: string): string =>
	option.replace(/[A-Z]+/g, (capitals) => `-${capitals.toLowerCase()}`);

/** The names of an element's options. */
export const namesOf = <Props extends object>(options: Options<Props>) =>
	Object.keys(options) as (keyof Props & string)[];
