import type { World } from "./network.ts";
import { CAST } from "./people.ts";

/** What can be shown, each in a network of its own. */
export interface Shown {
	component: "sign-in" | "user" | "accounts" | "gate";
	world: World;
	props?: Record<string, unknown>;
	/** What is typed for whoever presses the button. */
	types?: string;
	/** What the page kept from before. */
	kept?: Record<string, unknown>;
}

const nobody: World = { session: null, accounts: [] };
const somebody: World = { session: CAST.signedIn, accounts: CAST.both };

export const SHOWS = {
	"first-visit": { component: "sign-in", world: nobody, props: { appName: "Bluebell" } },
	suggestions: { component: "sign-in", world: nobody, types: "ali" },
	error: { component: "sign-in", world: nobody, types: "nobody.example.com\n" },
	"welcome-back": {
		component: "sign-in",
		world: nobody,
		props: { remember: true },
		kept: { "better-auth-bsky.accounts": CAST.usedBefore },
	},
	dialog: { component: "sign-in", world: nobody, props: { as: "dialog" } },
	user: { component: "user", world: somebody },
	"signed-out": { component: "user", world: nobody, props: { signIn: true } },
	accounts: { component: "accounts", world: { session: CAST.signedIn, accounts: CAST.oneEnded } },
	gate: {
		component: "gate",
		world: somebody,
		props: { scope: "repo:app.bsky.feed.post?action=create" },
	},
} satisfies Record<string, Shown>;

export type Show = keyof typeof SHOWS;
