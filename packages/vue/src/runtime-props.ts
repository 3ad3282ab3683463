import type { ScopeGateOptions } from "@better-auth-bsky/client/scope";
import type { SignInOptions } from "@better-auth-bsky/client/sign-in";
import type { PropType } from "vue";

/** A prop that `<Component name>` sets, and that is `undefined` when it is left out. */
export const flag = { type: Boolean, default: undefined };

/** One that may be something else as well. */
export const flagOr = (type: unknown) => ({
	...flag,
	type: [Boolean, type].flat() as PropType<never>,
});

/** What Vue must be told at run time: the names, since only those that are flags have a type. */
export const serverProps = { authClient: null, baseURL: null, fetch: null };

/** What an app says about the looks of a component. */
export const looksProps = { className: null, classNames: null };

/** What a sign-in and a connection have in common. */
export const flowProps = {
	...serverProps,
	callbackURL: null,
	errorCallbackURL: null,
	labels: null,
	error: null,
	defaultServer: null,
	navigate: null,
	replaceURL: null,
};

export const signInProps = {
	...flowProps,
	id: null,
	newUserCallbackURL: null,
	requestSignUp: flag,
	link: flag,
	suggestions: flagOr(String),
	signUp: flagOr([String, Array]),
	intent: null,
	signedInAs: null,
	appName: null,
	title: flagOr(String),
	openText: null,
	primary: null,
	icon: flag,
	pickSubmits: flag,
	frame: null,
	onStart: null,
	onRedirect: null,
	onError: null,
	onSuggestionPick: null,
	onForget: null,
	remember: flag,
} satisfies Record<keyof Omit<SignInOptions, "handle">, unknown>;

export const scopeProps = {
	...serverProps,
	scope: { type: null as unknown as PropType<string>, required: true as const },
	did: null,
	initial: null,
	callbackURL: null,
	labels: null,
	defaultServer: null,
	navigate: null,
	replaceURL: null,
} satisfies Record<keyof Omit<ScopeGateOptions, "onError">, unknown>;
