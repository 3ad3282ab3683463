import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { ComponentName, Components, UserProps } from "../driver.ts";
import type { Kit } from "../kit/kit.ts";
import { SESSION } from "../kit/people.ts";
import { type Ui, until } from "../kit/ui.ts";

type Case = { [N in ComponentName]: [title: string, name: N, props: Components[N]] }[ComponentName];

const CASES: Case[] = [
	["a form", "BlueskySignIn", {}],
	["a form with everything", "BlueskySignIn", { remember: true, defaultValue: "alice.test" }],
	["a form with a failure", "BlueskySignIn", { error: "access_denied" }],
	["a dialog", "BlueskySignIn", { as: "dialog" }],
	["a button", "BlueskySignIn", { as: "button" }],
	["an own button", "BlueskySignIn", { ownButton: "Let me in" }],
	["own markup", "CustomSignIn", {}],
	["somebody signed in", "BlueskyUser", { provider: { session: SESSION }, extra: "Settings" }],
	["nobody signed in", "BlueskyUser", { provider: { session: null }, signIn: true }],
	["nobody knows who", "BlueskyUser", { signIn: true }],
	["connected accounts", "BlueskyAccounts", {}],
	[
		"what is granted",
		"BlueskyScopeGate",
		{ scope: "atproto", text: "Post", provider: { session: SESSION } },
	],
	[
		"what isn't granted",
		"BlueskyScopeGate",
		{ scope: "repo:a.b.c", text: "Post", provider: { session: SESSION } },
	],
	["the session", "SessionProbe", { provider: { session: SESSION } }],
	["a whole page", "Page", { provider: { session: null, theme: "dark" } }],
];

/** What the browser would send without a script: where to, and the fields. */
function send(button: Element) {
	let sent: { url: string; method: string; target: string; fields: object } | undefined;
	const take = (event: SubmitEvent) => {
		event.preventDefault();
		const form = event.target as HTMLFormElement;
		sent = {
			url: new URL(form.action).pathname,
			method: form.method,
			target: form.target,
			fields: Object.fromEntries(new FormData(form, event.submitter)),
		};
	};
	addEventListener("submit", take);
	(button as HTMLElement).click();
	removeEventListener("submit", take);
	return sent;
}

/** What there was to be seen until the answer is called, each once. */
function watchFrames(look: () => string | undefined) {
	const seen = new Set<string | undefined>();
	const frame = () => new Promise(requestAnimationFrame).then(() => seen.add(look()));
	let going = true;
	const done = (async () => {
		while (going) await frame();
	})();
	return async () => {
		going = false;
		await done;
		return [...seen];
	};
}

const ids = (ui: Ui) => [...ui.container.querySelectorAll("[id]")].map(({ id }) => id);

export function rendering(kit: Kit): void {
	describe("without JavaScript", () => {
		const props = { callbackURL: "/in", errorCallbackURL: "/out", requestSignUp: true };
		const fields = { callbackURL: "/in", errorCallbackURL: "/out", requestSignUp: "true" };
		// No server shows its page in a frame: the whole tab leaves.
		const form = { url: "/api/auth/bsky/sign-in", method: "post", target: "_top" };

		test("the form sends the handle, and where to go afterwards", async () => {
			const ui = await kit.serve("BlueskySignIn", props);
			expect(ui.role("textbox", "Bluesky handle")).toBe(ui.input);
			expect(send(ui.role("button", "Continue"))).toBeUndefined();
			expect(ui.input.validity.valueMissing).toBe(true);
			ui.input.value = "alice.test";
			expect(send(ui.role("button", "Continue"))).toEqual({
				...form,
				fields: { ...fields, username: "alice.test" },
			});
		});

		test("Continue with Bluesky needs no handle", async () => {
			const ui = await kit.serve("BlueskySignIn", props);
			const sent = send(ui.role("button", "Continue with Bluesky"));
			expect(sent).toEqual({
				...form,
				fields: { ...fields, handle: "https://bsky.social" },
			});
		});

		test("Enter in the field sends the field", async () => {
			const ui = await kit.serve("BlueskySignIn", props);
			ui.input.value = "alice.test";
			const button = ui.form.querySelector("button");
			expect(button).toBe(ui.part("submit"));
			expect(ui.form.contains(ui.part("continue"))).toBe(false);
		});

		test("a newcomer creates an account", async () => {
			const ui = await kit.serve("BlueskySignIn", { ...props, signUp: "https://pds.test" });
			expect(send(ui.part("create"))).toEqual({
				...form,
				fields: { ...fields, handle: "https://pds.test", prompt: "create" },
			});
		});

		test.each(["dialog", "button"] as const)("the button of a %s signs in", async (as) => {
			const ui = await kit.serve("BlueskySignIn", { ...props, as });
			expect(send(ui.roles("button")[0] as Element)).toEqual({
				...form,
				fields: { ...fields, handle: "https://bsky.social" },
			});
		});

		test("what needs a script isn't offered", async () => {
			const ui = await kit.serve("BlueskySignIn", {});
			expect(ui.part("mode")).not.toBeVisible();
			expect(ui.roles("combobox")).toEqual([]);
		});

		test("a failure is shown", async () => {
			const ui = await kit.serve("BlueskySignIn", { error: "access_denied" });
			expect(ui.alert).toContain("cancelled");
		});

		test("better-auth is found elsewhere, if it is there", async () => {
			const provider = { baseURL: "/elsewhere" };
			const ui = await kit.serve("BlueskySignIn", { provider, as: "button" });
			expect(send(ui.role("button"))?.url).toBe("/elsewhere/bsky/sign-in");
		});

		test("the menu of the signed-in person opens", async () => {
			const ui = await kit.serve("BlueskyUser", {
				provider: { session: SESSION },
				extra: "Settings",
			});
			await userEvent.click(ui.part("menu-button"));
			expect(ui.role("link", "Settings")).toBeVisible();
		});
	});

	describe("the session that the server knows", () => {
		test("is that of one request, whatever the others render", async () => {
			const baseURL = kit.place();
			const sessions = [SESSION, null, { ...SESSION, handle: "bob.example" }, undefined];
			const uis = await Promise.all(
				sessions.map((session) => kit.serve("SessionProbe", { provider: { baseURL, session } })),
			);
			expect(uis.map((ui) => `${ui.state("probe")} ${ui.text("probe")}`.trim())).toEqual([
				"signed-in alice.bsky.social",
				"signed-out",
				"signed-in bob.example",
				"pending",
			]);
		});

		test("goes for parts of the page that it wasn't told to", async () => {
			const baseURL = kit.place();
			kit.server.hold("/bsky/session");
			const first = await kit.serve("SessionProbe", { provider: { baseURL } });
			const provider = { baseURL, session: SESSION };
			const second = await kit.serve("SessionProbe", { provider });
			await kit.hydrate(first.container, "SessionProbe", { provider: { baseURL } });
			const painted = watchFrames(() => second.state("probe"));
			await kit.hydrate(second.container, "SessionProbe", { provider });
			await until(() => expect(first.text("probe")).toBe("alice.bsky.social"));
			expect(await painted()).toEqual(["signed-in"]);
		});

		test("needs no request, whichever part comes to life first", async () => {
			const baseURL = kit.place();
			const props = { provider: { baseURL, session: SESSION } };
			const parts = await Promise.all([
				kit.serve("SessionProbe", props),
				kit.serve("BlueskyUser", props),
			]);
			await kit.hydrate(parts[0].container, "SessionProbe", props);
			await kit.hydrate(parts[1].container, "BlueskyUser", props);
			expect(parts[0].state("probe")).toBe("signed-in");
			expect(parts[1].state("user")).toBe("signed-in");
			expect(kit.server.asked).toEqual([]);
		});
	});

	describe("hydration", () => {
		test.each(CASES)("of %s: nothing is complained about, nothing replaced", async (...one) => {
			const [, name, { provider, ...rest }] = one as [string, "BlueskyUser", UserProps];
			const props = { ...rest, provider: { ...provider, baseURL: kit.place() } };
			kit.server.hold("/bsky/session");
			const { container } = await kit.serve(name, props);
			const before = [...container.querySelectorAll("*")];
			const ui = await kit.hydrate(container, name, props);
			const now = new Set(ui.container.querySelectorAll("*"));
			expect(before.filter((element) => !now.has(element))).toEqual([]);
			expect(new Set(ids(ui)).size).toBe(ids(ui).length);
		});

		test("what was typed before stays, and the form comes to life", async () => {
			const { container, input: before } = await kit.serve("BlueskySignIn");
			before.focus();
			await kit.press("ali");
			const ui = await kit.hydrate(container, "BlueskySignIn", {});
			await until(() => expect(ui.input.value).toBe("ali"));
			expect(ui.input).toBe(before);
			expect(document.activeElement).toBe(before);
			await kit.type(ui, "c");
			await until(() => expect(ui.state("list")).toBe("open"));
			await kit.press("{ArrowDown}{Enter}{Enter}");
			await until(() => expect(kit.left).toHaveLength(1));
		});
	});

	describe("hydration of a field with the focus", () => {
		test("keeps what was typed over the server's text, and the next letters suggest", async () => {
			const props = { defaultValue: "bob.example" };
			const { container, input: before } = await kit.serve("BlueskySignIn", props);
			before.focus();
			before.select();
			await kit.press("al");
			const told: string[] = [];
			const onValueChange = (value: string) => told.push(value);
			const ui = await kit.hydrate(container, "BlueskySignIn", { ...props, onValueChange });
			await until(() => expect(ui.input.value).toBe("al"));
			expect(ui.input).toBe(before);
			expect(told).toEqual(["al"]);
			await kit.press("i");
			await until(() => expect(ui.state("list")).toBe("open"));
			expect(ui.input.value).toBe("ali");
		});
	});

	describe("several on a page", () => {
		test("have ids of their own, and lives of their own", async () => {
			const ui = await kit.open("Page");
			expect(new Set(ids(ui)).size).toBe(ids(ui).length);
			const [first, second] = ui.all("input") as [HTMLInputElement, HTMLInputElement];
			second.focus();
			await kit.press("ali");
			await until(() => expect(ui.all("list", "open")).toHaveLength(1));
			expect(first.value).toBe("");
			expect(first.form?.contains(ui.part("list", "open"))).toBe(false);
			const labels = ui.all("label") as HTMLLabelElement[];
			expect(labels.map(({ control }) => control)).toEqual([first, second]);
		});
	});
}
