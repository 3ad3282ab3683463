/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import { afterEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { onlyInChromium, prefer } from "../kit/browser.ts";
import type { Kit } from "../kit/kit.ts";
import { SESSION } from "../kit/people.ts";
import { TAILWIND, wear } from "../kit/shadcn.ts";
import { openMenu, STATES, show } from "../kit/states.ts";
import { finishAnimations, rest, type SeenPart, type Ui, until } from "../kit/ui.ts";

/** Where the parts that stay are, to a tenth of a pixel. */
const places = (ui: Ui, names: SeenPart[]) =>
	Object.fromEntries(
		names.map((name) => {
			const { left, top, width, height } = ui.part(name).getBoundingClientRect();
			return [name, [left, top, width, height].map((n) => Math.round(n * 10) / 10)];
		}),
	);

/** How the components look with our stylesheet, beside others, and without. */
export function looks(kit: Kit): void {
	test("nothing moves from the idle form to suggestions, a sign-in and a failure", async () => {
		const stay: SeenPart[] = ["root", "label", "input", "submit", "continue", "mode"];
		const ui = await kit.open("BlueskySignIn");
		const idle = places(ui, stay);
		await kit.suggest(ui);
		expect(places(ui, stay)).toEqual(idle);
		await kit.press("{ArrowDown}{Enter}");
		await until(() => expect(ui.state("person")).toBe("known"));
		expect(places(ui, stay)).toEqual(idle);
		kit.server.hold("/bsky/sign-in");
		await kit.press("{Enter}");
		await until(() => expect(ui.state("root")).toBe("submitting"));
		expect(places(ui, stay)).toEqual(idle);
		kit.server.at("/bsky/sign-in")[0]?.answer({ code: "HANDLE_NOT_FOUND" }, 404);
		await until(() => expect(ui.state("root")).toBe("failed"));
		expect(places(ui, stay)).toEqual(idle);
	});

	test.each([
		["", async () => undefined],
		[", beside Tailwind's preflight", () => wear(TAILWIND)],
	])("nothing moves when the script comes to life%s", async (_, addStyles) => {
		const worn = await addStyles();
		const ui = await kit.serve("BlueskySignIn", {});
		const height = () => ui.part("root").getBoundingClientRect().height;
		const before = height();
		await kit.hydrate(ui.container, "BlueskySignIn", {});
		await until(() => expect(ui.part("mode")).toBeVisible());
		const after = height();
		worn?.remove();
		expect(after).toBe(before);
	});

	describe("what the person has told their system", () => {
		test("dark is what the page is, not what the system is", async (context) => {
			onlyInChromium(context, "the system's colours");
			await prefer({ colorScheme: "dark" });
			const ui = await kit.open("BlueskySignIn");
			const { style } = document.documentElement;
			const field = (colorScheme: string) => {
				style.colorScheme = colorScheme;
				finishAnimations();
				return getComputedStyle(ui.input).backgroundColor;
			};
			const [none, either, dark, light] = ["", "light dark", "dark", "light"].map(field);
			style.colorScheme = "";
			expect([none, either]).toEqual([light, dark]);
			expect(dark).not.toBe(light);
		});

		test("forced colours: the highlighted suggestion is outlined", async (context) => {
			onlyInChromium(context, "forced colours");
			await prefer({ forcedColors: "active" });
			const ui = await kit.open("BlueskySignIn");
			await kit.suggest(ui);
			await kit.press("{ArrowDown}");
			await until(() => expect(ui.has("option", "active")).toBe(true));
			const { outlineColor, outlineStyle } = getComputedStyle(ui.part("option", "active"));
			expect(outlineStyle).toBe("solid");
			expect(outlineColor).not.toMatch(/^rgba.*, 0\)$|transparent/);
			expect(getComputedStyle(ui.part("option", "inactive")).outlineStyle).toBe("none");
		});

		test("less motion: it shows that something goes on, without moving", async (context) => {
			onlyInChromium(context, "less motion");
			const moving = async (reducedMotion: "reduce" | "no-preference") => {
				await prefer({ reducedMotion });
				kit.server.hold("/bsky/sign-in");
				const ui = await kit.open("BlueskySignIn", { as: "button" });
				await userEvent.click(ui.part("continue"));
				await until(() => expect(ui.state("root")).toBe("submitting"));
				const { transitionDuration } = getComputedStyle(ui.part("continue"));
				const { animationName, borderTopStyle } = getComputedStyle(ui.part("ring"));
				await ui.unmount();
				return [transitionDuration, animationName, borderTopStyle];
			};
			expect(await moving("no-preference")).toEqual(["0.15s", "bsky-turn", "solid"]);
			expect(await moving("reduce")).toEqual(["0s", "none", "dotted"]);
		});
	});

	describe("on paper is what somebody reads, and nothing to press:", () => {
		test.for<[string, string, RegExp]>([
			["BlueskySignIn", "sign-up", /^$/],
			["BlueskyUser", "switcher", /Alice Ångström\s*@alice\.bsky\.social$/],
			["BlueskyAccounts", "question", /Alice Ångström(.|\s)*Maximiliane Hohenstein/],
			["BlueskyScopeGate", "granted", /^Post$/],
			["BlueskyScopeGate", "missing", /^$/],
		])("%s, %s", async ([name, title, text], context) => {
			onlyInChromium(context, "another medium");
			const state = STATES.find((one) => one.name === name && one.title === title);
			if (!state) throw new Error("There is no such state.");
			const { container } = await show(kit, state);
			await prefer({ media: "print" });
			// biome-ignore lint/performance/useDomNodeTextContent: that has what isn't printed, too
			expect(container.innerText.trim()).toMatch(text);
			const toPress = [...container.querySelectorAll<HTMLElement>("button, input")];
			expect(toPress.filter((one) => one.checkVisibility())).toEqual([]);
		});
	});

	describe("the menu of a short name is wide enough for what is in it, and stays in a narrow page:", () => {
		afterEach(() => {
			document.documentElement.dir = "";
			document.body.removeAttribute("style");
		});

		test.each([
			["ltr", "start", false],
			["ltr", "end", false],
			["rtl", "start", false],
			["rtl", "end", false],
			["ltr", "start", true],
			["ltr", "end", true],
		])("%s, at the page's %s, the face alone: %s", async (dir, side, compact) => {
			await page.viewport(320, 600);
			document.documentElement.dir = dir;
			document.body.style.cssText = "margin: 0 1rem";
			const ui = await kit.open("BlueskyUser", {
				provider: {
					baseURL: kit.place(),
					session: { ...SESSION, displayName: "A", handle: "a.co" },
				},
				compact,
			});
			ui.container.style.cssText = `display: grid; justify-content: ${side}`;
			await openMenu(ui);
			const place = () => ui.part("menu-items").getBoundingClientRect();
			await until(() => expect(place().left).toBeGreaterThanOrEqual(0));
			await until(() => expect(place().right).toBeLessThanOrEqual(320));
			expect(place().width).toBeGreaterThanOrEqual(15 * 16);
			expect(ui.part("menu-button").getBoundingClientRect().width).toBeLessThan(10 * 16);
			// It is where it was when it opens again.
			const { side: before } = ui.part("menu-items").dataset;
			await userEvent.click(ui.part("menu-button"));
			await rest(50);
			expect(ui.part("menu-items").dataset.side).toBe(before);
		});
	});

	test("without the stylesheet it can be used all the same", async () => {
		const sheets = [...document.styleSheets];
		for (const sheet of sheets) sheet.disabled = true;
		try {
			const ui = await kit.open("BlueskySignIn");
			await kit.suggest(ui);
			expect(ui.roles("option")).toHaveLength(4);
			await userEvent.click(ui.roles("option")[1] as Element);
			await until(() => expect(ui.input.value).toBe("ali.example.com"));
			expect(ui.part("list")).not.toBeVisible();
			const { width } = ui.part("icon").getBoundingClientRect();
			expect(width).toBeLessThanOrEqual(24);
			await until(() => expect(kit.left).toHaveLength(1));
		} finally {
			for (const sheet of sheets) sheet.disabled = false;
		}
	});
}
