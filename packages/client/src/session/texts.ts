import { defined } from "../defined.ts";
import type { BskyLabels, PartialLabels } from "../labels/types.ts";

/** What is said of whoever is signed in, in English. The menu has more: `menu-texts.ts`. */
export const userTexts = {
	locale: "en",
	signIn: "Sign in with Bluesky",
	continueWithBluesky: "Continue with Bluesky",
	retry: "Try again",
	menu: "Your account",
	unknown: "We couldn’t check who is signed in.",
	signOut: "Sign out",
	loading: "Loading…",
	ended: "Ended",
} satisfies Partial<BskyLabels>;

/** The texts of whoever is signed in. */
export type UserTexts = Pick<BskyLabels, keyof typeof userTexts>;

/** Completes labels with the English ones that are used here. */
export const userTextsOf = (labels: PartialLabels | undefined): UserTexts => ({
	...userTexts,
	...defined(labels as Partial<BskyLabels> | undefined),
});
