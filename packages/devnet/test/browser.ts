import { launchBrowser } from "@better-auth-bsky/tools/browser";
import { systemChromiums } from "@better-auth-bsky/tools/chromium";
import type { Browser, Page } from "playwright-core";
import { DEFAULT_PASSWORD } from "../src/index.ts";

/** Where a Chromium is, or undefined. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? systemChromiums()[0];

/** A headless Chromium that asks nobody for anything by itself. */
export const launch = (args: readonly string[] = []): Promise<Browser> =>
	launchBrowser(chromiumPath ?? "", { args: [...args] });

/** Signs in on the PDS's own page and allows the app. */
export async function signIn(page: Page): Promise<void> {
	await page.locator("input[type=password]").fill(DEFAULT_PASSWORD);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Authorize" }).click();
}
