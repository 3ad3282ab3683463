import { type Account, approve as approveRequest } from "@better-auth-bsky/devnet";
import {
	collections,
	pages,
	postScope,
} from "@better-auth-bsky/example-next-app/src/lib/product.ts";
import type { ExampleApp, ExampleName } from "@better-auth-bsky/tools/examples";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import type { BrowserContext, Locator, Page } from "playwright-core";

/** What a person does in an example app. */

/** For `expect.poll`: what happens in the background is given its time. */
export const POLL = { timeout: 30_000 };

/** Fills in the form that is on the page, and goes to the person's server. */
export async function enterHandle(page: Page, handle: string): Promise<void> {
	await page.getByLabel("Bluesky handle").fill(handle);
	await page.getByRole("button", { name: "Continue", exact: true }).click();
}

/** Signs in as a person does, from the landing page to the home page. */
export async function signIn(page: Page, app: ExampleApp, account: Account): Promise<void> {
	await open(page, app);
	await enterHandle(page, account.handle);
	await approve(page, account.password);
	await atHome(page, app);
}

/** Signs in without the pages in between. Who is signed in already connects the account. */
export async function signInQuickly(page: Page, app: ExampleApp, account: Account): Promise<void> {
	const response = await page.request.post(`${app.url}/api/auth/bsky/sign-in`, {
		headers: { origin: app.url },
		data: { handle: account.handle, callbackURL: pages.home.path },
	});
	const { url: authorizationUrl } = await response.json();
	await page.goto(String(await approveRequest(authorizationUrl, { account })));
	await atHome(page, app);
}

export async function signUpWithEmail(page: Page, app: ExampleApp, name: string): Promise<string> {
	const email = `${name.toLowerCase()}@example.com`;
	await open(page, app, pages.signUp.path);
	await page.getByLabel("Name").fill(name);
	await page.getByLabel("E-mail", { exact: true }).fill(email);
	await page.getByLabel("Password").fill(PASSWORD);
	await page.getByRole("button", { name: "Create account" }).click();
	await atHome(page, app);
	return email;
}

export const PASSWORD = "correct horse battery";

export async function signOut(page: Page): Promise<void> {
	await page.getByRole("banner").locator("summary").click();
	await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
}

export async function atHome(page: Page, app: ExampleApp): Promise<void> {
	await page.waitForURL((address) => address.href.startsWith(app.url + pages.home.path));
	await page.getByRole("heading", { level: 1, name: "How are you" }).waitFor();
	await ready(page, app);
}

export async function atLanding(page: Page, app: ExampleApp): Promise<void> {
	await page.waitForURL((address) => address.origin === app.url && address.pathname === "/");
	await page.getByRole("heading", { level: 1, name: "Say how you are" }).waitFor();
	await ready(page, app);
}

/** What each framework leaves on a page that it has taken over. */
const TAKEN_OVER: Record<ExampleName, () => boolean> = {
	next: () =>
		[...document.querySelectorAll("body :is(h1, form, summary)")].every((element) =>
			Object.getOwnPropertyNames(element).some((name) => name.startsWith("__reactFiber$")),
		),
	sveltekit: () => document.getElementById("svelte-announcer") !== null,
	nuxt: () => Reflect.get(window, "useNuxtApp")?.().isHydrating === false,
};

/** Until a page's scripts are there, it works without them: what is pressed posts a form. */
export async function ready(page: Page, { name }: ExampleApp): Promise<void> {
	if (await page.evaluate(() => matchMedia("(scripting: none)").matches)) return;
	await page.waitForFunction(TAKEN_OVER[name]);
}

/** Opens a page of the app. */
export async function open(page: Page, app: ExampleApp, path = "/"): Promise<void> {
	await page.goto(app.url + path);
	await ready(page, app);
}

export async function reload(page: Page, app: ExampleApp): Promise<void> {
	await page.reload();
	await ready(page, app);
}

/** Picks one of the emojis. */
export const pick = (page: Page, emoji: string): Promise<void> =>
	page.getByRole("button", { name: emoji, exact: true }).click();

/** Allows the app to post, without the pages in between. */
export async function allowPosting(page: Page, app: ExampleApp, account: Account): Promise<void> {
	const response = await page.request.post(`${app.url}/api/auth/bsky/upgrade`, {
		headers: { origin: app.url },
		data: { scope: postScope, did: account.did, callbackURL: pages.home.path },
	});
	const { url: authorizationUrl } = await response.json();
	await page.goto(String(await approveRequest(authorizationUrl, { account })));
	await atHome(page, app);
}

/** Acts as another account from now on. */
export async function switchTo(page: Page, account: Account): Promise<void> {
	const menu = page.getByRole("banner");
	await menu.locator("summary").click();
	await menu.getByRole("list", { name: "Switch account" }).getByText(account.handle).click();
	await menu.locator("[aria-current=true]").getByText(account.handle).waitFor();
	await page.keyboard.press("Escape");
}

/** Types an emoji. */
export async function typeStatus(page: Page, emoji: string): Promise<void> {
	await page.getByLabel("Another emoji").fill(emoji);
	await page.getByRole("button", { name: "Set status" }).click();
}

/** Goes to an element with the Tab key. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
	const isThere = () => target.evaluate((element) => element === document.activeElement);
	for (let presses = 0; presses < 60; presses++) {
		await page.keyboard.press("Tab");
		if (await isThere()) return;
	}
	throw new Error(`No way to ${target} with the Tab key.`);
}

/** A part of the page by its heading. */
export const section = (page: Page, name: string): Locator =>
	page.getByRole("region", { name, exact: true });

export const history = (page: Page): Locator => section(page, "Your history").getByRole("listitem");

export const feed = (page: Page): Locator =>
	section(page, "Everybody’s latest").getByRole("listitem");

/** What the app says is wrong. */
export const alert = (page: Page, text: string | RegExp): Locator =>
	page.getByRole("alert").filter({ hasText: text });

/** The user better-auth has signed in, or null. */
export async function signedInUser(
	context: BrowserContext,
	app: ExampleApp,
): Promise<{ id: string; name: string } | null> {
	const cookies = await context.cookies(app.url);
	const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
	const response = await fetch(`${app.url}/api/auth/get-session`, { headers: { cookie } });
	const session = await response.json();
	return session?.user ?? null;
}

/** A collection in a person's repository, the newest first, as their server gives it to anybody. */
export async function recordsOf<T>(account: Account, collection: string): Promise<T[]> {
	const query = new URLSearchParams({ repo: account.did, collection });
	const response = await fetch(`${account.pds.url}/xrpc/com.atproto.repo.listRecords?${query}`);
	const { records } = await response.json();
	return records.map((record: { value: T }) => record.value);
}

/** The statuses in a person's repository, the newest first. */
export async function statusesOf(account: Account): Promise<string[]> {
	const records = await recordsOf<{ status: string }>(account, collections.status);
	return records.map(({ status }) => status);
}

/**
 * Holds back what the page posts to its own app, until the returned function is called.
 *
 * @param stage whether the app gets the request, and the page waits for the answer only
 * @param isMeant by the path; default: all but better-auth's routes; calls of people's servers are the app's
 */
export async function hold(
	page: Page,
	app: ExampleApp,
	stage: "request" | "answer" = "request",
	isMeant = (path: string) => !path.startsWith("/api/auth/") || path.includes("/xrpc/"),
) {
	const gate = Promise.withResolvers<void>();
	await page.route(
		({ origin, pathname }) => origin === app.url && isMeant(pathname),
		async (route) => {
			if (route.request().method() !== "POST") return route.continue();
			const response = stage === "answer" ? await route.fetch() : undefined;
			await gate.promise;
			await (response ? route.fulfill({ response }) : route.continue());
		},
	);
	return gate.resolve;
}
