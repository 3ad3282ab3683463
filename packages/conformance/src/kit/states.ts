import type { BskyContext } from "@better-auth-bsky/client/context";
import { expect } from "vitest";
import { userEvent } from "vitest/browser";
import type { ComponentName, Components } from "../driver.ts";
import type { Kit, Opened } from "./kit.ts";
import { SESSION } from "./people.ts";
import { until } from "./ui.ts";

/** Everything that there is to be seen: a component, and how it gets there. */
export interface State<N extends ComponentName = ComponentName> {
	title: string;
	name: N;
	props?: Components[N];
	before?(kit: Kit): void;
	arrange?(ui: Opened<Components[N]>, kit: Kit): Promise<unknown>;
}

const of = <N extends ComponentName>(
	name: N,
	title: string,
	rest: Omit<State<N>, "name" | "title">,
) => ({ name, title, ...rest }) as unknown as State;

const ACCOUNTS = JSON.stringify([
	{ handle: "alice.bsky.social", displayName: "Alice Ångström" },
	{ handle: "alina.a-rather-long-domain-name-of-her-own.example" },
]);

const connected = (kit: Kit) => {
	kit.server.reply("/list-accounts", ({ answer }) =>
		answer([{ id: "row-1", providerId: "bsky", accountId: "did:plc:alice" }]),
	);
	kit.server.signIn();
};

const known: BskyContext = { session: SESSION };

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
		before: () => localStorage.setItem("better-auth-bsky.accounts", ACCOUNTS),
		arrange: (ui) => until(() => expect(ui.all("account")).toHaveLength(2)),
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
	of("BlueskyUser", "signed-in", { props: { provider: known, extra: "Settings" } }),
	of("BlueskyUser", "menu", {
		props: { provider: known, extra: "Settings" },
		async arrange(ui) {
			await userEvent.click(ui.part("menu-button"));
			await until(() => expect(ui.part("menu-items")).toBeVisible());
		},
	}),
	of("BlueskyAccounts", "none", {
		arrange: (ui) => until(() => expect(ui.state("connected-list")).toBe("none")),
	}),
	of("BlueskyAccounts", "pending", { before: (kit) => kit.server.hold("/list-accounts") }),
	of("BlueskyAccounts", "connected", {
		before: connected,
		arrange: (ui) => until(() => expect(ui.text("connected-account")).toContain("Alice")),
	}),
	of("BlueskyAccounts", "refused", {
		before(kit) {
			connected(kit);
			kit.server.refuse("/unlink-account", "FAILED_TO_UNLINK_LAST_ACCOUNT");
		},
		async arrange(ui) {
			await until(() => expect(ui.text("connected-account")).toContain("Alice"));
			await userEvent.click(ui.part("disconnect"));
			await until(() => expect(ui.state("error")).toBe("shown"));
		},
	}),
	of("Page", "whole", { props: { provider: { session: null } } }),
];

/** Brings a state into the page. */
export async function show(kit: Kit, state: State, around: BskyContext = {}) {
	state.before?.(kit);
	const { provider } = (state.props ?? {}) as { provider?: BskyContext };
	const all = { ...state.props, provider: { ...provider, baseURL: kit.place(), ...around } };
	const ui = (await kit.open(state.name, all as object)) as Opened<object>;
	await state.arrange?.(ui, kit);
	return ui;
}
