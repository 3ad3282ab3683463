import { mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Page } from "playwright-core";
import { ensureBrowser, launchBrowser, NoBrowserError } from "./browser.ts";
import type { DemoWorld } from "./demo-world.ts";
import { approve, enterPassword } from "./pds-pages.ts";
import { ROOT } from "./run.ts";

const PICTURES = join(ROOT, ".demo", "tour");

/**
 * Goes through the app in a headless browser, says each step with the time it took, and keeps a
 * picture of each page.
 *
 * @returns whether every step worked
 */
export async function tour({ app, network }: DemoWorld): Promise<boolean> {
	let executable: string;
	try {
		executable = ensureBrowser(console.log);
	} catch (error) {
		if (!(error instanceof NoBrowserError)) throw error;
		console.error(error.message);
		return false;
	}
	await rm(PICTURES, { recursive: true, force: true });
	await mkdir(PICTURES, { recursive: true });
	const browser = await launchBrowser(executable);
	const begun = performance.now();
	try {
		const page = await browser.newPage({ viewport: { width: 1100, height: 860 } });
		page.setDefaultTimeout(15_000);
		const { step } = new Steps(page);
		const alice = network.account("alice.test");
		const bob = network.account("bob.test");
		const post = `Hello from the tour, ${new Date().toISOString().slice(0, 16)}`;

		await step("Open the app", "sign-in", async () => {
			await page.goto(app.url);
			await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
		});
		await step(`Enter the handle ${alice.handle}`, "handle", () => enterHandle(page, alice.handle));
		await step("Go to Alice's own server", "server", async () => {
			await page.getByRole("button", { name: "Sign in with Bluesky" }).click();
			await page.locator('input[type="password"]').waitFor();
		});
		await step("Enter the password there", "consent", () => enterPassword(page, alice.password));
		await step("Authorize, and come back signed in", "signed-in", async () => {
			await page.getByRole("button", { name: "Authorize" }).click();
			await page.waitForURL(`${app.url}/me`);
			await page.getByText(`@${alice.handle}`).first().waitFor();
			await page.getByText("Active").waitFor();
		});
		await step("Write a post to Alice's server", "posted", async () => {
			await page.getByLabel("What’s up?").fill(post);
			await page.getByRole("button", { name: "Post" }).click();
			await page.getByRole("listitem").filter({ hasText: post }).waitFor();
		});
		await step("Sign out", "signed-out", async () => {
			await page.getByRole("button", { name: "Sign out" }).click();
			await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
		});
		await step("Make an account with e-mail", "e-mail-account", async () => {
			await page.getByRole("link", { name: "Continue with e-mail" }).click();
			await page.getByRole("link", { name: "Create an account" }).click();
			await page.getByLabel("Name").fill("Robert");
			await page.getByLabel("E-mail").fill("robert@example.com");
			await page.getByLabel("Password").fill("correct horse battery");
			await page.getByRole("button", { name: "Create account" }).click();
			await page.getByRole("heading", { name: "Connect Bluesky" }).waitFor();
		});
		await step(`Connect ${bob.handle} to it`, "connected", async () => {
			await enterHandle(page, bob.handle);
			await page.getByRole("button", { name: "Connect Bluesky" }).click();
			await approve(page, bob.password);
			await page.waitForURL(`${app.url}/me`);
			await page.getByRole("listitem").filter({ hasText: "E-mail and password" }).waitFor();
			await page
				.getByRole("listitem")
				.filter({ hasText: `@${bob.handle}` })
				.waitFor();
		});
		console.log(`\nEverything works. It took ${seconds(performance.now() - begun)}.`);
		return true;
	} catch (error) {
		if (!(error instanceof StepError)) throw error;
		console.error(`\n${error.message}\n${messageOf(error.cause)}`);
		return false;
	} finally {
		await browser.close();
	}
}

async function enterHandle(page: Page, handle: string): Promise<void> {
	await page.getByLabel("Bluesky handle").fill(handle);
}

class StepError extends Error {
	override name = "StepError";
}

/** The steps of a tour, numbered. */
class Steps {
	readonly #page: Page;
	#count = 0;

	constructor(page: Page) {
		this.#page = page;
	}

	/** Does one step, says how long it took and takes a picture of what is there then. */
	readonly step = async (title: string, picture: string, run: () => Promise<void>) => {
		const number = String(++this.#count).padStart(2, "0");
		const path = join(PICTURES, `${number}-${picture}.png`);
		const begun = performance.now();
		try {
			await run();
		} catch (cause) {
			await this.#page.screenshot({ path }).catch(() => {});
			throw new StepError(`Step ${number} failed: ${title}. See ${relative(ROOT, path)}`, {
				cause,
			});
		}
		const took = seconds(performance.now() - begun);
		await this.#page.screenshot({ path });
		console.log(`${number}  ${title.padEnd(36)} ${took.padStart(7)}   ${relative(ROOT, path)}`);
	};
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
