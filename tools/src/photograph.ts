import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { ROOT } from "./workspace.ts";

const PICTURES = join(ROOT, ".demo", "pages");

/** Keeps pictures of a page in light and dark, wide and narrow, where it has to fit. */
export async function photograph(
	page: Page,
	name: string,
	check?: (title: string) => Promise<void>,
): Promise<void> {
	await mkdir(PICTURES, { recursive: true });
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme });
		for (const width of [1200, 320]) {
			await page.setViewportSize({ width, height: 900 });
			const title = `${name}-${colorScheme}-${width}`;
			const path = join(PICTURES, `${title}.png`);
			// Colours that are still on their way to the other scheme would be neither.
			await page.screenshot({ path, fullPage: true, animations: "disabled" });
			expect(await overflow(page), `${title} is wider than its window`).toBe(0);
			await check?.(title);
		}
	}
}

const overflow = (page: Page): Promise<number> =>
	page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth).then(atLeastZero);

const atLeastZero = (number: number) => Math.max(0, number);
