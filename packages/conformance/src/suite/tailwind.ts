/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { ComponentName } from "../driver.ts";
import type { Kit } from "../kit/kit.ts";
import { ACCOUNTS } from "../kit/people.ts";
import { FILLED, INPUT, OURS, OUTLINED, TAILWIND, THEME, type Worn, wear } from "../kit/shadcn.ts";
import { STATES, show } from "../kit/states.ts";
import { finishAnimations, until } from "../kit/ui.ts";

/** Every way for our sheet to come into a page beside Tailwind's. */
const ORDERS = [
	["imported after Tailwind", TAILWIND + OURS, "instead"],
	["imported before Tailwind", OURS + TAILWIND, "instead"],
	["a sheet of its own, after Tailwind's", TAILWIND, "before"],
	["a sheet of its own, before Tailwind's", TAILWIND, "after"],
] as const;

const UTILITIES = "rounded-none px-8 bg-red-600 border-dashed";

/** The theme is said on the page, and the dark one there or further down. */
function setTheme(dark?: HTMLElement): void {
	document.documentElement.dataset.bskyPreset = "shadcn";
	dark?.classList.add("dark");
}

/** What is seen of an element without a look at its text. */
function looksOf(element: Element, names: (keyof CSSStyleDeclaration)[]) {
	const style = getComputedStyle(element);
	const { height } = element.getBoundingClientRect();
	return { height, ...Object.fromEntries(names.map((name) => [name, style[name]])) };
}

/** An element of the app's own. */
function add<Tag extends "button" | "input">(tag: Tag, className: string) {
	const element = document.body.appendChild(document.createElement(tag));
	element.className = className;
	if (tag === "button") element.textContent = "Theirs";
	return element;
}

/** What preflight could break in elements of ours, and where they are. */
const SEEN = [
	"alignItems",
	"backgroundColor",
	"borderBottomWidth",
	"borderRadius",
	"color",
	"display",
	"fontSize",
	"fontWeight",
	"letterSpacing",
	"lineHeight",
	"listStyleType",
	"margin",
	"opacity",
	"padding",
	"textAlign",
	"textDecorationLine",
] as const;

/** Every part of a component with all of that, to a tenth of a pixel. */
const everything = (container: HTMLElement) =>
	[...container.querySelectorAll("[data-bsky]")].map((element) => {
		const { left, top, width, height } = element.getBoundingClientRect();
		const place = [left, top, width, height].map((n) => Math.round(n * 10) / 10).join(" ");
		const style = getComputedStyle(element);
		const looks = SEEN.map((name) => `${name}: ${style[name]}`);
		return [element.getAttribute("data-part"), place, ...looks].join("; ");
	});

/** States in which there is a colour that isn't in another. */
const COLOURED: Partial<Record<ComponentName, string[]>> = {
	BlueskySignIn: [
		...["idle", "suggestions", "recognised", "failed", "email", "offline"],
		...["accounts", "account-pressed", "sign-up", "connect"],
	],
	BlueskyUser: ["menu", "switcher", "ended", "compact-ended", "refused", "unknown"],
	BlueskyAccounts: ["connected", "question", "refused"],
	BlueskyScopeGate: ["missing", "failed"],
};

/** The components in an app with Tailwind 4, and with the theme of shadcn/ui. */
export function tailwind(kit: Kit): void {
	const worn: Worn[] = [];
	const put = async (...args: Parameters<typeof wear>) => {
		const one = await wear(...args);
		worn.push(one);
		return one;
	};
	afterEach(() => {
		for (const { remove } of worn.splice(0)) remove();
		for (const one of [document.documentElement, document.body]) one.removeAttribute("class");
		document.body.removeAttribute("style");
		delete document.documentElement.dataset.bskyPreset;
	});

	const ours = STATES.filter(({ name }) => name.startsWith("Bluesky"));
	const titled = ours.map((state) => [state.name, state.title, state] as const);

	const coloured = titled.filter(([name, title]) => COLOURED[name]?.includes(title));

	describe("it looks the same beside Tailwind's preflight, and without any reset:", () => {
		test.each(titled)("%s, %s", async (_, __, state) => {
			// Preflight says these of the page, which is the app's to say.
			document.body.style.cssText = "margin: 0; font: 16px sans-serif";
			const ui = await show(kit, state);
			finishAnimations();
			const alone = everything(ui.container);
			await put(TAILWIND);
			finishAnimations();
			expect(everything(ui.container)).toEqual(alone);
		});
	});

	describe.each(ORDERS)("our sheet is %s:", (_, css, place) => {
		test("utilities win, and what they don't say stays", async () => {
			await put(css + THEME, { classes: UTILITIES, place });
			const ui = await kit.open("BlueskySignIn", {
				classNames: { continue: UTILITIES, input: "rounded-none" },
			});
			finishAnimations();
			const names = ["borderRadius", "paddingLeft", "borderTopStyle"] as const;
			expect(looksOf(ui.part("continue"), [...names])).toEqual({
				height: 44,
				borderRadius: "0px",
				paddingLeft: "32px",
				borderTopStyle: "dashed",
			});
			const { backgroundColor } = getComputedStyle(ui.part("continue"));
			expect(backgroundColor).toBe("oklch(0.577 0.245 27.325)");
			const { borderTopWidth, borderRadius } = getComputedStyle(ui.input);
			expect([borderTopWidth, borderRadius]).toEqual(["1px", "0px"]);
		});

		test("preflight and the theme's own base don't", async () => {
			await put(css + THEME, { place });
			const ui = await kit.open("BlueskySignIn", { remember: true });
			// Whoever uses the keyboard sees where the focus is, however it came there.
			await kit.press("{Tab}");
			const { color } = await until(() => {
				ui.part("continue").focus();
				finishAnimations();
				const looks = getComputedStyle(ui.part("continue"));
				const { outlineStyle, outlineWidth, outlineColor } = looks;
				expect([outlineStyle, outlineWidth, outlineColor]).toEqual(["solid", "2px", looks.color]);
				return looks;
			});
			expect(color, "it is filled").not.toBe(getComputedStyle(ui.part("root")).color);
			const { borderTopColor } = getComputedStyle(ui.input);
			expect(borderTopColor).not.toBe(getComputedStyle(document.body).borderTopColor);
		});
	});

	describe.each([
		["light", () => undefined],
		["dark, said of the page", () => document.documentElement],
		["dark, said further down", () => document.body],
	])("with the preset for shadcn/ui, %s:", (_, dark) => {
		const theirs = { classes: [FILLED, OUTLINED, INPUT].join(" "), place: "instead" } as const;
		const begin = async () => {
			setTheme(dark());
			await put(TAILWIND + OURS + THEME, theirs);
		};

		test("a button is what one of theirs is, and so is the field", async () => {
			await begin();
			kit.server.connect(...ACCOUNTS);
			const form = await kit.open("BlueskySignIn");
			const list = await kit.open("BlueskyAccounts", { provider: { baseURL: kit.place() } });
			await until(() => expect(list.all("connected-account")).toHaveLength(2));
			await userEvent.hover(document.body, { position: { x: 1, y: 1 }, force: true });
			finishAnimations();
			const text = ["color", "fontFamily", "borderRadius"] as const;
			const button = [...text, "backgroundColor", "fontSize", "fontWeight"] as const;
			const filled = looksOf(add("button", FILLED), [...button]);
			const outlined = looksOf(add("button", OUTLINED), [...text, "fontSize", "fontWeight"]);
			const input = looksOf(add("input", INPUT), [...text]);
			expect(looksOf(form.part("continue"), [...button])).toEqual(filled);
			expect(looksOf(list.part("reconnect"), [...button])).toEqual(filled);
			expect(looksOf(list.part("disconnect"), [...text, "fontSize", "fontWeight"])).toEqual(
				outlined,
			);
			expect(looksOf(form.input, [...text])).toEqual(input);
			const { backgroundColor } = getComputedStyle(document.body);
			expect(getComputedStyle(form.input).backgroundColor).toBe(backgroundColor);
		});

		// Further down the colours are the same.
		test.each(dark() === document.body ? [] : coloured)(
			"what is said can be read: %s, %s",
			async (_, __, state) => {
				await begin();
				const ui = await show(kit, state);
				finishAnimations();
				const { violations } = await axe.run(ui.container, { runOnly: ["color-contrast"] });
				expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
			},
		);
	});
}
