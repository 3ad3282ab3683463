import { approve as approveRequest } from "@better-auth-bsky/devnet";
import { messages, pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import {
	alert,
	atHome,
	atLanding,
	enterHandle,
	feed,
	history,
	hold,
	open,
	pick,
	reload,
	section,
	signedInUser,
	signIn,
	signInQuickly,
	signOut,
	statusesOf,
	typeStatus,
} from "../actions.ts";
import { REFUSED } from "../browser.ts";
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
		expect(await world.network.liveTokens(fay.did)).toEqual([]);
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

	const withoutScript = async (page: Page) => {
		const { app } = suite;
		const gil = await newPerson("Gil");
		await open(page, app);
		await enterHandle(page, "nobody.test");
		await alert(page, "No account with that handle").waitFor();
		// The server's own pages need JavaScript: what a person does there is done for them.
		let authorizationUrl = "";
		await page.route("**/api/auth/bsky/sign-in", async (route) => {
			const response = await route.fetch({ maxRedirects: 0 });
			authorizationUrl = response.headers().location ?? "";
			await route.fulfill({ response, status: 200, body: "On the way." });
		});
		await enterHandle(page, ` @${gil.handle.toUpperCase()} `);
		await page.getByText("On the way.").waitFor();
		await page.goto(String(await approveRequest(authorizationUrl, { account: gil })));
		await atHome(page, app);

		await pick(page, "👍");
		await history(page).filter({ hasText: "👍" }).waitFor();
		await typeStatus(page, "two words");
		await alert(page, messages.notAnEmoji).waitFor();
		expect(await page.getByLabel("Another emoji").inputValue()).toBe("two words");
		await typeStatus(page, "🦄");
		await history(page).filter({ hasText: "🦄" }).waitFor();
		expect(await statusesOf(gil)).toEqual(["🦄", "👍"]);

		await open(page, app, pages.settings.path);
		await page.getByLabel("Name").fill("Gilbert");
		await page.getByRole("button", { name: "Save" }).click();
		await page.getByText(messages.saved).waitFor();
		await section(page, "Where you are signed in")
			.getByRole("button", { name: "Sign out" })
			.click();
		await atLanding(page, app);
		expect(await signedInUser(page.context(), app)).toBeNull();
	};
	visit("needs no JavaScript", withoutScript, {
		javaScriptEnabled: false,
		expectedErrors: REFUSED,
	});
}
