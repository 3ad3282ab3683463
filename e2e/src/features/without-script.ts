import { approve as approveRequest } from "@better-auth-bsky/devnet";
import { messages, pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import {
	alert,
	atHome,
	atLanding,
	enterHandle,
	history,
	open,
	pick,
	section,
	signedInUser,
	statusesOf,
	typeStatus,
} from "../actions.ts";
import { REFUSED } from "../browser.ts";
import type { Suite } from "../suite.ts";

/** What an app's pages are without their script. */
export function withoutScript(suite: Suite): void {
	const { world, newPerson } = suite;

	const visit = (name: string, run: (page: Page) => Promise<void>) =>
		suite.visit(name, run, { javaScriptEnabled: false, expectedErrors: REFUSED });

	/**
	 * Presses what leads to a server. Its own pages need JavaScript: what a person does there is done
	 * for them.
	 *
	 * @returns the address of the server's page
	 */
	async function leave(page: Page, press: () => Promise<void>): Promise<string> {
		let authorizationUrl = "";
		await page.route("**/api/auth/bsky/sign-in", async (route) => {
			const response = await route.fetch({ maxRedirects: 0 });
			authorizationUrl = response.headers().location ?? "";
			await route.fulfill({ response, status: 200, body: "On the way." });
		});
		await press();
		await page.getByText("On the way.").waitFor();
		await page.unroute("**/api/auth/bsky/sign-in");
		return authorizationUrl;
	}

	visit("needs no JavaScript", async (page) => {
		const { app } = suite;
		const gil = await newPerson("Gil");
		await open(page, app);
		await enterHandle(page, "nobody.test");
		await alert(page, "No account with that handle").waitFor();
		const there = await leave(page, () => enterHandle(page, ` @${gil.handle.toUpperCase()} `));
		await page.goto(String(await approveRequest(there, { account: gil })));
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
	});

	visit("creates an account, and connects another one, without JavaScript", async (page) => {
		const { app } = suite;
		const { pds, pdses } = world.network;
		const second = new URL(String(pdses[1]?.url));
		const handle = `bare-in-${app.name}.pds2.test`;
		const newcomer = { handle, password: "a long password" };
		await open(page, app);
		await page.locator("summary", { hasText: "Create an account" }).click();
		const create = page.getByRole("button", { name: `Create an account at ${second.host}` });
		const there = await leave(page, () => create.click());
		expect(new URL(there).origin).toBe(second.origin);
		const signUp = { email: `${app.name}@example.com` };
		await page.goto(String(await approveRequest(there, { account: newcomer, signUp })));
		await atHome(page, app);
		await page.getByRole("banner").getByText(handle).waitFor();
		const user = await signedInUser(page.context(), app);

		const gwen = await newPerson(`Gwen-of-${app.name}`);
		await open(page, app, pages.settings.path);
		const bluesky = section(page, "Bluesky");
		expect(await bluesky.getByText("Loading…").isVisible(), "nothing is").toBe(false);
		const connect = bluesky.getByRole("button", { name: "Connect Bluesky" });
		const elsewhere = await leave(page, () => connect.click());
		expect(new URL(elsewhere).origin).toBe(pds.url);
		await page.goto(String(await approveRequest(elsewhere, { account: gwen })));
		await atHome(page, app);
		expect((await signedInUser(page.context(), app))?.id).toBe(user?.id);
		const response = await page.request.get(`${app.url}/api/auth/bsky/accounts`);
		const { accounts } = await response.json();
		const handles = accounts.map((account: { handle: string }) => account.handle);
		expect(handles.toSorted()).toEqual([gwen.handle, handle].toSorted());
	});
}
