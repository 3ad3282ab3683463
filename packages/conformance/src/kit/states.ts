import type { BskyContext } from "@better-auth-bsky/client/context";
import type { BskySession } from "@better-auth-bsky/client/session";
import { expect } from "vitest";
import { userEvent } from "vitest/browser";
import type { ComponentName, Components } from "../driver.ts";
import type { Kit, Opened } from "./kit.ts";
import { ACCOUNTS, ENDED, ERIN, NOT_LINKED, SESSION, UNKNOWN } from "./people.ts";
import { type Ui, until } from "./ui.ts";

/** Everything that there is to be seen: a component, and how it gets there. */
export interface State<N extends ComponentName = ComponentName> {
	title: string;
	name: N;
	props?: Components[N];
	before?(kit: Kit): void;
	arrange?(ui: Opened<Components[N]>, kit: Kit): Promise<unknown>;
}

/** A state of a component, as one of all. */
export const of = <N extends ComponentName>(
	name: N,
	title: string,
	rest: Omit<State<N>, "name" | "title">,
) => ({ name, title, ...rest }) as unknown as State;

const USED_BEFORE = JSON.stringify([
	{ handle: "alice.bsky.social", displayName: "Alice Ångström" },
	{ handle: "alina.a-rather-long-domain-name-of-her-own.example" },
]);

const connected = (kit: Kit) => kit.server.connect(...ACCOUNTS, UNKNOWN);

const listed = (ui: Ui) => until(() => expect(ui.all("connected-account")).toHaveLength(3));

const ask = async (ui: Ui) => {
	await listed(ui);
	await userEvent.click(ui.part("disconnect"));
	await until(() => expect(document.activeElement).toBe(ui.part("keep")));
};

const known: BskyContext = { session: SESSION };

/** A gate for what isn't granted, in a state of the session. */
const gate = (title: string, session: BskyContext["session"], rest: Partial<State> = {}) =>
	of("BlueskyScopeGate", title, {
		props: { scope: "repo:xyz.statusphere.status", text: "Post", provider: { session } },
		...rest,
	} as Omit<State<"BlueskyScopeGate">, "name" | "title">);

const press = (ui: Ui) => userEvent.click(ui.part("allow"));

const GRANTED = { ...SESSION, grantedScope: "transition:generic" } as BskySession;

const GATES: State[] = [
	gate("granted", GRANTED),
	gate("missing", SESSION),
	gate("asking", SESSION, {
		before: (kit) => kit.server.hold("/bsky/upgrade"),
		async arrange(ui) {
			await press(ui);
			await until(() => expect(ui.state("gate")).toBe("asking"));
		},
	}),
	gate("leaving", SESSION, {
		async arrange(ui) {
			await press(ui);
			await until(() => expect(ui.text("allow")).toContain("pds.example"));
		},
	}),
	gate("refused", SESSION, {
		// A page remembers what was refused: another scope than that of the others.
		props: { scope: "repo:app.bsky.feed.post", text: "Post", provider: { session: SESSION } },
		before() {
			const by = "scope undefined repo:app.bsky.feed.post";
			const trip = { intent: "upgrade", by, at: performance.timeOrigin - 1000 };
			sessionStorage.setItem("better-auth-bsky.trip", JSON.stringify(trip));
			history.replaceState(null, "", "?error=access_denied");
		},
		arrange: (ui) => until(() => expect(ui.state("gate")).toBe("refused")),
	}),
	gate("failed", SESSION, {
		before: (kit) => kit.server.refuse("/bsky/upgrade", "SERVER_UNREACHABLE", 503),
		async arrange(ui) {
			await press(ui);
			await until(() => expect(ui.state("gate")).toBe("failed"));
		},
	}),
	gate("ended", ENDED),
	gate("not-connected", { active: false, did: null, reason: "not_linked" }),
	gate("signed-out", null),
	gate("unknown", undefined, {
		before: (kit) => kit.server.reply("/bsky/session", ({ fail }) => fail()),
		arrange: (ui) => until(() => expect(ui.state("gate")).toBe("failed")),
	}),
];

/** Opens the menu, and waits for what is loaded then. */
export async function openMenu(ui: Opened<Components["BlueskyUser"]>, _?: Kit): Promise<void> {
	const button = ui.part("menu-button");
	// It is found by its text else, which the menu's first line has as well.
	button.dataset.testid = "menu-button";
	await userEvent.click(button);
	await until(() => expect(ui.has("menu-rows")).toBe(true));
	expect(ui.part("menu-items")).toBeVisible();
}

export const STATES: State[] = [
	of("BlueskySignIn", "idle", {}),
	of("BlueskySignIn", "typing", { arrange: (ui, kit) => kit.type(ui, "a") }),
	of("BlueskySignIn", "suggestions", {
		async arrange(ui, kit) {
			await kit.suggest(ui);
			await kit.press("{ArrowDown}{ArrowDown}");
		},
	}),
	of("BlueskySignIn", "recognised", {
		async arrange(ui, kit) {
			await kit.suggest(ui);
			await kit.press("{ArrowDown}{Enter}");
			await until(() => expect(ui.state("person")).toBe("known"));
		},
	}),
	of("BlueskySignIn", "submitting", {
		before: (kit) => kit.server.hold("/bsky/sign-in"),
		async arrange(ui, kit) {
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.state("root")).toBe("submitting"));
		},
	}),
	of("BlueskySignIn", "redirecting", {
		async arrange(ui, kit) {
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.state("root")).toBe("redirecting"));
		},
	}),
	of("BlueskySignIn", "failed", {
		before: (kit) => kit.server.refuse("/bsky/sign-in", "HANDLE_NOT_FOUND", 404),
		async arrange(ui, kit) {
			await kit.type(ui, "nobody.bsky.social{Enter}");
			await until(() => expect(ui.state("root")).toBe("failed"));
		},
	}),
	of("BlueskySignIn", "server", {
		async arrange(ui) {
			await userEvent.click(ui.part("mode"));
			await until(() => expect(ui.part("root").dataset.mode).toBe("server"));
		},
	}),
	of("BlueskySignIn", "accounts", {
		props: { remember: true },
		before: () => localStorage.setItem("better-auth-bsky.accounts", USED_BEFORE),
		arrange: (ui) => until(() => expect(ui.all("account")).toHaveLength(2)),
	}),
	of("BlueskySignIn", "account-pressed", {
		props: { remember: true },
		before: () => localStorage.setItem("better-auth-bsky.accounts", USED_BEFORE),
		async arrange(ui) {
			await until(() => expect(ui.all("account")).toHaveLength(2));
			await userEvent.click(ui.part("account"));
			await until(() => expect(ui.state("root")).toBe("redirecting"));
		},
	}),
	of("BlueskySignIn", "editing", {
		props: { remember: true },
		before: () => localStorage.setItem("better-auth-bsky.accounts", USED_BEFORE),
		async arrange(ui) {
			await until(() => expect(ui.all("account")).toHaveLength(2));
			await userEvent.click(ui.part("edit"));
			await until(() => expect(ui.all("forget")).toHaveLength(2));
		},
	}),
	of("BlueskySignIn", "continue-pressed", {
		before: (kit) => kit.server.hold("/bsky/sign-in"),
		async arrange(ui) {
			await userEvent.click(ui.part("continue"));
			await until(() => expect(ui.state("root")).toBe("submitting"));
		},
	}),
	of("BlueskySignIn", "email", {
		async arrange(ui, kit) {
			await kit.type(ui, "alice@example.com{Enter}");
			await until(() => expect(ui.has("instead")).toBe(true));
		},
	}),
	of("BlueskySignIn", "offline", {
		before: (kit) => kit.server.reply("/bsky/sign-in", ({ fail }) => fail()),
		async arrange(ui) {
			await userEvent.click(ui.part("continue"));
			await until(() => expect(ui.has("retry")).toBe(true));
		},
	}),
	of("BlueskySignIn", "cancelled", { props: { error: "access_denied" } }),
	of("BlueskySignIn", "connect", { props: { intent: "connect" } }),
	of("BlueskySignIn", "handle-first", { props: { primary: "handle", appName: "Bluebell" } }),
	of("BlueskySignIn", "sign-up", {
		before: (kit) =>
			kit.server.reply("/bsky/server", ({ query, answer }) =>
				answer({
					url: query.url,
					signUp: true,
					inviteCodeRequired: query.url?.includes("eurosky"),
					userDomains: [],
					termsOfService: "https://pds.example/terms",
					privacyPolicy: "https://pds.example/privacy",
				}),
			),
		props: { signUp: ["https://bsky.social", "https://eurosky.social"] },
		async arrange(ui) {
			await until(() => expect(ui.state("sign-up")).toBe("offered"));
			ui.part("sign-up").querySelector("summary")?.click();
		},
	}),
	of("BlueskySignIn", "button", { props: { as: "button" } }),
	of("BlueskySignIn", "button-failed", { props: { as: "button", error: "access_denied" } }),
	of("BlueskySignIn", "dialog-closed", { props: { as: "dialog" } }),
	of("BlueskySignIn", "dialog", {
		props: { as: "dialog" },
		async arrange(ui) {
			await userEvent.click(ui.part("open"));
			await until(() => expect(ui.input).toBeVisible());
		},
	}),
	of("CustomSignIn", "suggestions", { arrange: (ui, kit) => kit.suggest(ui) }),
	of("BlueskyUser", "pending", {
		before: (kit) => kit.server.hold("/bsky/session"),
	}),
	of("BlueskyUser", "signed-out", {
		props: { provider: { session: null }, signIn: true },
	}),
	of("BlueskyUser", "signed-out-as-a-button", {
		props: { provider: { session: null }, signIn: { as: "button" } },
	}),
	of("BlueskyUser", "sign-in-opened", {
		props: { provider: { session: null }, signIn: true },
		async arrange(ui) {
			await userEvent.click(ui.part("open"));
			await until(() => expect(ui.input).toBeVisible());
		},
	}),
	of("BlueskyUser", "unknown", {
		before: (kit) => {
			kit.server.reply("/bsky/session", ({ fail }) => fail());
			kit.server.reply("/get-session", ({ fail }) => fail());
		},
		arrange: (ui) => until(() => expect(ui.state("user")).toBe("unknown")),
	}),
	of("BlueskyUser", "signed-in", { props: { provider: known, extra: "Settings" } }),
	of("BlueskyUser", "compact", { props: { provider: known, compact: true } }),
	of("BlueskyUser", "compact-ended", {
		props: { provider: { session: ENDED }, compact: true },
	}),
	of("BlueskyUser", "menu", {
		props: { provider: known, extra: "Settings" },
		arrange: openMenu,
	}),
	of("BlueskyUser", "compact-menu", {
		props: { provider: known, compact: true, extra: "Settings" },
		async arrange(ui, kit) {
			await openMenu(ui, kit);
			await until(() => expect(ui.part("menu-items").dataset.side).toBe("start"));
		},
	}),
	of("BlueskyUser", "switcher", {
		props: { provider: known },
		before: (kit) => kit.server.signInWithTwo(),
		async arrange(ui, kit) {
			await openMenu(ui, kit);
			await until(() => expect(ui.all("switch")).toHaveLength(2));
		},
	}),
	of("BlueskyUser", "ended", {
		props: { provider: { session: ENDED }, extra: "Settings" },
		arrange: openMenu,
	}),
	of("BlueskyUser", "not-connected", {
		props: { provider: { session: NOT_LINKED, user: ERIN.user }, extra: "Settings" },
		arrange: openMenu,
	}),
	of("BlueskyUser", "adding", {
		props: { provider: { session: NOT_LINKED, user: ERIN.user } },
		async arrange(ui, kit) {
			await openMenu(ui, kit);
			await userEvent.click(ui.part("open"));
			await until(() => expect(ui.input).toBeVisible());
		},
	}),
	of("BlueskyUser", "refused", {
		props: { provider: known },
		before: (kit) => kit.server.refuse("/sign-out", "INTERNAL_SERVER_ERROR", 500),
		async arrange(ui, kit) {
			await openMenu(ui, kit);
			await userEvent.click(ui.part("sign-out"));
			await until(() => expect(ui.state("error")).toBe("shown"));
		},
	}),
	of("BlueskyAccounts", "none", {
		arrange: (ui) => until(() => expect(ui.state("connected-list")).toBe("none")),
	}),
	of("BlueskyAccounts", "pending", { before: (kit) => kit.server.hold("/bsky/accounts") }),
	of("BlueskyAccounts", "unloaded", {
		before: (kit) => kit.server.reply("/bsky/accounts", ({ fail }) => fail()),
		arrange: (ui) => until(() => expect(ui.has("retry")).toBe(true)),
	}),
	of("BlueskyAccounts", "connected", { before: connected, arrange: listed }),
	of("BlueskyAccounts", "alone", {
		props: { title: false },
		before: (kit) => kit.server.connect(ACCOUNTS[0]),
		arrange: (ui) => until(() => expect(ui.all("connected-account")).toHaveLength(1)),
	}),
	of("BlueskyAccounts", "question", { before: connected, arrange: ask }),
	of("BlueskyAccounts", "disconnecting", {
		before(kit) {
			connected(kit);
			kit.server.hold("/unlink-account");
		},
		async arrange(ui) {
			await ask(ui);
			await userEvent.click(ui.part("disconnect"));
			await until(() => expect(ui.state("connected")).toBe("disconnecting"));
		},
	}),
	of("BlueskyAccounts", "switching", {
		before(kit) {
			connected(kit);
			kit.server.hold("/bsky/switch");
		},
		async arrange(ui) {
			await listed(ui);
			await userEvent.click(ui.part("make-current"));
			await until(() => expect(ui.state("connected")).toBe("switching"));
		},
	}),
	of("BlueskyAccounts", "reconnecting", {
		before: connected,
		async arrange(ui) {
			await listed(ui);
			await userEvent.click(ui.part("reconnect"));
			await until(() => expect(ui.state("connected")).toBe("redirecting"));
		},
	}),
	of("BlueskyAccounts", "refused", {
		before(kit) {
			connected(kit);
			kit.server.refuse("/unlink-account", "FAILED_TO_UNLINK_LAST_ACCOUNT");
		},
		async arrange(ui) {
			await ask(ui);
			await userEvent.click(ui.part("disconnect"));
			await until(() => expect(ui.has("error", "shown")).toBe(true));
		},
	}),
	of("BlueskyAccounts", "dialog", {
		before: connected,
		async arrange(ui) {
			await listed(ui);
			await userEvent.click(ui.role("button", "Connect another account"));
			await until(() => expect(ui.part("dialog")).toBeVisible());
		},
	}),
	...GATES,
	of("Page", "whole", { props: { provider: { session: null } } }),
];

/** Brings a state into the page. What stands there can be given another theme. */
export async function show(kit: Kit, state: State, around: BskyContext = {}) {
	state.before?.(kit);
	const provider: BskyContext = { ...state.props?.provider, baseURL: kit.place(), ...around };
	const all = { ...state.props, provider };
	const ui = (await kit.open(state.name, all as object)) as Opened<{ provider: BskyContext }>;
	await state.arrange?.(ui, kit);
	const setTheme = (theme: "light" | "dark") => ui.update({ provider: { ...provider, theme } });
	return Object.assign(ui, { setTheme });
}
