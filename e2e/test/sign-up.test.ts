import {
	authorizeButton,
	chooseUsername,
	type Newcomer,
	signUp,
} from "@better-auth-bsky/tools/pds-pages";
import type { Page } from "playwright-core";
import { beforeAll, expect } from "vitest";
import { describeInBrowser, useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";
import { type SmallApp, startSmallApp } from "../src/small-app.ts";

/** Signing up at a server, on the pages that it shows. */
describeInBrowser("who has no account yet", () => {
	const world = useWorld({ accounts: [], appView: "none", pdsCount: 2 });
	const visit = useBrowser();
	let app: SmallApp;

	beforeAll(async () => {
		app = await startSmallApp({ network: world.network, name: "localhost", host: "127.0.0.1" });
		world.undo(() => app.stop());
	});

	const newcomer = (username: string): Newcomer => ({
		username,
		email: `${username}@example.com`,
		password: "a long password",
	});
	const handleOf = ({ username }: Newcomer) => `${username}.pds2.test`;

	/** From the app to the sign-up page of the second server. */
	async function begin(page: Page): Promise<void> {
		const [, second] = world.network.pdses;
		await page.goto(app.url);
		await page.getByLabel("Server").fill(second?.url ?? "");
		await page.getByRole("button", { name: "Create an account" }).click();
		await page.getByRole("heading", { name: "Choose a username" }).waitFor();
	}

	const heading = (page: Page) => page.getByRole("heading").textContent();
	const press = (page: Page, name: string) => page.getByRole("button", { name }).click();

	async function isCancelled(page: Page): Promise<void> {
		await page.waitForURL(`${app.url}/?**`);
		expect(await page.getByRole("alert").textContent()).toBe("access_denied");
		await page.goto(`${app.url}/me`);
		expect(await heading(page)).toBe("Nobody");
	}

	/** Signs in at the page that offers it. */
	async function signInThere(page: Page, who: Newcomer): Promise<void> {
		await press(page, "Sign in");
		await page.getByRole("textbox").first().fill(handleOf(who));
		await page.locator('input[type="password"]').fill(who.password);
		await page.locator('input[type="password"]').press("Enter");
		await authorizeButton(page).click();
	}

	visit("makes one, and is welcome", async (page) => {
		const who = newcomer("somebody-new");
		await begin(page);
		await signUp(page, who);
		await authorizeButton(page).click();
		await page.waitForURL(`${app.url}/welcome`);
		expect(await heading(page)).toBe(`@${handleOf(who)}`);
	});

	visit("leaves half-way, and nothing has happened", async (page) => {
		await begin(page);
		await chooseUsername(page, newcomer("never"));
		await press(page, "Back");
		await press(page, "Back");
		await press(page, "Cancel");
		await isCancelled(page);
	});

	visit("makes one and lets the app have nothing; it is theirs all the same", async (page) => {
		const who = newcomer("careful");
		await begin(page);
		await signUp(page, who);
		await press(page, "Deny access");
		await isCancelled(page);
		await page.goto(app.url);
		await page.getByLabel("Handle").fill(handleOf(who));
		await press(page, "Sign in with Bluesky");
		await page.locator('input[type="password"]').fill(who.password);
		await page.locator('input[type="password"]').press("Enter");
		await authorizeButton(page).click();
		await page.waitForURL(`${app.url}/me`);
		expect(await heading(page)).toBe(`@${handleOf(who)}`);
	});

	visit("has one after all, and signs in with it", async (page) => {
		const who = newcomer("elder");
		await world.network.createAccount({ ...who, handle: handleOf(who) });
		for (const place of ["welcome", "me"]) {
			await begin(page);
			await press(page, "Back");
			await signInThere(page, who);
			await page.waitForURL(`${app.url}/${place}`);
			expect(await heading(page)).toBe(`@${handleOf(who)}`);
			await page.context().clearCookies();
		}
	});
});
