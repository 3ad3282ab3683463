/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import { describe, expect, test } from "vitest";
import type { Kit } from "../kit/kit.ts";
import { until } from "../kit/ui.ts";

/** The whole way without a pointer. */
export function keyboard(kit: Kit): void {
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
