/// <reference path="./css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import { describe, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Driver } from "./driver.ts";
import { createKit } from "./kit/kit.ts";
import { STATES, show } from "./kit/states.ts";
import { finishAnimations } from "./kit/ui.ts";

const WIDTH = 400;
const MARGIN = 24;

/** Where what can be seen ends: lists and menus stand out of the page's flow. */
function bottom(): number {
	const parts = [...document.querySelectorAll<HTMLElement>("[data-part]")];
	const bottoms = parts.map((element) => element.getBoundingClientRect().bottom);
	return Math.ceil(Math.max(...bottoms)) + MARGIN;
}

/**
 * A picture of everything that there is to be seen, light and dark, in both directions:
 * `FOLDER/COMPONENT-STATE-THEME-DIRECTION.png`.
 */
export function screenshots(driver: Driver, folder: string): void {
	const kit = createKit(driver);
	describe.each(["light", "dark"] as const)("%s", (theme) => {
		describe.each(["ltr", "rtl"] as const)("%s", (dir) => {
			test.each(
				STATES.filter(({ name }) => name !== "Page" && name !== "CustomSignIn").map(
					(state) => [state.name, state.title, state] as const,
				),
			)("%s, %s", async (name, title, state) => {
				const root = document.documentElement;
				root.dir = dir;
				root.style.cssText = `scrollbar-width: none; ${theme === "dark" ? "background: #0b0f14; color: #f1f3f5" : "background: #fff; color: #0b0f14"}`;
				document.body.style.cssText = `box-sizing: border-box; margin: 0; padding: ${MARGIN}px`;
				await page.viewport(WIDTH, 600);
				await show(kit, state, { theme });
				await userEvent.hover(document.body, { position: { x: 1, y: 1 }, force: true });
				finishAnimations();
				const isOver = document.querySelector("dialog[open], [role=listbox]:not([hidden])");
				await page.viewport(WIDTH, isOver ? 460 : bottom());
				await page.screenshot({
					element: document.body,
					path: `${folder}/${name}-${title}-${theme}-${dir}.png`,
				});
			});
		});
	});
}
