import { defined } from "../defined.ts";
import type { BskyLabels, PartialLabels } from "../labels/types.ts";
import { type UserTexts, userTextsOf } from "./texts.ts";

/** What is said in the menu, in English. */
export const menuTexts = {
	submitting: "Finding your account…",
	redirecting: "Taking you to {server}…",
	connect: "Connect Bluesky",
	reconnect: "Reconnect",
	signingOut: "Signing out…",
	switchAccount: "Switch account",
	addAccount: "Add another account",
	madeCurrent: "{name} is the current account now.",
} satisfies Partial<BskyLabels>;

/** What a session and a sign-out can fail with. The other sentences are loaded when they are needed. */
export const userErrors = {
	BANNED_USER: "You’re banned from this app.",
	INTERNAL_SERVER_ERROR: "Something went wrong on our side. Try again.",
	NETWORK_ERROR: "You seem to be offline. Check your connection.",
	TOO_MANY_REQUESTS: "Too many attempts. Try again in a minute.",
	UNAUTHORIZED: "You’re signed out. Sign in again.",
	UNKNOWN: "That didn’t work. Try again.",
};

/** The texts of whoever is signed in and of their menu. */
export type MenuTexts = UserTexts &
	Pick<BskyLabels, keyof typeof menuTexts> & {
		errors: typeof userErrors & { [code: string]: string | undefined };
	};

/** Completes labels with the English ones that are used here. */
export const menuTextsOf = (labels: PartialLabels | undefined): MenuTexts => ({
	...menuTexts,
	...userTextsOf(labels),
	errors: { ...userErrors, ...defined(labels?.errors as Record<string, string> | undefined) },
});

/** The sentence for what the session or a sign-out has failed with. */
export const sentenceOf = ({ errors }: MenuTexts, code: string): string =>
	errors[code.toUpperCase()] ?? errors.UNKNOWN;
