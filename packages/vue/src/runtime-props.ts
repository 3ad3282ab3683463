import type { SignInOptions } from "@better-auth-bsky/client/sign-in";
import type { PropType } from "vue";

/** A prop that `<Component name>` sets, and that is `undefined` when it is left out. */
export const flag = { type: Boolean, default: undefined };

/** One that may be something else as well. */
export const flagOr = (type: unknown) => ({ ...flag, type: [Boolean, type] as PropType<never> });

/** What Vue must be told at run time: the names, since only those that are flags have a type. */
export const serverProps = { authClient: null, baseURL: null, fetch: null };

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
	remember: flag,
} satisfies Record<keyof Omit<SignInOptions, "handle">, unknown>;
