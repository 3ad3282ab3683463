/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import "@fontsource-variable/inter";
import { describe, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Driver } from "../driver.ts";
import { createKit } from "../kit/kit.ts";
import { STATES, type State, show } from "../kit/states.ts";
import { finishAnimations } from "../kit/ui.ts";
import { PICTURES } from "./pictures.ts";

const WIDTH = 400;
const MARGIN = 24;

/** Where what can be seen ends: lists and menus stand out of the page's flow. */
function bottom(): number {
	const parts = [...document.querySelectorAll<HTMLElement>("[data-part]")];
	const bottoms = parts.map((element) => element.getBoundingClientRect().bottom);
	return Math.ceil(Math.max(...bottoms)) + MARGIN;
}

const named = (states: State[]) => states.map((state) => [state.name, state.title, state] as const);

/** The same on every machine, and about as wide as what phones have. The states have a wide one. */
const FONT = '"Inter Variable", sans-serif';

/** What nobody has to see, or what an app makes. */
const PLAIN = ["Page", "CustomSignIn"];

/**
 * A picture of everything that there is to be seen, light and dark, in both directions:
 * `FOLDER/all/COMPONENT-STATE-THEME-DIRECTION.png`. Those of the READMEs are `FOLDER/COMPONENT-STATE-THEME.png`.
 */
export function screenshots(driver: Driver, folder: string): void {
	const kit = createKit(driver);
	const take = async (
		state: State,
		theme: "light" | "dark",
		path: string,
		{ dir = "ltr", font = "" } = {},
	) => {
		const root = document.documentElement;
		root.dir = dir;
		root.style.cssText = `scrollbar-width: none; ${theme === "dark" ? "background: #0b0f14; color: #f1f3f5" : "background: #fff; color: #0b0f14"}`;
		document.body.style.cssText = `box-sizing: border-box; margin: 0; padding: ${MARGIN}px; font-family: ${font}`;
		await page.viewport(WIDTH, 600);
		await show(kit, state, { theme });
		await userEvent.hover(document.body, { position: { x: 1, y: 1 }, force: true });
		finishAnimations();
		await document.fonts.ready;
		await Promise.all([...document.images].map((image) => image.decode()));
		await page.viewport(WIDTH, document.querySelector("dialog[open]") ? 460 : bottom());
		await page.screenshot({ element: document.body, path: `${folder}/${path}.png` });
	};

	describe.each(["light", "dark"] as const)("%s", (theme) => {
		test.each(named(PICTURES))("%s, %s, for a README", (name, title, state) =>
			take(state, theme, `${name}-${title}-${theme}`, { font: FONT }),
		);

		describe.each(["ltr", "rtl"] as const)("%s", (dir) => {
			test.each(named(STATES.filter(({ name }) => !PLAIN.includes(name))))(
				"%s, %s",
				(name, title, state) => take(state, theme, `all/${name}-${title}-${theme}-${dir}`, { dir }),
			);
		});
	});
}
