import { pages } from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import {
	alert,
	atHome,
	atLanding,
	enterHandle,
	open,
	PASSWORD,
	POLL,
	section,
	signedInUser,
	signInQuickly,
	signOut,
	signUpWithEmail,
} from "../actions.ts";
import { REFUSED } from "../browser.ts";
import type { Suite } from "../suite.ts";

/** Says yes to the question before it. */
async function disconnect(bluesky: Locator, name: string): Promise<void> {
	const button = bluesky.getByRole("button", { name: `Disconnect ${name}` });
	await button.click();
	await bluesky.getByText("This app will no longer be able to act for this account.").waitFor();
	await button.click();
}

/** Bluesky beside an e-mail address. */
export function linking(suite: Suite): void {
	const { visit, world, newPerson } = suite;

	visit(
		"connects Bluesky to an account with an e-mail address, and disconnects it",
		async (page) => {
			const { app } = suite;
			const erin = await newPerson("Erin");
			const email = await signUpWithEmail(page, app, "Erna");
			const before = await signedInUser(page.context(), app);
			await section(page, "Connect Bluesky").waitFor();
			await enterHandle(page, erin.handle);
			await approve(page, erin.password);
			await atHome(page, app);
			await section(page, "Your status").waitFor();
			await page.getByRole("heading", { level: 1, name: "How are you, Erna?" }).waitFor();

			await signOut(page);
			await atLanding(page, app);
			await signInQuickly(page, app, erin);
			expect((await signedInUser(page.context(), app))?.id).toBe(before?.id);

			await page.getByRole("link", { name: pages.settings.title }).click();
			const bluesky = section(page, "Bluesky");
			await bluesky.getByText("erin.test").waitFor();
			await disconnect(bluesky, "Erin");
			await bluesky.getByText("No Bluesky account is connected.").waitFor();
			await expect.poll(() => world.network.liveTokens(erin.did), POLL).toEqual([]);

			await open(page, app, pages.home.path);
			await section(page, "Connect Bluesky").waitFor();
			await signOut(page);
			await atLanding(page, app);
			await page.getByLabel("E-mail", { exact: true }).fill(email);
			await page.getByLabel("Password").fill("a wrong password");
			await page.getByRole("button", { name: "Sign in with e-mail" }).click();
			await alert(page, "Invalid email or password").waitFor();
			expect(await page.getByLabel("E-mail", { exact: true }).inputValue()).toBe(email);
			await page.getByLabel("Password").fill(PASSWORD);
			await page.getByRole("button", { name: "Sign in with e-mail" }).click();
			await atHome(page, app);
		},
		{ expectedErrors: REFUSED },
	);

	visit(
		"explains why an account can't be connected, or disconnected",
		async (page) => {
			const { app } = suite;
			const hal = await newPerson("Hal");
			await signInQuickly(page, app, hal);
			await open(page, app, pages.settings.path);
			const bluesky = section(page, "Bluesky");
			await disconnect(bluesky, "Hal");
			await alert(page, "This is your only way to sign in.").waitFor();

			await page.context().clearCookies();
			await signUpWithEmail(page, app, "Harriet");
			await open(page, app, pages.home.path);
			await enterHandle(page, hal.handle);
			await approve(page, hal.password);
			await alert(page, "already connected to someone else").waitFor();
			await expect.poll(() => world.network.liveTokens(hal.did), POLL).toHaveLength(1);
		},
		{ expectedErrors: REFUSED },
	);
}
