/// <reference path="../css.d.ts" />
import "@better-auth-bsky/client/styles.css";
import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Kit } from "../kit/kit.ts";
import { finishAnimations } from "../kit/ui.ts";

/** Colours that are the app's, and those that follow from them. */
export function colours(kit: Kit): void {
	describe("the text of a filled button can be read, whatever the app's colour:", () => {
		afterEach(() => document.documentElement.style.removeProperty("--bsky-fill"));
		describe.each(["light", "dark"])("%s", (theme) => {
			test.each(["#ffb454", "#ffd400", "#7cf03d", "#22c55e", "#e5e5e5", "#111111", "#8b2fc9"])(
				"%s",
				async (fill) => {
					const { style } = document.documentElement;
					style.cssText =
						theme === "dark"
							? "background: #0b0f14; color: #f1f3f5"
							: "background: #fff; color: #000";
					style.setProperty("--bsky-fill", fill);
					const ui = await kit.open("BlueskySignIn");
					finishAnimations();
					const canvas = new OffscreenCanvas(1, 1).getContext(
						"2d",
					) as OffscreenCanvasRenderingContext2D;
					canvas.fillStyle = fill;
					canvas.fillRect(0, 0, 1, 1);
					const given = [...canvas.getImageData(0, 0, 1, 1).data];
					canvas.fillStyle = getComputedStyle(ui.part("continue")).backgroundColor;
					canvas.fillRect(0, 0, 1, 1);
					expect([...canvas.getImageData(0, 0, 1, 1).data], "it is as given").toEqual(given);
					await kit.type(ui, "a");
					await userEvent.click(document.body, { position: { x: 1, y: 1 }, force: true });
					finishAnimations();
					const { violations } = await axe.run(ui.container, {
						runOnly: ["color-contrast"],
					});
					expect(violations).toEqual([]);
				},
			);
		});
	});

	describe("a theme is followed, however a page says so:", () => {
		test.each([
			["its text is light", "", "color: #f1f3f5; background: #0b0f14"],
			["a class, and nothing else", "dark", "color: #f1f3f5; background: #0b0f14"],
			["color-scheme", "", "color-scheme: dark; color: CanvasText; background: Canvas"],
		])("%s", async (_, className, css) => {
			document.documentElement.className = className;
			document.documentElement.style.cssText = css;
			const ui = await kit.open("BlueskySignIn");
			finishAnimations();
			const { violations } = await axe.run(ui.container, { runOnly: ["color-contrast"] });
			document.documentElement.className = "";
			expect(violations).toEqual([]);
			const { backgroundColor } = getComputedStyle(ui.input);
			expect(backgroundColor).toMatch(/oklch\(0\.[12]/);
		});
	});
}
