import { test as base, expect, type Page } from "@playwright/test";
import type { Devnet } from "../network.ts";
import type { Person } from "../people/accounts.ts";
import { type CreatePerson, type DevnetSettings, FIXTURES, type Opened } from "./fixtures.ts";

export type { CreatePerson, DevnetSettings, NewPerson } from "./fixtures.ts";
export { expect };

/** What each test gets. */
export interface DevnetFixtures {
	/** Somebody whom only this test knows. */
	person: Person;
	/** Makes more of them. */
	createPerson: CreatePerson;
}

/** What the tests of a worker share. */
export interface DevnetWorkerFixtures {
	/** The network that they get; to be set with `use` in the configuration, or by `test.use()`. */
	devnetOptions: DevnetSettings;
	/** The network. Without `attach` it is the worker's own, and all is right again after each test. */
	devnet: Devnet;
}

/** Not for tests. */
interface Inner {
	_devnetOpened: Opened;
}

/** Playwright's `test`, with a network. */
export const test = base.extend<
	DevnetFixtures & { _devnetPutRight: undefined },
	DevnetWorkerFixtures & Inner
>({
	devnetOptions: [{}, { scope: "worker", option: true }],
	_devnetOpened: [FIXTURES.opened, { scope: "worker", timeout: 60_000 }],
	devnet: [FIXTURES.devnet, { scope: "worker" }],
	// A browser that finds what is published.
	launchOptions: [
		async ({ launchOptions, devnetOptions, devnet }, use) =>
			use(
				devnetOptions.publish
					? { ...launchOptions, args: [...(launchOptions.args ?? []), ...devnet.chromiumArgs] }
					: launchOptions,
			),
		{ scope: "worker" },
	],
	_devnetPutRight: [FIXTURES.putRight, { auto: true }],
	createPerson: FIXTURES.createPerson,
	person: FIXTURES.person,
});

/**
 * Does on the authorization page of a PDS, where the app has sent `page`, what a person does who lets it
 * in: signs in, unless the server knows them in this browser, and presses "Authorize".
 */
export async function approve(page: Page, account: Pick<Person, "password">): Promise<void> {
	await signIn(page, account);
	await authorize(page).click();
	await page.waitForURL((url) => !isPdsPage(url));
}

/** Signs in there as {@link approve} does, and presses "Deny access". */
export async function deny(page: Page, account: Pick<Person, "password">): Promise<void> {
	await signIn(page, account);
	await page.getByRole("button", { name: "Deny access" }).click();
	await page.waitForURL((url) => !isPdsPage(url));
}

async function signIn(page: Page, { password }: Pick<Person, "password">): Promise<void> {
	await page.waitForURL(isPdsPage);
	const field = page.locator('input[type="password"]');
	await field.or(authorize(page)).first().waitFor();
	if (!(await field.isVisible())) return;
	await field.fill(password);
	await field.press("Enter");
	await authorize(page).waitFor();
}

const authorize = (page: Page) => page.getByRole("button", { name: "Authorize" });

const isPdsPage = ({ pathname }: URL) => pathname.startsWith("/oauth/authorize");
