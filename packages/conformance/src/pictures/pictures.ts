import { expect } from "vitest";
import { of, openMenu, type State } from "../kit/states.ts";
import { until } from "../kit/ui.ts";
import { CAST } from "./people.ts";

/** What the READMEs show: people as there may be some, where the tests have extreme ones. */
export const PICTURES: State[] = [
	of("BlueskySignIn", "first-visit", { props: { appName: "Bluebell" } }),
	of("BlueskySignIn", "suggestions", {
		props: { appName: "Bluebell" },
		before: (kit) =>
			kit.server.reply("/bsky/typeahead", ({ answer }) => answer({ actors: CAST.found })),
		async arrange(ui, kit) {
			await kit.suggest(ui);
			await kit.press("{ArrowDown}");
		},
	}),
	of("BlueskySignIn", "welcome-back", {
		props: { remember: true },
		before: () =>
			localStorage.setItem("better-auth-bsky.accounts", JSON.stringify(CAST.usedBefore)),
		arrange: (ui) => until(() => expect(ui.all("account")).toHaveLength(2)),
	}),
	of("BlueskyUser", "menu", {
		props: { provider: { session: CAST.signedIn }, extra: "Settings" },
		before(kit) {
			kit.server.signIn(CAST.signedIn);
			kit.server.reply("/bsky/accounts", ({ answer }) => answer({ accounts: CAST.both }));
		},
		async arrange(ui, kit) {
			await openMenu(ui, kit);
			await until(() => expect(ui.all("switch")).toHaveLength(2));
		},
	}),
	of("BlueskyAccounts", "connected", {
		before: (kit) => kit.server.connect(...CAST.oneEnded),
		arrange: (ui) => until(() => expect(ui.all("connected-account")).toHaveLength(2)),
	}),
];
