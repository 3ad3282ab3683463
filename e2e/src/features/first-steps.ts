import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { expect } from "vitest";
import {
	atHome,
	atLanding,
	feed,
	history,
	hold,
	open,
	POLL,
	pick,
	reload,
	signedInUser,
	signIn,
	signInQuickly,
	signOut,
	statusesOf,
} from "../actions.ts";
import type { Suite } from "../suite.ts";

/** What a newcomer does. */
export function firstSteps(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit("signs in a new person, and out again", async (page) => {
		const { app } = suite;
		const fay = await newPerson("Fay");
		await signIn(page, app, fay);
		await page.getByRole("heading", { level: 1, name: "How are you, Fay?" }).waitFor();
		await page.getByRole("banner").getByText("fay.test").waitFor();
		// Nobody is to see the address that stands in for the one the protocol doesn't give.
		expect((await page.content()).includes("placeholder.invalid")).toBe(false);
		for (const { path } of [pages.landing, pages.signUp]) {
			await open(page, app, path);
			await atHome(page, app);
		}

		await signOut(page);
		await atLanding(page, app);
		expect(await signedInUser(page.context(), app)).toBeNull();
		await expect.poll(() => world.network.liveTokens(fay.did), POLL).toEqual([]);
		for (const { path } of [pages.home, pages.settings]) {
			await open(page, app, path);
			await atLanding(page, app);
		}
	});

	visit(
		"writes a status into the person's own repository, and shows it before it is there",
		async (page) => {
			const { app } = suite;
			const ida = await newPerson("Ida");
			await signInQuickly(page, app, ida);
			const release = await hold(page, app);
			await pick(page, "🦋");
			await history(page).filter({ hasText: "🦋" }).waitFor();
			expect(await statusesOf(ida)).toEqual([]);
			release();
			await feed(page).filter({ hasText: "🦋" }).filter({ hasText: "Ida @ida.test" }).waitFor();
			expect(await statusesOf(ida)).toEqual(["🦋"]);
			await reload(page, app);
			expect(await history(page).count()).toBe(1);
		},
	);
}
