import { en } from "@better-auth-bsky/client/labels";
import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { PACKS } from "../kit/packs.ts";
import { PDS_URL } from "../kit/server.ts";
import { until } from "../kit/ui.ts";

/** Ways to use the sign-in: as a dialog, as a button, controlled, in other words. */
export function ways(kit: Kit): void {
	describe("as a dialog", () => {
		test("with accounts used before has the focus on the first of them", async () => {
			const kept = [{ handle: "alice.bsky.social" }, { handle: "bob.example" }];
			localStorage.setItem("better-auth-bsky.accounts", JSON.stringify(kept));
			const ui = await kit.open("BlueskySignIn", { as: "dialog", remember: true });
			await until(() => expect(ui.all("account")).toHaveLength(2));
			ui.part("open").focus();
			await kit.press("{Enter}");
			await until(() => expect(document.activeElement).toBe(ui.part("account")));
			await kit.press("{Escape}");
			await until(() => expect(document.activeElement).toBe(ui.part("open")));
		});

		test("a button opens the form, Escape closes it, and the focus is where it was", async () => {
			const ui = await kit.open("BlueskySignIn", { as: "dialog" });
			const button = ui.role("button", "Sign in with Bluesky") as HTMLElement;
			expect(button).toHaveAttribute("aria-haspopup", "dialog");
			expect(ui.input).not.toBeVisible();
			button.focus();
			await kit.press("{Enter}");
			await until(() => expect(ui.role("dialog", "Sign in with Bluesky")).toBeVisible());
			expect(document.activeElement).toBe(ui.input);
			expect(kit.server.asked).toEqual([]);
			await kit.press("{Escape}");
			await until(() => expect(ui.input).not.toBeVisible());
			expect(document.activeElement).toBe(button);
		});

		test("its own button and a press beside it close it", async () => {
			const ui = await kit.open("BlueskySignIn", { as: "dialog" });
			await userEvent.click(ui.part("open"));
			await userEvent.click(ui.role("button", "Close"));
			await until(() => expect(ui.input).not.toBeVisible());
			await userEvent.click(ui.part("open"));
			await until(() => expect(ui.input).toBeVisible());
			await userEvent.click(ui.part("dialog"), { position: { x: 4, y: 4 } });
			expect(ui.input).toBeVisible();
			const outside = document.elementFromPoint(5, 5);
			expect(outside).toBe(ui.part("dialog"));
			await userEvent.click(ui.part("dialog"), { position: { x: -20, y: -20 }, force: true });
			await until(() => expect(ui.input).not.toBeVisible());
		});

		test("moved while it was open it is closed, and opens again", async () => {
			const ui = await kit.open("BlueskySignIn", { as: "dialog" });
			await userEvent.click(ui.part("open"));
			await until(() => expect(ui.input).toBeVisible());
			document.body.appendChild(document.createElement("main")).append(ui.container);
			await until(() => expect(ui.input).not.toBeVisible());
			await userEvent.click(ui.part("open"));
			await until(() => expect(ui.input).toBeVisible());
			expect(ui.part("dialog").matches(":modal")).toBe(true);
			await kit.press("{Escape}");
			await until(() => expect(ui.input).not.toBeVisible());
		});

		test("signs in, and what was begun ends with it", async () => {
			kit.server.hold("/bsky/sign-in");
			const ui = await kit.open("BlueskySignIn", { as: "dialog" });
			await userEvent.click(ui.part("open"));
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.state("root")).toBe("submitting"));
			await kit.press("{Escape}");
			await until(() => expect(ui.state("root")).toBe("idle"));
			expect(kit.server.at("/bsky/sign-in")[0]?.signal?.aborted).toBe(true);
			kit.server.reply("/bsky/sign-in", ({ answer }) => answer({ url: PDS_URL }));
			await userEvent.click(ui.part("open"));
			await kit.press("{Enter}");
			await until(() => expect(kit.left).toEqual([PDS_URL]));
		});

		test("the first Escape belongs to the list", async () => {
			const ui = await kit.open("BlueskySignIn", { as: "dialog" });
			await userEvent.click(ui.part("open"));
			await kit.suggest(ui);
			await kit.press("{Escape}");
			await until(() => expect(ui.state("list")).toBe("closed"));
			expect(ui.input).toBeVisible();
		});
	});

	describe("as a button", () => {
		test("it signs in at Bluesky, and has no field", async () => {
			const ui = await kit.open("BlueskySignIn", { as: "button", callbackURL: "/welcome" });
			expect(ui.has("input")).toBe(false);
			await userEvent.click(ui.role("button", "Continue with Bluesky"));
			await until(() => expect(ui.state("root")).toBe("redirecting"));
			expect(kit.left).toEqual([PDS_URL]);
			expect(kit.server.asked[0]?.body).toMatchObject({
				handle: "https://bsky.social",
				callbackURL: "/welcome",
			});
		});

		test.each(["form", "dialog", "button"] as const)("the app's own one, as a %s", async (as) => {
			const ui = await kit.open("BlueskySignIn", { as, ownButton: "Let me in" });
			const button = ui.role("button", "Let me in");
			expect(button).toHaveClass("own");
			expect(button.tagName).toBe("BUTTON");
			if (as === "form") await kit.type(ui, "alice.bsky.social");
			await userEvent.click(button);
			if (as === "dialog") await until(() => expect(ui.input).toBeVisible());
			else await until(() => expect(kit.left).toEqual([PDS_URL]));
		});
	});

	describe("the text of the field", () => {
		test("begins with the default", async () => {
			const ui = await kit.open("BlueskySignIn", { defaultValue: "alice.bsky.social" });
			expect(ui.input.value).toBe("alice.bsky.social");
			await ui.update({ defaultValue: "another" });
			expect(ui.input.value).toBe("alice.bsky.social");
		});

		test("is told to the app, picked ones too", async () => {
			const told: string[] = [];
			const ui = await kit.open("BlueskySignIn", { onValueChange: (value) => told.push(value) });
			await kit.suggest(ui);
			await kit.press("{ArrowDown}{Enter}");
			await until(() => expect(told).toEqual(["a", "al", "ali", "alice.bsky.social"]));
		});

		test("is the app's, where it says so", async () => {
			const told: string[] = [];
			const ui = await kit.open("BlueskySignIn", {
				value: "",
				onValueChange(value) {
					told.push(value);
					// An app that wants small letters, and five at most.
					void ui.update({ value: value.toLowerCase().slice(0, 5) });
				},
			});
			await kit.type(ui, "ALICE");
			await until(() => expect(ui.input.value).toBe("alice"));
			await kit.type(ui, "x");
			await until(() => expect(ui.input.value).toBe("alice"));
			expect(told.at(-1)).toBe("alicex");
			await ui.update({ value: "bob.test" });
			await until(() => expect(ui.input.value).toBe("bob.test"));
			await kit.press("{Enter}");
			await until(() => expect(kit.left).toHaveLength(1));
			expect(kit.server.at("/bsky/sign-in")[0]?.body?.handle).toBe("bob.test");
		});

		test("is the app's, even if that does nothing", async () => {
			const ui = await kit.open("BlueskySignIn", { value: "fixed.test" });
			await kit.type(ui, "x");
			await until(() => expect(ui.input.value).toBe("fixed.test"));
		});
	});

	describe("labels", () => {
		test.each(PACKS.map((labels) => [labels.locale, labels] as const))(
			"%s: nothing stays English",
			async (_, labels) => {
				const ui = await kit.open("BlueskySignIn", { labels });
				ui.role("combobox", labels.handle);
				ui.role("button", labels.continue);
				ui.role("button", labels.continueWithBluesky);
				await userEvent.click(ui.role("button", labels.useServer));
				await until(() => ui.role("textbox", labels.server));
				ui.role("button", labels.useHandle);
				await kit.press("{Enter}");
				await until(() => expect(ui.text("error")).toBe(labels.errors.SERVER_INVALID));
				for (const text of Object.values(en)) {
					if (typeof text !== "string" || text.length < 12 || text.includes("{")) continue;
					if (Object.values(labels).includes(text)) continue;
					expect(ui.container.textContent).not.toContain(text);
				}
			},
		);

		test("those of a component come over those of the app, and they can change", async () => {
			const ui = await kit.open("BlueskySignIn", {
				provider: { labels: { continue: "App's", handle: "App's handle" } },
				labels: { continue: "Own" },
			});
			ui.role("button", "Own");
			ui.role("combobox", "App's handle");
			await ui.update({ labels: { continue: "Other" } });
			await until(() => ui.role("button", "Other"));
		});

		test("an error code of the app's own has the app's own sentence", async () => {
			kit.server.refuse("/bsky/sign-in", "NOT_INVITED", 403);
			const ui = await kit.open("BlueskySignIn", {
				labels: { errors: { NOT_INVITED: "Ask for an invitation." } },
			});
			await kit.type(ui, "alice.bsky.social{Enter}");
			await until(() => expect(ui.alert).toContain("Ask for an invitation."));
		});
	});
}
