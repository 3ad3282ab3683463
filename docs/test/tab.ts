import { ensureTestBrowser, launchBrowser } from "@better-auth-bsky/tools/browser";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { BASE, serveBuilt } from "./built.ts";

/** A browser with the built site, for the tests of one file. */
export function siteInBrowser() {
	let built: Awaited<ReturnType<typeof serveBuilt>>;
	let browser: Browser;

	beforeAll(async () => {
		built = await serveBuilt();
		browser = await launchBrowser(ensureTestBrowser(console.log));
	});
	afterAll(async () => {
		await browser?.close();
		built?.close();
	});

	/** A tab that writes down each complaint of a page, and each request that leaves the site. */
	return async (options: BrowserContextOptions = {}) => {
		const context = await browser.newContext(options);
		const page = await context.newPage();
		const wrong: string[] = [];
		const asked: string[] = [];
		let bytes = 0;
		page.on("console", (message) => {
			if (["error", "warning"].includes(message.type())) wrong.push(message.text());
		});
		page.on("pageerror", (error) => wrong.push(String(error)));
		page.on("request", (request) => {
			asked.push(request.url());
			const isOurs = [built.origin + BASE, "data:"].some((each) => request.url().startsWith(each));
			if (!isOurs) wrong.push(`asks ${request.url()}`);
		});
		page.on("requestfinished", async (request) => {
			if (["document", "script", "stylesheet"].includes(request.resourceType()))
				bytes += (await request.sizes()).responseBodySize;
		});
		return {
			page,
			wrong,
			asked,
			/** What HTML, styles and scripts were loaded, as they were sent. */
			bytes: () => bytes,
			open: async (path: string) => {
				await page.goto(built.origin + BASE + path, { waitUntil: "networkidle" });
				// What the page's script adds, such as the name of this switch, may come later on a busy machine.
				await page
					.locator('.VPSwitchAppearance:not([title=""])')
					.first()
					.waitFor({ state: "attached" });
			},
			[Symbol.asyncDispose]: () => context.close(),
		};
	};
}
