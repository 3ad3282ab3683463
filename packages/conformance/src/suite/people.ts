import { describe, expect, test } from "vitest";
import type { Kit } from "../kit/kit.ts";
import { until } from "../kit/ui.ts";

/** Whoever is recognised, and networks that are slow, wrong or out of order. */
export function people(kit: Kit): void {
	describe("recognising people", () => {
		test("a complete handle shows whose it is", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social");
			await until(() => expect(ui.state("person")).toBe("known"));
			expect(ui.text("person")).toContain("Alice Ångström");
			await kit.press("{Escape}");
			await until(() =>
				expect(ui.role("status").textContent).toContain("Signing in as Alice Ångström"),
			);
			expect(ui.input).toHaveAccessibleDescription(/Alice Ångström/);
			await kit.press("x");
			await until(() => expect(ui.has("person")).toBe(false));
		});

		test("a face without a picture has initials on a colour of its own", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.suggest(ui);
			const avatars = ui.all("face").filter((face) => face.closest("li"));
			expect(avatars.map(({ textContent }) => textContent)).toEqual(["AÅ", "A", "AS", "ع"]);
			expect(new Set(avatars.map(({ dataset }) => dataset.hue)).size).toBeGreaterThan(1);
			expect(ui.roles("img")).toEqual([]);
			const { width, height } = avatars[0]?.getBoundingClientRect() ?? {};
			expect([width, height]).toEqual([36, 36]);
			expect(ui.part("name").getBoundingClientRect().left).toBeGreaterThanOrEqual(
				avatars[0]?.getBoundingClientRect().right ?? 0,
			);
		});

		test("without a list, only complete handles are asked for", async () => {
			const ui = await kit.open("BlueskySignIn", { suggestions: "person" });
			expect(ui.role("textbox", "Bluesky handle")).toBe(ui.input);
			await kit.type(ui, "alice");
			await new Promise((resolve) => setTimeout(resolve, 250));
			expect(kit.server.asked).toEqual([]);
			await kit.type(ui, ".bsky.social");
			await until(() => expect(ui.state("person")).toBe("known"));
			expect(ui.has("list")).toBe(false);
		});

		test("an answer that comes late belongs to nobody", async () => {
			kit.server.hold("/bsky/typeahead");
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "al");
			await until(() => expect(kit.server.asked).toHaveLength(1));
			await kit.type(ui, "i");
			await until(() => expect(kit.server.asked).toHaveLength(2));
			const [first, second] = kit.server.asked;
			expect(first?.signal?.aborted).toBe(true);
			second?.answer({ actors: [{ handle: "second.example" }] });
			await until(() => expect(ui.text("list")).toContain("second.example"));
			first?.answer({ actors: [{ handle: "first.example" }] });
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(ui.text("list")).not.toContain("first.example");
		});

		test.each([
			["offline", (kit: Kit) => kit.server.reply("/bsky/typeahead", ({ fail }) => fail())],
			["busy", (kit: Kit) => kit.server.refuse("/bsky/typeahead", "TOO_MANY_REQUESTS", 429)],
			[
				"talking nonsense",
				(kit: Kit) =>
					kit.server.reply("/bsky/typeahead", ({ answer }) => answer({ actors: [null, { x: 1 }] })),
			],
		])("a server that is %s costs the suggestions, nothing else", async (_, arrange) => {
			arrange(kit);
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social");
			await until(() => expect(kit.server.at("/bsky/typeahead")).not.toHaveLength(0));
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(ui.text("error")).toBe("");
			await kit.press("{Enter}");
			await until(() => expect(kit.left).toHaveLength(1));
		});
	});

	describe("the network while signing in", () => {
		test("offline is said so", async () => {
			kit.server.reply("/bsky/sign-in", ({ fail }) => fail());
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.alert).toContain("offline"));
		});

		test("an answer that leads nowhere is a failure", async () => {
			kit.server.reply("/bsky/sign-in", ({ answer }) => answer({ url: "javascript:alert(1)" }));
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.alert).toContain("That didn’t work"));
			expect(kit.left).toEqual([]);
		});

		test("suggestions that come during a sign-in open nothing", async () => {
			kit.server.hold("/bsky/typeahead");
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskySignIn");
			await kit.type(ui, "ali");
			const last = await kit.lastAsked("ali");
			await kit.press("{Enter}");
			await until(() => expect(ui.state("root")).toBe("submitting"));
			last.answer({ actors: [{ handle: "ali.example.com" }] });
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(ui.state("list")).toBe("closed");
		});
	});
}
