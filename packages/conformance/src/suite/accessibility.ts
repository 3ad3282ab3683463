/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { STATES, show } from "../kit/states.ts";
import { finishAnimations, until } from "../kit/ui.ts";

/** What sticks out of the page, and of the boxes that the components make. */
function overflow(container: HTMLElement): string[] {
	const { clientWidth } = document.documentElement;
	const out = [...container.querySelectorAll<HTMLElement>("[data-part]")].filter((element) => {
		const { left, right, width } = element.getBoundingClientRect();
		return width > 1 && (left < -1 || right > clientWidth + 1);
	});
	return out.map(({ dataset }) => dataset.part ?? "");
}

export function accessibility(kit: Kit): void {
	describe.each(["light", "dark"] as const)("axe finds nothing, %s:", (theme) => {
		test.each(STATES.map((state) => [state.name, state.title, state] as const))(
			"%s, %s",
			async (_, __, state) => {
				document.documentElement.style.cssText =
					theme === "dark"
						? "background: #0b0f14; color: #f1f3f5"
						: "background: #fff; color: #000";
				const ui = await show(kit, state, { theme });
				finishAnimations();
				const { violations } = await axe.run(ui.container, {
					rules: { region: { enabled: false } },
				});
				expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
			},
		);
	});

	describe.each([
		["320 pixels", 320, ""],
		["200 % zoom", 640, "zoom: 2"],
		["200 % text", 360, "font-size: 200%"],
		["from right to left", 360, "direction: rtl"],
	] as const)("nothing sticks out at %s:", (_, width, style) => {
		test.each(STATES.map((state) => [state.name, state.title, state] as const))(
			"%s, %s",
			async (__, ___, state) => {
				await page.viewport(width, 900);
				document.documentElement.style.cssText = style;
				if (style.includes("rtl")) document.documentElement.dir = "rtl";
				const ui = await show(kit, state);
				expect(overflow(ui.container)).toEqual([]);
				expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(
					document.documentElement.clientWidth,
				);
				for (const handle of ui.all("handle")) {
					expect(getComputedStyle(handle).direction).toBe("ltr");
				}
			},
		);
	});

	describe("by keyboard alone", () => {
		test("every control is reached in order, and the focus is seen", async () => {
			const ui = await kit.open("BlueskySignIn");
			await until(() => expect(ui.state("sign-up")).toBe("offered"));
			const reached: (string | undefined)[] = [];
			for (let i = 0; i < 5; i++) {
				await kit.press("{Tab}");
				const focused = document.activeElement as HTMLElement;
				reached.push(focused.dataset.part);
				expect(getComputedStyle(focused).outlineStyle, focused.dataset.part).not.toBe("none");
				const { width, height } = focused.getBoundingClientRect();
				expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
			}
			expect(reached).toEqual(["continue", "input", "submit", "create", "mode"]);
		});

		test("from the field to the person's server", async () => {
			const ui = await kit.open("BlueskySignIn");
			await kit.press("{Tab}{Tab}ali");
			await until(() => expect(ui.state("list")).toBe("open"));
			await kit.press("{ArrowDown}{Enter}{Tab}");
			expect(document.activeElement).toBe(ui.part("submit"));
			await kit.press(" ");
			await until(() => expect(kit.left).toHaveLength(1));
		});

		test("Space presses the other ways in, too", async () => {
			const ui = await kit.open("BlueskySignIn");
			ui.part("continue").focus();
			await kit.press(" ");
			await until(() => expect(kit.left).toHaveLength(1));
		});
	});
}
