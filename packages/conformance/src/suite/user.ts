import { describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { CHOICES, ENDED, ERIN, NOT_LINKED, SESSION } from "../kit/people.ts";
import { PDS_URL } from "../kit/server.ts";
import { openMenu } from "../kit/states.ts";
import { inDialog, rest, type Ui, until } from "../kit/ui.ts";

const TRIP = "better-auth-bsky.trip";

/** The browser comes back from somebody's server. */
const comeBack = (intent: string, search = location.search) => {
	sessionStorage.setItem(TRIP, JSON.stringify({ intent, at: performance.timeOrigin - 1000 }));
	history.replaceState(null, "", search || location.pathname);
};

/** The events of a component that come through to the page. */
function hear(ui: Ui, name: string): unknown[] {
	const heard: unknown[] = [];
	ui.container.addEventListener(`bsky:${name}`, (event) =>
		heard.push((event as CustomEvent).detail),
	);
	return heard;
}

/** Who is signed in, as a component. */
export function user(kit: Kit): void {
	const paths = () => kit.server.asked.map(({ path }) => path);
	const here = () => ({ baseURL: kit.place() });
	const signedIn = () => ({ provider: { ...here(), session: SESSION } });
	const fails = (...paths: string[]) => {
		for (const path of paths) kit.server.reply(path, ({ fail }) => fail());
	};

	describe("BlueskyUser", () => {
		test("keeps its place while nothing is known", async () => {
			kit.server.hold("/bsky/session");
			const ui = await kit.open("BlueskyUser", { provider: here() });
			expect(ui.state("user")).toBe("pending");
			expect(ui.part("user")).toHaveAttribute("aria-busy", "true");
			expect(ui.container.textContent).toBe("");
			const before = ui.part("user").getBoundingClientRect();
			await until(() => expect(kit.server.asked).toHaveLength(1));
			kit.server.asked[0]?.answer(SESSION);
			await until(() => expect(ui.state("user")).toBe("signed-in"));
			const after = ui.part("user").getBoundingClientRect();
			expect(ui.part("user")).not.toHaveAttribute("aria-busy");
			expect(Math.abs(after.width - before.width)).toBeLessThan(60);
			expect(Math.abs(after.height - before.height)).toBeLessThan(4);
		});

		test("is nothing when nobody is signed in", async () => {
			const ui = await kit.open("BlueskyUser", { provider: { ...here(), session: null } });
			expect(ui.container.textContent).toBe("");
		});

		test("speaks the language of its labels, and wears the app's classes", async () => {
			const ui = await kit.open("BlueskyUser", {
				provider: { ...here(), session: SESSION, labels: { locale: "de" } },
				className: "chip",
				classNames: { "menu-button": "btn" },
			});
			expect(ui.part("user")).toHaveAttribute("lang", "de");
			expect(ui.part("user").className).toBe("chip");
			expect(ui.part("menu-button").className).toBe("btn");
		});

		test("a face alone has a name all the same", async () => {
			const ui = await kit.open("BlueskyUser", { ...signedIn(), compact: true });
			expect(ui.text("menu-button")).toContain("Your account: Alice Ångström");
			expect(ui.part("menu-button").getBoundingClientRect().width).toBeLessThan(60);
			await openMenu(ui);
			expect(ui.text("menu-header")).toContain("Alice Ångström");
		});

		test("a menu by pointer: what the app adds, and a way out", async () => {
			const onSignOut = vi.fn();
			const ui = await kit.open("BlueskyUser", { ...signedIn(), extra: "Settings", onSignOut });
			const heard = hear(ui, "sign-out");
			expect(ui.text("menu-button")).toContain("Alice Ångström");
			expect(ui.text("menu-button")).toContain("alice.bsky.social");
			expect(ui.part("menu-items")).not.toBeVisible();
			await openMenu(ui);
			expect(ui.text("menu-header")).toContain("@alice.bsky.social");
			expect(ui.role("link", "Settings")).toHaveAttribute("href", "/settings");
			const link = ui.role("link", "Settings").getBoundingClientRect();
			expect(link.height).toBeGreaterThanOrEqual(44);
			await userEvent.click(ui.role("button", "Sign out"));
			await until(() => expect(ui.has("menu")).toBe(false));
			expect(kit.server.at("/sign-out")).toHaveLength(1);
			expect(onSignOut).toHaveBeenCalledTimes(1);
			expect(heard).toEqual([{}]);
		});

		test("what the app adds stays the same element once the menu is filled", async () => {
			const ui = await kit.open("BlueskyUser", { ...signedIn(), extra: "Settings" });
			const [before] = ui.part("menu-items").querySelectorAll("a");
			await openMenu(ui);
			expect(ui.part("menu-items").querySelector("a")).toBe(before);
		});

		test("a menu by keyboard: Escape and Tab close it", async () => {
			const ui = await kit.open("BlueskyUser", { ...signedIn(), extra: "Settings" });
			const after = document.body.appendChild(document.createElement("button"));
			after.textContent = "After";
			ui.part("menu-button").focus();
			await kit.press("{Enter}");
			await until(() => expect(ui.part("menu-rows")).toBeVisible());
			await kit.press("{Tab}{Tab}");
			expect(document.activeElement).toBe(ui.role("link", "Settings"));
			await kit.press("{Escape}");
			await until(() => expect(ui.part("menu-items")).not.toBeVisible());
			expect(document.activeElement).toBe(ui.part("menu-button"));
			await kit.press("{Enter}{Tab}{Tab}{Tab}{Tab}");
			expect(document.activeElement).toBe(after);
			await until(() => expect(ui.part("menu-items")).not.toBeVisible());
		});

		test("in a dialog of the app's, the first Escape belongs to the menu", async () => {
			const ui = await kit.open("BlueskyUser", signedIn());
			await inDialog(ui.container, async (dialog) => {
				await openMenu(ui);
				ui.part("menu-button").focus();
				await kit.press("{Escape}");
				await until(() => expect(ui.part("menu-items")).not.toBeVisible());
				await rest(50);
				expect(dialog.open).toBe(true);
				await kit.press("{Escape}");
				await until(() => expect(dialog.open).toBe(false));
			});
		});

		test("a press elsewhere closes the menu, where the focus stays as well", async () => {
			const ui = await kit.open("BlueskyUser", signedIn());
			await openMenu(ui);
			ui.part("menu-rows").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
			expect(ui.part("menu-items")).toBeVisible();
			document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
			await until(() => expect(ui.part("menu-items")).not.toBeVisible());
		});

		test("in a shadow root too", async () => {
			const ui = await kit.open("BlueskyUser", signedIn());
			const host = document.body.appendChild(document.createElement("div"));
			host.attachShadow({ mode: "open" }).append(ui.container);
			ui.part("menu-button").click();
			await until(() => expect(ui.has("menu-rows")).toBe(true));
			const menu = ui.part("menu") as HTMLDetailsElement;
			const press = () => new PointerEvent("pointerdown", { bubbles: true, composed: true });
			ui.part("menu-rows").dispatchEvent(press());
			expect(menu.open).toBe(true);
			document.body.dispatchEvent(press());
			expect(menu.open).toBe(false);
			document.body.append(ui.container);
		});

		test("two presses are one sign-out, which says so", async () => {
			kit.server.hold("/sign-out");
			const ui = await kit.open("BlueskyUser", signedIn());
			await openMenu(ui);
			ui.part("sign-out").click();
			ui.part("sign-out").click();
			await until(() => expect(ui.text("sign-out")).toBe("Signing out…"));
			expect(ui.part("sign-out")).toHaveAttribute("aria-disabled", "true");
			expect(ui.text("status")).toBe("Signing out…");
			await rest(50);
			expect(kit.server.at("/sign-out")).toHaveLength(1);
			kit.server.at("/sign-out")[0]?.answer({ success: true });
			await until(() => expect(ui.has("menu")).toBe(false));
		});

		test("what is done is done where the app says by then", async () => {
			kit.server.signIn();
			const ui = await kit.open("BlueskyUser", { provider: here() });
			await until(() => expect(ui.state("user")).toBe("signed-in"));
			const { baseURL } = here();
			await ui.update({ provider: { baseURL } });
			await until(() => expect(kit.server.asked.at(-1)?.place).toBe(baseURL));
			await until(() => expect(ui.state("user")).toBe("signed-in"));
			await openMenu(ui);
			ui.part("sign-out").click();
			await until(() => expect(ui.has("menu")).toBe(false));
			expect(kit.server.at("/sign-out").map(({ place }) => place)).toEqual([baseURL]);
		});

		test("a sign-out that fails is told, and nobody is signed out", async () => {
			kit.server.refuse("/sign-out", "INTERNAL_SERVER_ERROR", 500);
			const onSignOut = vi.fn();
			const ui = await kit.open("BlueskyUser", { ...signedIn(), onSignOut });
			await openMenu(ui);
			await userEvent.click(ui.role("button", "Sign out"));
			await until(() => expect(ui.role("alert").textContent).toContain("on our side"));
			expect(ui.state("user")).toBe("signed-in");
			expect(ui.has("retry")).toBe(false);
			expect(onSignOut).not.toHaveBeenCalled();
			await until(() => expect(document.activeElement).toBe(ui.part("sign-out")));
		});

		test.each([true, undefined])(
			"after a sign-out the focus is kept: signIn %s",
			async (signIn) => {
				const ui = await kit.open("BlueskyUser", { ...signedIn(), signIn });
				ui.part("menu-button").focus();
				await kit.press("{Enter}");
				await until(() => expect(ui.has("menu-rows")).toBe(true));
				ui.part("sign-out").focus();
				await kit.press("{Enter}");
				await until(() => expect(ui.state("user")).toBe("signed-out"));
				const place = signIn ? "open" : "user";
				await until(() => expect(document.activeElement).toBe(ui.part(place)));
				expect(ui.text("status")).toContain("signed out");
			},
		);
	});

	describe("BlueskyUser, nobody signed in", () => {
		const nobody = () => ({ provider: { ...here(), session: null } });

		test.each([
			[{}, true],
			[{ icon: false }, false],
			[{ defaultServer: "https://pds.example" }, false],
		] as const)("its button is Bluesky's where that leads there: %o", async (signIn, hasIcon) => {
			const ui = await kit.open("BlueskyUser", { provider: { ...here(), session: null }, signIn });
			expect(ui.part("open").querySelector("svg") !== null).toBe(hasIcon);
		});

		test("a button opens the form, which is loaded then", async () => {
			const ui = await kit.open("BlueskyUser", { ...nobody(), signIn: true });
			expect(ui.has("dialog")).toBe(false);
			ui.part("open").focus();
			await kit.press("{Enter}");
			await until(() => expect(document.activeElement).toBe(ui.input));
			await kit.press("{Escape}");
			await until(() => expect(ui.input).not.toBeVisible());
			expect(document.activeElement).toBe(ui.part("open"));
			await kit.press("{Enter}");
			await until(() => expect(ui.input).toBeVisible());
		});

		test("with a form in its place, a press shows that, and begins nothing", async () => {
			const ui = await kit.open("BlueskyUser", { ...nobody(), signIn: { as: "form" } });
			await userEvent.click(ui.part("open"));
			await until(() => expect(ui.input).toBeVisible());
			await rest(100);
			expect(paths()).not.toContain("/bsky/sign-in");
			expect(document.activeElement).toBe(ui.input);
		});

		test("the props of the form are its own", async () => {
			const ui = await kit.open("BlueskyUser", {
				...nobody(),
				signIn: { as: "button", callbackURL: "/in", navigate: (url) => kit.left.push(url) },
			});
			await userEvent.click(ui.role("button", "Continue with Bluesky"));
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(kit.server.at("/bsky/sign-in")[0]?.body).toMatchObject({ callbackURL: "/in" });
		});

		test("the button is in the server's HTML, and works without JavaScript", async () => {
			const ui = await kit.serve("BlueskyUser", {
				provider: { baseURL: "/elsewhere", session: null },
				signIn: { callbackURL: "/in", requestSignUp: true },
			});
			const button = ui.role("button", "Sign in with Bluesky") as HTMLButtonElement;
			const { form } = button;
			if (!form) throw new Error("It has no form.");
			expect(new URL(form.action).pathname).toBe("/elsewhere/bsky/sign-in");
			expect(form.method).toBe("post");
			expect(Object.fromEntries(new FormData(form, button))).toEqual({
				callbackURL: "/in",
				requestSignUp: "true",
				handle: "https://bsky.social",
			});
		});
	});

	describe("BlueskyUser, unknown", () => {
		test("offline nobody is told to sign in, and trying again helps", async () => {
			fails("/bsky/session", "/get-session");
			const ui = await kit.open("BlueskyUser", { provider: here(), signIn: true });
			await until(() => expect(ui.state("user")).toBe("unknown"));
			expect(ui.has("open")).toBe(false);
			expect(ui.container.textContent).toContain("couldn’t check");
			kit.server.signIn();
			ui.part("retry").focus();
			await kit.press("{Enter}");
			await until(() => expect(ui.state("user")).toBe("signed-in"));
			await until(() => expect(document.activeElement).toBe(ui.part("menu-button")));
		});

		test("a failure of ours, and nobody signed in at better-auth: they can sign in", async () => {
			kit.server.refuse("/bsky/session", "INTERNAL_SERVER_ERROR", 500);
			const ui = await kit.open("BlueskyUser", { provider: here(), signIn: true });
			await until(() => expect(ui.state("user")).toBe("signed-out"));
			expect(paths()).toEqual(["/bsky/session", "/get-session"]);
		});

		test("a failure of ours, and somebody signed in at better-auth: name and way out", async () => {
			kit.server.refuse("/bsky/session", "INTERNAL_SERVER_ERROR", 500);
			kit.server.reply("/get-session", ({ answer }) => answer(ERIN));
			const ui = await kit.open("BlueskyUser", { provider: here(), signIn: true });
			await until(() => expect(ui.state("user")).toBe("unknown"));
			expect(ui.text("menu-button")).toContain("Erin Example");
			await openMenu(ui);
			expect(ui.role("alert").textContent).toContain("on our side");
			expect(ui.has("open")).toBe(false);
			await userEvent.click(ui.role("button", "Sign out"));
			await until(() => expect(kit.server.at("/sign-out")).toHaveLength(1));
		});

		test("what was known stays, with a way to try again", async () => {
			const provider = { ...here(), session: SESSION };
			const ui = await kit.open("BlueskyUser", { provider });
			fails("/bsky/session");
			// The server knows of something new, and so it is asked.
			await ui.update({ provider: { ...provider, session: { ...SESSION, displayName: "A" } } });
			await until(() => expect(kit.server.at("/bsky/session")).toHaveLength(1));
			await openMenu(ui);
			await until(() => expect(ui.role("alert").textContent).toContain("offline"));
			expect(ui.state("user")).toBe("signed-in");
			kit.server.signIn();
			await userEvent.click(ui.role("button", "Try again"));
			await until(() => expect(ui.has("retry")).toBe(false));
			await until(() => expect(ui.part("user").contains(document.activeElement)).toBe(true));
		});
	});

	describe("BlueskyUser, signed in without Bluesky", () => {
		test("is better-auth's own user, asked for once", async () => {
			kit.server.signInWithEmail();
			const ui = await kit.open("BlueskyUser", { provider: here(), signIn: true });
			await until(() => expect(ui.state("user")).toBe("not-connected"));
			expect(ui.text("menu-button")).toContain("Erin Example");
			expect(ui.text("menu-button")).toContain("erin@example.com");
			expect(paths()).toEqual(["/bsky/session", "/get-session"]);
			await openMenu(ui);
			expect(kit.server.at("/bsky/accounts")).toEqual([]);
			await userEvent.click(ui.role("button", "Sign out"));
			await until(() => expect(ui.state("user")).toBe("signed-out"));
			expect(kit.server.at("/sign-out")).toHaveLength(1);
		});

		test("is the one that the server rendered with, without a request", async () => {
			const provider = { ...here(), session: NOT_LINKED, user: ERIN.user };
			const ui = await kit.serve("BlueskyUser", { provider });
			expect(ui.text("menu-button")).toContain("Erin Example");
			await kit.hydrate(ui.container, "BlueskyUser", { provider });
			await rest(50);
			expect(ui.state("user")).toBe("not-connected");
			expect(kit.server.asked).toEqual([]);
		});

		test("is never the one that the server rendered with, once somebody else is", async () => {
			const provider = { ...here(), session: SESSION, user: ERIN.user };
			const ui = await kit.open("BlueskyUser", { provider, signIn: true });
			const key = "better-auth.message";
			dispatchEvent(new StorageEvent("storage", { key }));
			await until(() => expect(ui.state("user")).toBe("signed-out"));
			kit.server.signIn(NOT_LINKED);
			kit.server.reply("/get-session", ({ answer }) => answer({ user: { name: "Frank" } }));
			dispatchEvent(new StorageEvent("storage", { key }));
			await until(() => expect(ui.text("menu-button")).toContain("Frank"));
		});

		test("nor is it, once somebody else without Bluesky is", async () => {
			const provider = { ...here(), session: NOT_LINKED, user: ERIN.user };
			const ui = await kit.open("BlueskyUser", { provider });
			expect(ui.text("menu-button")).toContain("Erin Example");
			kit.server.signIn(NOT_LINKED);
			kit.server.reply("/get-session", ({ answer }) => answer({ user: { name: "Frank" } }));
			dispatchEvent(new StorageEvent("storage", { key: "better-auth.message" }));
			await until(() => expect(ui.text("menu-button")).toContain("Frank"));
		});

		test("is found where the server rendered nobody", async () => {
			const provider = { ...here(), session: null, user: null };
			const ui = await kit.open("BlueskyUser", { provider, signIn: true });
			kit.server.signInWithEmail();
			dispatchEvent(new StorageEvent("storage", { key: "better-auth.message" }));
			await until(() => expect(ui.text("menu-button")).toContain("Erin"));
		});

		test("comes from the app's own client, where there is one, without another request", async () => {
			kit.server.signInWithEmail();
			const authClient = kit.driver.createAuthClient();
			const ui = await kit.open("BlueskyUser", { provider: { authClient } });
			await until(() => expect(ui.text("menu-button")).toContain("Erin Example"));
			await rest(50);
			expect(paths()).toEqual(["/get-session", "/bsky/session"]);
		});

		test("has no address where that is a placeholder", async () => {
			const user = { name: "Erin", email: "x@bsky.placeholder.invalid" };
			const provider = { ...here(), session: NOT_LINKED, user };
			const ui = await kit.open("BlueskyUser", { provider });
			expect(ui.container.textContent).not.toContain("invalid");
		});

		test("connects Bluesky from the menu, in a dialog", async () => {
			const provider = { ...here(), session: NOT_LINKED, user: ERIN.user };
			const ui = await kit.open("BlueskyUser", { provider });
			await openMenu(ui);
			const connect = ui.role("button", "Connect Bluesky") as HTMLElement;
			connect.focus();
			await kit.press("{Enter}");
			await until(() => expect(document.activeElement).toBe(ui.input));
			expect(ui.text("subtitle")).toBe("You stay signed in as Erin Example.");
			await kit.press("erin.example.com");
			await kit.press("{Escape}");
			await until(() => expect(ui.input).not.toBeVisible());
			expect(ui.part("menu-items")).toBeVisible();
			expect(document.activeElement).toBe(ui.part("open"));
		});
	});

	describe("BlueskyUser, an ended session", () => {
		const ended = () => ({ provider: { ...here(), session: ENDED } });

		test("looks ended, and begins another", async () => {
			const ui = await kit.open("BlueskyUser", {
				...ended(),
				navigate: (url) => kit.left.push(url),
			});
			const [started, left] = [hear(ui, "start"), hear(ui, "redirect")];
			expect(ui.text("chip")).toBe("Ended");
			await openMenu(ui);
			await userEvent.click(ui.role("button", "Reconnect"));
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(ui.text("status")).toBe("Taking you to pds.example…");
			expect(started).toEqual([{ via: "reconnect" }]);
			expect(left).toEqual([{ url: PDS_URL }]);
			const here = location.pathname + location.search;
			expect(kit.server.at("/bsky/sign-in")[0]?.body).toEqual({
				handle: "alice.bsky.social",
				link: true,
				callbackURL: here,
				errorCallbackURL: here,
				disableRedirect: true,
			});
			expect(JSON.parse(sessionStorage.getItem(TRIP) ?? "")).toMatchObject({ intent: "connect" });
		});

		test("says why it can't", async () => {
			kit.server.refuse("/bsky/sign-in", "SERVER_UNREACHABLE", 503);
			const ui = await kit.open("BlueskyUser", ended());
			const heard = hear(ui, "error");
			await openMenu(ui);
			await userEvent.click(ui.role("button", "Reconnect"));
			await until(() => expect(ui.role("alert").textContent).toContain("can’t be reached"));
			expect(heard).toEqual([{ code: "SERVER_UNREACHABLE" }]);
			expect(ui.part("reconnect")).not.toHaveAttribute("aria-disabled");
		});
	});

	describe("BlueskyUser, the switcher", () => {
		const openSwitcher = async (props = {}) => {
			kit.server.signInWithTwo();
			const ui = await kit.open("BlueskyUser", { ...signedIn(), ...props });
			await openMenu(ui);
			await until(() => expect(ui.all("switch")).toHaveLength(2));
			return ui;
		};
		const other = (ui: Ui) => ui.all("switch")[1] as HTMLElement;

		test("the accounts are asked for when the menu opens, and not again at once", async () => {
			const ui = await openSwitcher();
			expect(paths()).toEqual(["/bsky/accounts"]);
			expect(ui.part("switch")).toHaveAttribute("aria-current", "true");
			expect(other(ui)).not.toHaveAttribute("aria-current");
			await userEvent.click(ui.part("menu-button"));
			await userEvent.click(ui.part("menu-button"));
			await rest(50);
			expect(kit.server.at("/bsky/accounts")).toHaveLength(1);
		});

		test("one account alone is no choice", async () => {
			kit.server.reply("/bsky/accounts", ({ answer }) => answer({ accounts: CHOICES.slice(0, 1) }));
			const ui = await kit.open("BlueskyUser", signedIn());
			await openMenu(ui);
			await rest(50);
			expect(ui.has("switcher")).toBe(false);
			expect(ui.roles("button", "Add another account")).toHaveLength(1);
		});

		test("an app may do without", async () => {
			const ui = await kit.open("BlueskyUser", { ...signedIn(), switcher: false });
			await openMenu(ui);
			await rest(50);
			expect(ui.roles("button", "Add another account")).toEqual([]);
			expect(kit.server.asked).toEqual([]);
		});

		test("switches: told, announced, and the focus stays", async () => {
			const onSwitch = vi.fn();
			const ui = await openSwitcher({ onSwitch });
			const heard = hear(ui, "switch");
			const row = other(ui);
			row.focus();
			await kit.press("{Enter}");
			await until(() => expect(other(ui)).toHaveAttribute("aria-current", "true"));
			expect(ui.part("switch")).not.toHaveAttribute("aria-current");
			expect(document.activeElement).toBe(row);
			await until(() => expect(ui.text("status")).toContain("is the current account now"));
			expect(ui.text("menu-button")).toContain("Alina");
			expect(kit.server.at("/bsky/switch")[0]?.body).toEqual({ did: "did:plc:alina" });
			expect(onSwitch).toHaveBeenCalledExactlyOnceWith({ did: "did:plc:alina" });
			expect(heard).toEqual([{ did: "did:plc:alina" }]);
		});

		test("says why it can't", async () => {
			kit.server.refuse("/bsky/switch", "NOT_LINKED", 404);
			const ui = await openSwitcher();
			await userEvent.click(other(ui));
			await until(() => expect(ui.role("alert").textContent).toContain("No Bluesky account"));
			expect(ui.text("menu-button")).toContain("Alice");
		});

		test("follows the app's client", async () => {
			kit.server.signInWithTwo();
			kit.server.reply("/get-session", ({ answer }) => {
				const bskyDid = kit.server.at("/bsky/switch").at(-1)?.body?.did ?? SESSION.did;
				answer({ ...ERIN, session: { id: "s", bskyDid } });
			});
			const authClient = kit.driver.createAuthClient();
			const ui = await kit.open("BlueskyUser", { provider: { authClient } });
			await until(() => expect(ui.state("user")).toBe("signed-in"));
			await openMenu(ui);
			await until(() => expect(ui.all("switch")).toHaveLength(2));
			type Switcher = { switch(body: { did: string }): Promise<unknown> };
			await (authClient.bsky as Switcher).switch({ did: "did:plc:alina" });
			await until(() => expect(other(ui)).toHaveAttribute("aria-current", "true"));
			await userEvent.click(ui.part("switch"));
			await until(() => expect(ui.part("switch")).toHaveAttribute("aria-current", "true"));
			expect(kit.server.at("/bsky/switch")).toHaveLength(2);
		});
	});

	describe("BlueskyUser, what is no longer true", () => {
		const hearOfAnotherTab = () =>
			dispatchEvent(new StorageEvent("storage", { key: "better-auth.message" }));

		test("nobody is said to be signed out, once somebody is signed in without Bluesky", async () => {
			const ui = await kit.open("BlueskyUser", signedIn());
			await openMenu(ui);
			await userEvent.click(ui.part("sign-out"));
			await until(() => expect(ui.text("status")).toContain("signed out"));
			kit.server.signInWithEmail();
			hearOfAnotherTab();
			await until(() => expect(ui.state("user")).toBe("not-connected"));
			await until(() => expect(ui.text("status")).toBe(""));
		});

		test("no account is said to be the current one, once another one is", async () => {
			kit.server.signInWithTwo();
			const ui = await kit.open("BlueskyUser", signedIn());
			await openMenu(ui);
			await until(() => expect(ui.all("switch")).toHaveLength(2));
			kit.server.signIn({ ...SESSION, did: "did:plc:alina", displayName: "Alina" });
			await userEvent.click(ui.all("switch")[1] as HTMLElement);
			await until(() => expect(ui.text("status")).toContain("Alina"));
			kit.server.signIn();
			hearOfAnotherTab();
			await until(() => expect(ui.text("menu-button")).toContain("Alice"));
			await until(() => expect(ui.text("status")).toBe(""));
		});

		test("a sign-out that failed hides no later way to try again", async () => {
			kit.server.refuse("/sign-out", "INTERNAL_SERVER_ERROR", 500);
			const ui = await kit.open("BlueskyUser", signedIn());
			await openMenu(ui);
			await userEvent.click(ui.part("sign-out"));
			await until(() => expect(ui.alert).not.toBe(""));
			kit.server.signIn();
			hearOfAnotherTab();
			await until(() => expect(ui.alert).toBe(""));
			fails("/bsky/session");
			hearOfAnotherTab();
			await until(() => expect(ui.has("retry")).toBe(true));
		});

		test("an account is no choice, once it is disconnected in a list on the page", async () => {
			kit.server.signIn();
			kit.server.connect(...CHOICES);
			const props = signedIn();
			const ui = await kit.open("BlueskyUser", props);
			await openMenu(ui);
			await until(() => expect(ui.all("switch")).toHaveLength(2));
			const list = await kit.open("BlueskyAccounts", props);
			await until(() => expect(list.all("connected-account")).toHaveLength(2));
			kit.server.reply("/unlink-account", ({ answer }) => answer({ status: true }));
			list.all("disconnect")[1]?.click();
			await until(() => expect(list.has("question")).toBe(true));
			list.part("question").querySelector<HTMLElement>('[data-part="disconnect"]')?.click();
			await until(() => expect(list.all("connected-account")).toHaveLength(1));
			await until(() => expect(ui.has("switcher")).toBe(false));
		});
	});

	describe("the page that follows a sign-in", () => {
		const born = (seconds: number) => ({
			user: { ...ERIN.user, createdAt: new Date(0).toISOString() },
			session: { id: "s", createdAt: new Date(seconds * 1000).toISOString() },
		});

		test.each([
			[2, true],
			[60, false],
		])(
			"tells who has come, %i seconds after they were made: new %s",
			async (seconds, isNewUser) => {
				comeBack("sign-in");
				kit.server.reply("/get-session", ({ answer }) => answer(born(seconds)));
				const heard: unknown[] = [];
				document.addEventListener("bsky:success", (event) =>
					heard.push((event as CustomEvent).detail),
				);
				const onSuccess = vi.fn();
				await kit.open("BlueskyUser", { ...signedIn(), onSuccess });
				await until(() => expect(onSuccess).toHaveBeenCalled());
				expect(onSuccess).toHaveBeenCalledExactlyOnceWith({ did: "did:plc:alice", isNewUser });
				expect(heard).toEqual([{ did: "did:plc:alice", isNewUser }]);
				expect(sessionStorage.getItem(TRIP)).toBeNull();
			},
		);

		test("tells of a connection, once, the option of the provider as well", async () => {
			comeBack("connect");
			const onConnect = vi.fn();
			const provider = { ...here(), session: SESSION, onConnect };
			await kit.open("BlueskyUser", { provider });
			await until(() => expect(onConnect).toHaveBeenCalled());
			await rest(50);
			expect(onConnect).toHaveBeenCalledExactlyOnceWith({ did: "did:plc:alice" });
			expect(kit.server.asked).toEqual([]);
		});

		test("the provider tells it, where no component does", async () => {
			comeBack("connect");
			const onConnect = vi.fn();
			await kit.open("SessionProbe", { provider: { ...here(), session: SESSION, onConnect } });
			await until(() => expect(onConnect).toHaveBeenCalledTimes(1));
		});

		test("a component tells it where there is one, though the provider waits for the same answer", async () => {
			comeBack("sign-in");
			kit.server.hold("/bsky/session");
			const onSuccess = vi.fn();
			const ui = await kit.open("BlueskyUser", { provider: here(), onSuccess });
			const heard = hear(ui, "success");
			await until(() => expect(kit.server.at("/bsky/session")).toHaveLength(1));
			// The provider follows the trip by now.
			await rest(300);
			kit.server.at("/bsky/session")[0]?.answer(SESSION);
			await until(() => expect(onSuccess).toHaveBeenCalledTimes(1));
			expect(heard).toHaveLength(1);
		});

		test("has the form say beside its button what has failed", async () => {
			comeBack("sign-in", "?error=access_denied");
			const provider = { ...here(), session: null };
			const ui = await kit.open("BlueskyUser", { provider, signIn: true });
			await until(() => expect(ui.role("alert").textContent).toContain("cancelled"));
			expect(ui.input).not.toBeVisible();
			expect(location.search).toBe("");
		});

		test.each([
			["ended", ENDED],
			["without Bluesky", NOT_LINKED],
		])("says in the menu what has failed: %s", async (_, session) => {
			comeBack("connect", "?error=access_denied");
			const onConnect = vi.fn();
			const provider = { ...here(), session, user: ERIN.user };
			const ui = await kit.open("BlueskyUser", { provider, onConnect });
			await openMenu(ui);
			await until(() => expect(ui.role("alert").textContent).toContain("cancelled"));
			expect(location.search).toBe("");
			expect(sessionStorage.getItem(TRIP)).toBeNull();
			expect(onConnect).not.toHaveBeenCalled();
		});

		test("leaves a failure in the URL that isn't ours", async () => {
			comeBack("connect", "?error=elsewhere");
			await kit.open("BlueskyUser", signedIn());
			await until(() => expect(sessionStorage.getItem(TRIP)).toBeNull());
			expect(location.search).toBe("?error=elsewhere");
		});

		test("is told nothing where nobody has come", async () => {
			comeBack("sign-in");
			const onSuccess = vi.fn();
			const provider = { ...here(), session: null };
			await kit.open("BlueskyUser", { provider, onSuccess, signIn: true });
			await until(() => expect(sessionStorage.getItem(TRIP)).toBeNull());
			expect(onSuccess).not.toHaveBeenCalled();
		});
	});
}
