import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { BASE } from "./built.ts";
import { siteInBrowser } from "./tab.ts";

const tab = siteInBrowser();

/** The live components below a heading. */
const below = (page: Page, heading: string) => page.locator(`h2#${heading} ~ .live`).first();

test("the components work in the page, and nothing of it leaves", async () => {
	await using live = await tab({ viewport: { width: 1280, height: 900 } });
	const { page } = live;
	await live.open("components");
	await page.locator("[data-bsky]").nth(8).waitFor();
	await page.waitForLoadState("networkidle");
	const before = live.asked.length;
	const address = page.url();

	const suggestions = below(page, "suggestions");
	await suggestions.getByRole("button", { name: /^Type/ }).click();
	await suggestions.getByRole("option").first().waitFor();
	expect(await suggestions.getByRole("option").allTextContents()).toEqual([
		expect.stringContaining("Alice Ångström"),
		expect.stringContaining("Ali Rahimi"),
		expect.stringContaining("Aline Chen"),
	]);
	const faces = await suggestions
		.locator("img")
		.evaluateAll((all: HTMLImageElement[]) => all.map(({ naturalWidth }) => naturalWidth > 0));
	expect(faces).toEqual([true, true, true]);
	await suggestions.getByRole("option").first().click();
	await suggestions.getByText("Here the browser leaves for pds.example").waitFor();
	await suggestions.getByRole("button", { name: "Begin again" }).click();
	await expect.poll(() => suggestions.getByRole("combobox").inputValue()).toBe("");

	const error = below(page, "an-error");
	await error.getByRole("button", { name: /^Type/ }).click();
	await error.getByText("No account with that handle was found").waitFor();

	const welcome = below(page, "welcome-back");
	await welcome.getByText("Maximiliane Hohenstein").click();
	await welcome.getByText("Here the browser leaves").waitFor();

	const dialog = below(page, "in-a-dialog");
	await dialog.getByRole("button").first().click();
	await page.getByRole("dialog").waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("dialog").waitFor({ state: "hidden" });

	const user = below(page, "who-is-signed-in");
	await user.locator("[data-part=menu-button]").click();
	await user.getByText("Maximiliane Hohenstein").click();
	await expect.poll(() => user.locator("[data-part=menu-button]").textContent()).toContain("Max");

	const accounts = below(page, "connected-accounts");
	await accounts.locator("[data-part=disconnect]").first().click();
	await accounts.locator("[data-part=question] [data-part=disconnect]").click();
	await expect.poll(() => accounts.locator("[data-part=connected-account]").count()).toBe(1);

	const gate = below(page, "what-needs-a-permission");
	await gate.locator("[data-part=allow]").click();
	await gate.getByText("Here the browser leaves").waitFor();

	await page.getByLabel("Language").selectOption("ar");
	await below(page, "the-first-visit").locator("[dir=rtl]").getByText("تسجيل").first().waitFor();

	expect(page.url()).toBe(address);
	// A language, a face, and the parts of a component that are loaded when somebody is about to need them.
	expect(live.asked.slice(before).filter((url) => !url.includes(`${BASE}assets/`))).toEqual([]);
	expect(live.wrong).toEqual([]);
});
