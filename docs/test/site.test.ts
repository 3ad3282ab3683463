import { readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { BASE, DIST, pagesOf } from "./built.ts";
import { siteInBrowser } from "./tab.ts";

/** Most that the first view of a page loads, compressed, in bytes: HTML, styles and scripts. */
const BUDGET = 200_000;

const PAGES = pagesOf();
const tab = siteInBrowser();

const weights = new Map<string, number>();
afterAll(() => {
	const [heaviest] = [...weights].toSorted(([, one], [, other]) => other - one);
	if (heaviest) console.log(`The heaviest page: /${heaviest[0]}, ${heaviest[1]} bytes`);
});

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

test.concurrent.for(PAGES)("/%s", async (path, { expect }) => {
	await using wide = await tab({ colorScheme: "light", viewport: { width: 1280, height: 900 } });
	await wide.open(path);
	expect.soft(await violations(wide.page), "axe, light").toEqual([]);
	weights.set(path, wide.bytes());
	expect.soft(wide.bytes(), "bytes").toBeLessThan(BUDGET);
	expect.soft(wide.wrong).toEqual([]);

	await using narrow = await tab({ colorScheme: "dark", viewport: { width: 320, height: 640 } });
	await narrow.open(path);
	expect.soft(await widths(narrow.page)).toBe("fits");
	expect.soft(await violations(narrow.page), "axe, dark").toEqual([]);
	expect.soft(narrow.wrong).toEqual([]);
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

test.for([
	["a pointer", {}],
	["a finger", { hasTouch: true, isMobile: true }],
] as const)("with %s, a name in the code says what it is", async ([, options], { expect }) => {
	await using next = await tab({ viewport: { width: 360, height: 800 }, ...options });
	await next.open("start/next");
	const name = next.page.locator(".twoslash-hover", { hasText: "clientName" }).first();
	await ("hasTouch" in options ? name.tap() : name.hover());
	const shown = next.page.locator(".v-popper__popper--shown");
	await expect.poll(() => shown.textContent()).toContain("ClientMetadataOptions.clientName");
	expect(await shown.textContent()).toContain("Name of your app on the authorization screen.");
	expect(await violations(next.page)).toEqual([]);
	expect(next.wrong).toEqual([]);
});
