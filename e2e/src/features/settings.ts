import { messages, pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { expect } from "vitest";
import { atLanding, POLL, section, signedInUser, signInQuickly } from "../actions.ts";
import type { Suite } from "../suite.ts";

/** The page of settings. */
export function settings(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit("changes the name, ends another session, and deletes the account", async (page) => {
		const { app } = suite;
		const olga = await newPerson("Olga");
		const elsewhere = await page.context().browser()?.newContext({ userAgent: "Another browser" });
		if (!elsewhere) throw new Error("There is no browser.");
		await signInQuickly(await elsewhere.newPage(), app, olga);
		await signInQuickly(page, app, olga);
		await page.getByRole("link", { name: pages.settings.title }).click();

		await page.getByLabel("Name").fill("Olga O.");
		await page.getByRole("button", { name: "Save" }).click();
		await page.getByText(messages.saved).waitFor();
		expect((await signedInUser(page.context(), app))?.name).toBe("Olga O.");

		const sessions = section(page, "Where you are signed in").getByRole("listitem");
		expect(await sessions.count()).toBe(2);
		const other = sessions.filter({ hasText: "Another browser" });
		await other.getByRole("button", { name: "Sign out" }).click();
		await other.waitFor({ state: "detached" });
		expect(await signedInUser(elsewhere, app)).toBeNull();
		await elsewhere.close();

		await page.getByText("Delete my account").click();
		await page.getByRole("button", { name: "Delete it for good" }).click();
		await atLanding(page, app);
		expect(await signedInUser(page.context(), app)).toBeNull();
		await expect.poll(() => world.network.liveTokens(olga.did), POLL).toEqual([]);
	});
}
