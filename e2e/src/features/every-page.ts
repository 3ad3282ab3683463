import { expect } from "vitest";
import { pages } from "../../../examples/next-app/src/lib/product.ts";
import { feed, open, pick, signInQuickly } from "../actions.ts";
import { look } from "../look.ts";
import type { Suite } from "../suite.ts";

/** What every page must be. */
export function everyPage(suite: Suite, name: string): void {
	const { visit, newPerson } = suite;

	visit(
		"has pages that can be read by everybody, in light and dark, wide and narrow",
		async (page) => {
			const { app } = suite;
			for (const key of ["landing", "signUp", "error"] as const) {
				await open(page, app, pages[key].path);
				expect(await page.title()).toBe(`${pages[key].title} · Bluebell`);
				await look(page, `${name}-${key}`);
			}
			await signInQuickly(page, app, await newPerson("Pia"));
			await pick(page, "🥳");
			await feed(page).filter({ hasText: "Pia" }).waitFor();
			for (const key of ["home", "settings"] as const) {
				await open(page, app, pages[key].path);
				expect(await page.title()).toBe(`${pages[key].title} · Bluebell`);
				await page.getByRole("banner").getByText("pia.test").waitFor();
				await look(page, `${name}-${key}`);
			}
		},
	);
}
