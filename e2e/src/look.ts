import { photograph } from "@better-auth-bsky/tools/photograph";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Checks a page with axe in light and dark, wide and narrow, and keeps pictures of it. */
export const look = (page: Page, name: string): Promise<void> =>
	photograph(page, name, async (title) => expect(await violations(page), title).toEqual([]));

async function violations(page: Page): Promise<string[]> {
	await page.evaluate(axe.source);
	return page.evaluate(async () => {
		const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(", ")}`);
	});
}
