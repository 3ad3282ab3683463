/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { STATES, show } from "../kit/states.ts";
import { finishAnimations } from "../kit/ui.ts";

const THEMES = [
	["light", "background: #fff; color: #000"],
	["dark", "background: #0b0f14; color: #f1f3f5"],
] as const;

/** Pages with little room. */
const NARROW = [
	["at 320 pixels", 320, ""],
	["at 200 % zoom", 640, "zoom: 2"],
	["at 200 % text", 360, "font-size: 200%"],
	["from right to left", 360, "direction: rtl"],
] as const;

/** Links in a sentence are as high as its lines. */
const CONTROLS =
	"button:not([data-part=instead]), input:not([type=hidden]), summary, [role=option]";

/** Everything that is to be seen, looked at from all sides. To bring a state into the page takes longest. */
export function everyState(kit: Kit): void {
	const { style } = document.documentElement;
	describe.each(STATES.map((state) => [state.name, state.title, state] as const))(
		"%s, %s:",
		(name, _, state) => {
			test("axe finds nothing, and controls are large enough", async () => {
				const ui = await show(kit, state);
				// What is not ours is as large as the app makes it.
				if (name.startsWith("Bluesky")) expect.soft(smallOnes(ui.container)).toEqual([]);
				for (const [theme, css] of THEMES) {
					style.cssText = css;
					await ui.setTheme(theme);
					finishAnimations();
					expect.soft(await violations(ui.container), theme).toEqual([]);
				}
			});

			test("nothing sticks out", async () => {
				let ui = await show(kit, state);
				for (const [where, width, css] of NARROW) {
					await page.viewport(width, 900);
					style.cssText = css;
					document.documentElement.dir = css.includes("rtl") ? "rtl" : "";
					if (ui.has("menu-items")) {
						// Its script places the menu as it opens. Firefox loses what comes together with a zoom.
						await ui.unmount();
						document.body.getBoundingClientRect();
						ui = await show(kit, state);
					}
					finishAnimations();
					expect.soft(overflow(ui.container), where).toEqual([]);
					const { clientWidth, scrollWidth } = document.documentElement;
					expect.soft(scrollWidth, where).toBeLessThanOrEqual(clientWidth);
					for (const handle of ui.all("handle"))
						expect.soft(getComputedStyle(handle).direction, where).toBe("ltr");
				}
			});
		},
	);
}

async function violations(container: HTMLElement) {
	const { violations } = await axe.run(container, { rules: { region: { enabled: false } } });
	return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** Controls of less than 44 pixels one way. */
function smallOnes(container: HTMLElement) {
	const small = [...container.querySelectorAll<HTMLElement>(CONTROLS)].filter((one) => {
		const { width, height } = one.getBoundingClientRect();
		return one.checkVisibility() && Math.min(width, height) < 44;
	});
	return small.map(({ dataset }) => dataset.part);
}

/** What sticks out of the page, and of the boxes that the components make. */
function overflow(container: HTMLElement) {
	const { clientWidth } = document.documentElement;
	const out = [...container.querySelectorAll<HTMLElement>("[data-part]")].filter((element) => {
		const { left, right, width } = element.getBoundingClientRect();
		return width > 1 && (left < -1 || right > clientWidth + 1);
	});
	return out.map(({ dataset }) => dataset.part);
}
