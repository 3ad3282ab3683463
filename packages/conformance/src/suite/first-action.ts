/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { PDS_URL } from "../kit/server.ts";
import { rest, type Ui, until } from "../kit/ui.ts";

/** The buttons that are filled. */
const filled = (ui: Ui) =>
	[...ui.container.querySelectorAll<HTMLElement>('[data-variant="primary"]')]
		.filter((one) => one.checkVisibility())
		.map(({ dataset }) => dataset.part);

/** What to press first, and what the pressed one says. */
export function firstAction(kit: Kit): void {
	const bodies = () => kit.server.at("/bsky/sign-in").map(({ body }) => body);

	describe("one clear first action", () => {
		test("the butterfly first, and the field as soon as something is typed", async () => {
			const ui = await kit.open("BlueskySignIn");
			expect(filled(ui)).toEqual(["continue"]);
			await kit.type(ui, "a");
			await until(() => expect(filled(ui)).toEqual(["submit"]));
			await kit.press("{Backspace}");
			await until(() => expect(filled(ui)).toEqual(["continue"]));
			await userEvent.click(ui.part("mode"));
			await until(() => expect(filled(ui)).toEqual(["submit"]));
		});

		test("or the field first, for apps that put the Atmosphere first", async () => {
			const ui = await kit.open("BlueskySignIn", { primary: "handle" });
			expect(filled(ui)).toEqual(["submit"]);
			const order = ui.input.compareDocumentPosition(ui.part("continue"));
			expect(order & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
		});

		test("what was pressed speaks, with where, and has a ring; the others step back", async () => {
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice");
			await userEvent.click(ui.part("continue"));
			await until(() => expect(ui.text("continue")).toBe("Finding your account…"));
			expect(filled(ui)).toEqual(["continue"]);
			expect(ui.part("continue").querySelector('[data-part="ring"]')).not.toBeNull();
			expect(ui.state("submit")).toBe("waiting");
			expect(ui.part("submit")).toHaveAttribute("aria-disabled", "true");
			kit.server.at("/bsky/sign-in")[0]?.answer({ url: PDS_URL });
			await until(() => expect(ui.text("continue")).toBe("Taking you to pds.example…"));
			expect(ui.role("status").textContent).toBe("Taking you to pds.example…");
		});

		test("what takes long can be cancelled, and the focus goes back to it", async () => {
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskySignIn");
			await userEvent.click(ui.part("continue"));
			await until(() => expect(ui.state("root")).toBe("submitting"));
			expect(ui.has("cancel")).toBe(false);
			await rest(3000);
			await until(() => expect(ui.has("cancel")).toBe(true));
			await userEvent.click(ui.role("button", "Cancel"));
			await until(() => expect(ui.state("root")).toBe("idle"));
			expect(document.activeElement).toBe(ui.part("continue"));
			expect(kit.server.at("/bsky/sign-in")[0]?.signal?.aborted).toBe(true);
		});

		test.each([
			["sign-in", {}, "Sign in", "Continue with Bluesky", undefined],
			[
				"sign-in",
				{ appName: "Bluebell" },
				"Sign in to Bluebell",
				"Continue with Bluesky",
				undefined,
			],
			["connect", { intent: "connect" }, "Connect your Bluesky account", "Connect Bluesky", true],
			[
				"reconnect",
				{ intent: "reconnect", defaultValue: "alice.test" },
				"Reconnect @alice.test",
				"Reconnect",
				true,
			],
		] as const)("its words are by what it is for: %s %o", async (_, props, title, button, link) => {
			const ui = await kit.open("BlueskySignIn", props);
			expect(ui.text("title")).toBe(title);
			await userEvent.click(ui.role("button", button));
			await until(() => expect(bodies()[0]?.link).toBe(link));
		});

		test("who connects an account hears that they stay signed in", async () => {
			const ui = await kit.open("BlueskySignIn", { intent: "connect", signedInAs: "Erin" });
			expect(ui.text("subtitle")).toBe("You stay signed in as Erin.");
			await ui.update({ signedInAs: "" });
			await until(() => expect(ui.has("subtitle")).toBe(false));
		});

		test("no title, where the app has its own", async () => {
			const ui = await kit.open("BlueskySignIn", { title: false });
			expect(ui.has("title")).toBe(false);
			await ui.update({ title: "Come in" });
			await until(() => expect(ui.text("title")).toBe("Come in"));
		});
	});

	describe("people without an account", () => {
		const describe_ = (more: object) =>
			kit.server.reply("/bsky/server", ({ query, answer }) =>
				answer({ url: query.url, signUp: true, userDomains: [], ...more }),
			);

		test("create one at the server that says so", async () => {
			const ui = await kit.open("BlueskySignIn");
			await until(() => expect(ui.state("sign-up")).toBe("offered"));
			expect(kit.server.at("/bsky/server").map(({ query }) => query.url)).toEqual([
				"https://bsky.social",
			]);
			await userEvent.click(ui.role("button", "Create an account"));
			await until(() => expect(kit.left).toEqual([PDS_URL]));
			expect(bodies()).toEqual([
				expect.objectContaining({ handle: "https://bsky.social", prompt: "create" }),
			]);
		});

		test("are offered nothing by a server that doesn't", async () => {
			describe_({ signUp: false });
			const ui = await kit.open("BlueskySignIn");
			await until(() => expect(ui.has("sign-up")).toBe(false));
		});

		test("see nothing until that is known, and nothing where it can't be", async () => {
			kit.server.hold("/bsky/server");
			const ui = await kit.open("BlueskySignIn");
			expect(ui.part("create")).not.toBeVisible();
			kit.server.at("/bsky/server")[0]?.answer({ code: "SERVER_UNREACHABLE" }, 503);
			await until(() => expect(ui.has("sign-up")).toBe(false));
		});

		test("learn before the trip what a server asks for", async () => {
			describe_({
				inviteCodeRequired: true,
				termsOfService: "https://pds.test/terms",
				privacyPolicy: "javascript:alert(1)",
			});
			const ui = await kit.open("BlueskySignIn", { signUp: "https://pds.test" });
			await until(() => expect(ui.state("sign-up")).toBe("offered"));
			await userEvent.click(ui.part("sign-up").querySelector("summary") as Element);
			expect(ui.text("sign-up")).toContain("pds.test asks for an invite code.");
			expect(ui.role("link", "Terms of service")).toHaveAttribute("href", "https://pds.test/terms");
			expect(ui.roles("link")).toHaveLength(1);
		});

		test("choose among several servers, the first one first", async () => {
			kit.server.reply("/bsky/server", ({ query, answer }) =>
				answer({ url: query.url, signUp: query.url !== "https://b.test", userDomains: [] }),
			);
			const ui = await kit.open("BlueskySignIn", {
				signUp: ["https://a.test", "https://b.test", "https://c.test"],
			});
			await until(() => expect(ui.all("create")).toHaveLength(2));
			await userEvent.click(ui.part("sign-up").querySelector("summary") as Element);
			expect(ui.all("create").map(({ textContent }) => textContent)).toEqual([
				"Create an account at a.test",
				"Create an account at c.test",
			]);
			await userEvent.click(ui.role("button", "Create an account at c.test"));
			await until(() => expect(bodies()[0]).toMatchObject({ handle: "https://c.test" }));
		});

		test("are asked for by no form that nobody sees", async () => {
			const ui = await kit.open("BlueskySignIn", { as: "dialog" });
			await rest(50);
			expect(kit.server.at("/bsky/server")).toEqual([]);
			await userEvent.click(ui.part("open"));
			await until(() => expect(kit.server.at("/bsky/server")).toHaveLength(1));
		});
	});

	describe("the app hears", () => {
		test("of everything, by options and by DOM events", async () => {
			const heard: unknown[] = [];
			const seen: string[] = [];
			const names = ["start", "redirect", "error", "suggestion-pick"];
			const onEvent = (event: Event) =>
				seen.push(`${event.type} ${JSON.stringify((event as CustomEvent).detail)}`);
			for (const name of names) document.addEventListener(`bsky:${name}`, onEvent);
			const ui = await kit.open("BlueskySignIn", {
				onStart: (detail) => heard.push(["start", detail]),
				onRedirect: (detail) => heard.push(["redirect", detail]),
				onError: (detail) => heard.push(["error", detail]),
				onSuggestionPick: (detail) => heard.push(["suggestion-pick", detail]),
			});
			kit.server.refuse("/bsky/sign-in", "SERVER_UNREACHABLE", 503);
			await userEvent.click(ui.part("continue"));
			await until(() => expect(ui.has("retry")).toBe(true));
			kit.server.reply("/bsky/sign-in", ({ answer }) => answer({ url: PDS_URL }));
			await kit.suggest(ui);
			await userEvent.click(ui.part("option"));
			await until(() => expect(kit.left).toHaveLength(1));
			for (const name of names) document.removeEventListener(`bsky:${name}`, onEvent);
			const expected = [
				["start", { via: "continue", server: "https://bsky.social" }],
				["error", { code: "SERVER_UNREACHABLE" }],
				["suggestion-pick", { handle: "alice.bsky.social", did: "did:plc:alice" }],
				["start", { via: "handle" }],
				["redirect", { url: PDS_URL }],
			];
			expect(heard).toEqual(expected);
			expect(seen).toEqual(
				expected.map(([name, detail]) => `bsky:${name} ${JSON.stringify(detail)}`),
			);
		});
	});
}
