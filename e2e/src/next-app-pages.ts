import type { Account } from "@better-auth-bsky/devnet";
import type { Locator, Page } from "playwright-core";
import { approve } from "../../scripts/pds-pages.ts";

/** What a person does in the example app. */

export async function enterHandle(page: Page, handle: string): Promise<void> {
	await page.getByLabel("Bluesky handle").fill(handle);
	await page.getByRole("button", { name: /Bluesky|again/ }).click();
}

export async function signIn(page: Page, url: string, account: Account): Promise<void> {
	await page.goto(url);
	await enterHandle(page, account.handle);
	await approve(page, account.password);
	await page.waitForURL(`${url}/me`);
}

export async function signUpWithEmail(page: Page, url: string, name: string): Promise<void> {
	await page.goto(`${url}/email/sign-up`);
	await page.getByLabel("Name").fill(name);
	await page.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.com`);
	await page.getByLabel("Password").fill("correct horse battery");
	await page.getByRole("button", { name: "Create account" }).click();
	await page.waitForURL(`${url}/me`);
}

/** A part of the page by its heading. */
export const section = (page: Page, name: string): Locator => page.getByRole("region", { name });

/** The user better-auth has signed in, or null. */
export async function signedInUser(page: Page, url: string): Promise<{ id: string } | null> {
	const cookies = await page.context().cookies(url);
	const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
	const response = await fetch(`${url}/api/auth/get-session`, { headers: { cookie } });
	const session = await response.json();
	return session?.user ?? null;
}
