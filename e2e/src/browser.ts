import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ensureBrowser, launchBrowser } from "@better-auth-bsky/tools/browser";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Set by `npm test` where no browser could be had; it says so once. */
export const describeInBrowser = describe.skipIf(process.env.NO_BROWSER);

/** What Chromium logs of the answers that an app gives to what it can't do. */
export const REFUSED = /status of (4\d\d|50[023])/;

/** What Chromium logs of requests without a network. */
export const OFFLINE = /ERR_INTERNET_DISCONNECTED/;

/** Pictures of what was there when a test failed. */
const FAILURES = join(ROOT, ".demo", "failures");

export interface VisitOptions extends BrowserContextOptions {
	/** Console errors that belong to the test: Chromium logs every answer of 400 and more. */
	expectedErrors?: RegExp;
}

/**
 * The browser of a test file. `args` are asked for when it starts; `patience` is how many
 * milliseconds it waits for what must come.
 */
export function useBrowser(args: () => readonly string[] = () => [], patience = 30_000) {
	let browser: Browser;
	beforeAll(async () => {
		browser = await launchBrowser(ensureBrowser(), { args: [...args()] });
	});
	afterAll(() => browser?.close());

	/**
	 * A test with a person who has never been here: a page in a browser context of its own. An
	 * uncaught exception, an unexpected error on the console or a warning about hydration fails it.
	 */
	return function visit(
		name: string,
		run: (page: Page) => Promise<void>,
		{ expectedErrors, ...options }: VisitOptions = {},
	) {
		test(name, { timeout: patience * 6 }, async () => {
			const context = await browser.newContext(options);
			context.setDefaultTimeout(patience);
			const problems = watch(context, expectedErrors);
			const page = await context.newPage();
			try {
				await run(page);
				expect(problems).toEqual([]);
			} catch (error) {
				await picture(page, name);
				if (problems.length > 0) console.error(`On the console of "${name}":`, problems);
				throw error;
			} finally {
				await context.close();
			}
		});
	};
}

function watch(context: BrowserContext, expected?: RegExp): string[] {
	const problems: string[] = [];
	context.on("weberror", (error) => problems.push(String(error.error())));
	context.on("console", (message) => {
		const isHydration = /hydrat/i.test(message.text());
		if (message.type() !== "error" && !isHydration) return;
		const text = `${message.text()} (${message.location().url})`;
		// The authorization pages are the reference server's own.
		if (/\/oauth\/|@atproto\/oauth-provider/.test(text) || expected?.test(text)) return;
		problems.push(text);
	});
	return problems;
}

async function picture(page: Page, name: string): Promise<void> {
	await mkdir(FAILURES, { recursive: true });
	const path = join(FAILURES, `${name.replace(/\W+/g, "-")}.png`);
	await page.screenshot({ path, timeout: 5000 }).catch(() => {});
	console.error(`"${name}" failed at ${page.url()}; see ${path}`);
}
