import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import {
	EXAMPLE_NAMES,
	type ExampleApp,
	type ExampleName,
	exampleFolder,
} from "@better-auth-bsky/tools/examples";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { allowPosting, feed, history, pick, signInQuickly } from "../src/actions.ts";
import { describeInBrowser, useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";

/** Files that are the same in every example, and where each has them. */
const SAME: Record<string, Record<ExampleName, string>> = {
	"product.ts": {
		next: "src/lib/product.ts",
		sveltekit: "src/lib/product.ts",
		nuxt: "server/utils/product.ts",
	},
	"statuses.ts": {
		next: "src/lib/statuses.ts",
		sveltekit: "src/lib/statuses.ts",
		nuxt: "server/utils/statuses.ts",
	},
	"repo.ts": {
		next: "src/lib/repo.ts",
		sveltekit: "src/lib/repo.ts",
		nuxt: "app/utils/repo.ts",
	},
	"app.css": {
		next: "src/app/app.css",
		sveltekit: "src/app.css",
		nuxt: "app/app.css",
	},
};

describe("the examples are one product:", () => {
	test.each(Object.entries(SAME))("%s is the same in all", (_, paths) => {
		const text = (name: ExampleName) =>
			readFileSync(join(exampleFolder(name), paths[name]), "utf8");
		for (const name of EXAMPLE_NAMES) expect(text(name), name).toBe(text("next"));
	});
});

describeInBrowser("the examples, side by side,", () => {
	const world = useWorld({ pdsCount: 2 });
	const visit = useBrowser();
	const apps: ExampleApp[] = [];
	beforeAll(async () => {
		for (const name of EXAMPLE_NAMES) apps.push(await world.startExample(name));
	});

	visit("have the same pages", async (page) => {
		const alice = world.network.account("alice.test");
		const outlines = new Map<ExampleName, string[]>();
		for (const app of apps) {
			const outline = [];
			for (const { path } of [pages.landing, pages.signUp, pages.error]) {
				await page.goto(app.url + path);
				outline.push(await outlineOf(page));
			}
			await signInQuickly(page, app, alice);
			outline.push(await outlineOf(page));
			await page.goto(app.url + pages.settings.path);
			await page.getByRole("button", { name: "Disconnect Alice" }).waitFor();
			outline.push(await outlineOf(page));
			await allowPosting(page, app, alice);
			outline.push(await outlineOf(page));
			outlines.set(app.name, outline);
		}
		for (const name of EXAMPLE_NAMES)
			expect(outlines.get(name), name).toEqual(outlines.get("next"));
	});

	visit("show what was set in one of them", async (page) => {
		const [first, ...others] = apps;
		const dave = world.network.account("dave.pds2.test");
		if (!first) throw new Error("There are no examples.");
		await signInQuickly(page, first, dave);
		await pick(page, "🎧");
		await history(page).filter({ hasText: "🎧" }).waitFor();
		for (const app of others) {
			// Cookies know no ports: who is signed in here is still signed in there.
			await signInQuickly(page, app, dave);
			await history(page).filter({ hasText: "🎧" }).waitFor();
			await feed(page).filter({ hasText: "🎧" }).filter({ hasText: dave.handle }).waitFor();
		}
		for (const { url } of apps) {
			await page.goto(url + pages.home.path);
			await feed(page).filter({ hasText: "🎧" }).waitFor();
		}
	});
});

/** What is on a page, in the words of assistive technology, without what differs on purpose. */
async function outlineOf(page: Page): Promise<string> {
	const field = page.getByLabel("Bluesky handle");
	if (await field.first().isVisible()) {
		// Before its script runs, the field is a plain one.
		await field.and(page.getByRole("combobox")).waitFor();
		// Where somebody can sign up is asked of the app's server.
		await page.locator("summary", { hasText: "Create an account" }).waitFor();
	}
	const outline = await page.locator("body").ariaSnapshot();
	return (
		outline
			.replace(/Built with \S+/, "Built with it")
			.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "now")
			// Next announces its navigations with one of its own.
			.replace(/\n- alert$/, "")
	);
}
