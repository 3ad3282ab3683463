import type { Page } from "playwright-core";
import { expect } from "vitest";

/** What a screen reader makes of a page. Call it before the page is opened. */
export async function useScreenReader(page: Page) {
	await page.addInitScript(() => {
		const heard: string[] = [];
		Object.assign(window, { heard });
		new MutationObserver((records) => {
			for (const { target } of records) {
				const element = target instanceof Element ? target : target.parentElement;
				const region = element?.closest("[role=alert], [role=status]");
				const text = region?.checkVisibility() && region.textContent?.trim();
				if (text && text !== heard.at(-1)) heard.push(text);
			}
		}).observe(document, { childList: true, subtree: true, characterData: true });
	});
	return {
		/** What it has said by itself on this page: what came into live regions that were there already. */
		heard: (): Promise<string[]> => page.evaluate(() => Object(window).heard),
		/** Whoever has pressed something stands somewhere: from the page's body it would begin anew. */
		async standsSomewhere(): Promise<void> {
			const isNowhere = () =>
				page.evaluate(() => document.activeElement === document.body || !document.activeElement);
			await expect.poll(isNowhere, { message: "the focus is nowhere" }).toBe(false);
		},
	};
}
