import type { Page } from "playwright-core";

/** What a person does on the authorization pages of the reference PDS. */

/** Milliseconds until a page or a button must be there. */
const PATIENCE = 30_000;

/** Enters the password of the account that the app named. */
export async function enterPassword(page: Page, password: string): Promise<void> {
	await page.waitForURL("**/oauth/authorize?**", { timeout: PATIENCE });
	const field = page.locator('input[type="password"]');
	await field.waitFor({ timeout: PATIENCE });
	await field.fill(password);
	await field.press("Enter");
	await authorizeButton(page).waitFor({ timeout: PATIENCE });
}

/** Signs in and lets the app have what it asks for. */
export async function approve(page: Page, password: string): Promise<void> {
	await enterPassword(page, password);
	await authorizeButton(page).click();
}

/** The server remembers them in this browser, and may ask for the password all the same. */
export async function letIn(page: Page, password: string): Promise<void> {
	// The app's page, which they come from, may have a field for a password, too.
	await page.waitForURL("**/oauth/authorize?**", { timeout: PATIENCE });
	const field = page.locator('input[type="password"]');
	await field.or(authorizeButton(page)).first().waitFor({ timeout: PATIENCE });
	if (await field.isVisible()) return approve(page, password);
	await authorizeButton(page).click();
}

/** Signs in, and refuses. */
export async function deny(page: Page, password: string): Promise<void> {
	await enterPassword(page, password);
	await page.getByRole("button", { name: "Deny access" }).click();
}

/** Who signs up at a server. */
export interface Newcomer {
	/** Without the server's domain. */
	username: string;
	email: string;
	password: string;
}

/** The first of the two steps of a sign-up. */
export async function chooseUsername(page: Page, { username }: Newcomer): Promise<void> {
	await page.getByRole("textbox", { name: "Type your username" }).fill(username);
	await page.getByRole("button", { name: "Next" }).click();
	await page.getByLabel("Email").waitFor({ timeout: PATIENCE });
}

/** Signs up, until the page asks what the app may have. */
export async function signUp(page: Page, newcomer: Newcomer): Promise<void> {
	await chooseUsername(page, newcomer);
	await page.getByLabel("Email").fill(newcomer.email);
	await page.locator('input[type="password"]').fill(newcomer.password);
	await page.getByRole("button", { name: "Sign up" }).click();
	await authorizeButton(page).waitFor({ timeout: PATIENCE });
}

export const authorizeButton = (page: Page) => page.getByRole("button", { name: "Authorize" });
