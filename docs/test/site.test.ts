import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureTestBrowser, launchBrowser } from "@better-auth-bsky/tools/browser";
import { inTerminal } from "@better-auth-bsky/tools/workspace";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stage } from "../site/stage.ts";
import { BASE, DIST, pagesOf, serveBuilt } from "./built.ts";

/** Most that the first view of a page loads, compressed, in bytes: HTML, styles and scripts. */
const BUDGET = 200_000;

let built: Awaited<ReturnType<typeof serveBuilt>>;
let browser: Browser;

stage();
const vitepress = join(import.meta.dirname, "../node_modules/vitepress/bin/vitepress.js");
if (process.env.DOCS_BUILT !== "1") {
	const status = inTerminal("node", [vitepress, "build", "docs"], {
		...process.env,
		DOCS_BASE: BASE,
	});
	if (status !== 0) throw new Error("The site could not be built.");
}
const PAGES = pagesOf();

beforeAll(async () => {
	built = await serveBuilt();
	browser = await launchBrowser(ensureTestBrowser(console.log));
});
afterAll(async () => {
	await browser?.close();
	built?.close();
});

/** A tab in which every complaint of a page, and every request that leaves the site, is an error. */
async function tab(options: Parameters<Browser["newContext"]>[0] = {}) {
	const context: BrowserContext = await browser.newContext(options);
	const page = await context.newPage();
	const wrong: string[] = [];
	let bytes = 0;
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type())) wrong.push(message.text());
	});
	page.on("pageerror", (error) => wrong.push(String(error)));
	page.on("request", (request) => {
		const url = request.url();
		if (!url.startsWith(built.origin + BASE) && !url.startsWith("data:")) wrong.push(`asks ${url}`);
	});
	page.on("requestfinished", async (request) => {
		if (["document", "script", "stylesheet"].includes(request.resourceType()))
			bytes += (await request.sizes()).responseBodySize;
	});
	return {
		page,
		wrong,
		bytes: () => bytes,
		open: (path: string) => page.goto(built.origin + BASE + path, { waitUntil: "networkidle" }),
		[Symbol.asyncDispose]: () => context.close(),
	};
}

/** What axe finds in a page as it stands. */
async function violations(page: Page): Promise<string[]> {
	await page.evaluate(axe.source);
	return page.evaluate(async () => {
		const { axe: found } = globalThis as unknown as { axe: typeof axe };
		const { violations } = await found.run();
		return violations.flatMap(({ id, nodes }) =>
			nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
		);
	});
}

const widths = (page: Page) =>
	page.evaluate(() => {
		const { scrollWidth, clientWidth } = document.documentElement;
		const reaches = [...document.querySelectorAll("main *")].filter(
			(each) =>
				!each.closest(".table, pre") && each.getBoundingClientRect().right > clientWidth + 1,
		);
		const first = reaches[0]?.outerHTML.slice(0, 200);
		return scrollWidth <= clientWidth ? "fits" : `${scrollWidth} > ${clientWidth}: ${first}`;
	});

test.for(PAGES)("/%s", async (path) => {
	await using wide = await tab({ colorScheme: "light", viewport: { width: 1280, height: 900 } });
	await wide.open(path);
	expect(await violations(wide.page), "axe, light").toEqual([]);
	expect(wide.bytes(), "bytes").toBeLessThan(BUDGET);
	expect(wide.wrong).toEqual([]);

	await using narrow = await tab({ colorScheme: "dark", viewport: { width: 320, height: 640 } });
	await narrow.open(path);
	expect(await widths(narrow.page)).toBe("fits");
	expect(await violations(narrow.page), "axe, dark").toEqual([]);
	expect(narrow.wrong).toEqual([]);
});

const htmlOf = (path: string): string =>
	readFileSync(
		join(DIST, path === "" || path.endsWith("/") ? `${path}index.html` : `${path}.html`),
		"utf8",
	);

test("every link leads to a page, and to a heading that is there", () => {
	const ids = new Map(
		PAGES.map((path) => [
			path,
			new Set([...htmlOf(path).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)),
		]),
	);
	const dead = PAGES.flatMap((path) =>
		[...htmlOf(path).matchAll(/<a [^>]*?href="([^"]+)"/g)].flatMap(([, href = ""]) => {
			const url = new URL(href.replaceAll("&amp;", "&"), `http://site${BASE}${path}`);
			if (url.host !== "site") return [];
			const target = ids.get(url.pathname.slice(BASE.length));
			const hash = decodeURIComponent(url.hash.slice(1));
			return target && (!hash || target.has(hash)) ? [] : [`/${path}: ${href}`];
		}),
	);
	expect(ids.size).toBeGreaterThan(20);
	expect([...new Set(dead)]).toEqual([]);
});

test("each page is there as Markdown, and llms.txt lists it", () => {
	const list = readFileSync(join(DIST, "llms.txt"), "utf8");
	const full = readFileSync(join(DIST, "llms-full.txt"), "utf8");
	for (const path of PAGES.filter((path) => path !== "")) {
		expect(readFileSync(join(DIST, `${path}.md`), "utf8")).toMatch(/^# /m);
		expect(list).toContain(`(${BASE}${path}.md)`);
		expect(full).toContain(`<!-- ${BASE}${path}.md -->`);
	}
});

test("the search finds an error by its code, and leads to it", async () => {
	await using all = await tab();
	await all.open("");
	await all.page.keyboard.press("Control+k");
	await all.page.getByRole("searchbox").fill("ISSUER_MISMATCH");
	await all.page.getByRole("option").filter({ hasText: "ISSUER_MISMATCH" }).first().click();
	await all.page.waitForURL(/\/errors#ISSUER_MISMATCH$/);
	expect(all.wrong).toEqual([]);
});
