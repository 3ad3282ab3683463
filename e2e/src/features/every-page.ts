import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { expect } from "vitest";
import { allowPosting, feed, open, pick, ready, signInQuickly } from "../actions.ts";
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
			const pia = await newPerson("Pia");
			await signInQuickly(page, app, pia);
			await allowPosting(page, app, pia);
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

	visit("keeps what is typed before its script is there", async (page) => {
		const { app } = suite;
		const keeps = async (path: string, label: string, text: string) => {
			const scripts = Promise.withResolvers<void>();
			await page.route("**", async (route) => {
				if (route.request().resourceType() === "script") await scripts.promise;
				await route.continue();
			});
			await page.goto(app.url + path, { waitUntil: "commit" });
			const field = page.getByLabel(label, { exact: true });
			await field.fill(text);
			scripts.resolve();
			await page.waitForLoadState("networkidle");
			await ready(page, app);
			expect(await field.inputValue(), `${label} on ${path}`).toBe(text);
			await page.unroute("**");
		};
		await keeps(pages.landing.path, "Bluesky handle", "tina.test");
		await keeps(pages.landing.path, "E-mail", "tina@example.com");
		await keeps(pages.signUp.path, "Name", "Tina");
		await signInQuickly(page, app, await newPerson("Tina"));
		await keeps(pages.settings.path, "Name", "Christina");
		await keeps(pages.home.path, "Another emoji", "🎈");
	});
}
