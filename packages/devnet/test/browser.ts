import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { DEFAULT_PASSWORD } from "../src/index.ts";

const candidates = [
	process.env.CHROMIUM_PATH,
	"/usr/bin/chromium",
	"/usr/bin/chromium-browser",
	"/usr/bin/google-chrome",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	chromium.executablePath(),
];

/** Where a Chromium is, or undefined. */
export const chromiumPath = candidates.find((path) => path && existsSync(path));

/** A headless Chromium that asks nobody for anything by itself. */
export function launch(args: readonly string[] = []): Promise<Browser> {
	return chromium.launch({
		executablePath: chromiumPath as string,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--no-first-run",
			...args,
		],
	});
}

/** Signs in on the PDS's own page and allows the app. */
export async function signIn(page: Page): Promise<void> {
	await page.locator("input[type=password]").fill(DEFAULT_PASSWORD);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Authorize" }).click();
}
