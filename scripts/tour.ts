import { mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Account, Network } from "@better-auth-bsky/devnet";
import { ensureBrowser, launchBrowser, NoBrowserError } from "@better-auth-bsky/tools/browser";
import { EXAMPLES, type ExampleApp } from "@better-auth-bsky/tools/examples";
import { ensureEmojiFont } from "@better-auth-bsky/tools/install";
import { approve, enterPassword } from "@better-auth-bsky/tools/pds-pages";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type { Page } from "playwright-core";
import type { DemoWorld } from "./demo-world.ts";

const PICTURES = join(ROOT, ".demo", "tour");

/**
 * Goes through the apps in a headless browser, says each step with the time it took, and keeps a
 * picture of each page.
 *
 * @returns whether every step worked
 */
export async function tour({ apps, network }: DemoWorld): Promise<boolean> {
	let executable: string;
	try {
		executable = ensureBrowser(console.log);
	} catch (error) {
		if (!(error instanceof NoBrowserError)) throw error;
		console.error(error.message);
		return false;
	}
	ensureEmojiFont(console.log);
	await rm(PICTURES, { recursive: true, force: true });
	await mkdir(PICTURES, { recursive: true });
	const browser = await launchBrowser(executable);
	const begun = performance.now();
	const people = ["alice.test", "bob.test", "dave.pds2.test"].map(network.account);
	const emojis = ["🦋", "🌱", "🐟"];
	const steps = new Steps();
	try {
		for (const [index, app] of apps.entries()) {
			const context = await browser.newContext({ viewport: { width: 1100, height: 860 } });
			context.setDefaultTimeout(15_000);
			const page = await context.newPage();
			const visitor = people[index % people.length];
			const emoji = emojis[index % emojis.length];
			if (!visitor || !emoji) continue;
			await steps.in(app, page, async (step) => {
				await signIn(step, page, app, visitor);
				await setStatus(step, page, emoji, emojis.slice(0, index));
				await connect(step, page, app, await newcomer(network, app));
			});
			await context.close();
		}
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

const newcomer = (network: Network, { name }: ExampleApp): Promise<Account> =>
	network.createAccount({ handle: `erin-${name}.test`, displayName: "Erin" });

async function signIn(step: Step, page: Page, app: ExampleApp, person: Account): Promise<void> {
	await step("Open the app", "landing", async () => {
		await page.goto(app.url);
		await page.getByRole("heading", { level: 1, name: "Say how you are" }).waitFor();
	});
	await step(`Enter the handle ${person.handle}`, "handle", async () => {
		await page.getByLabel("Bluesky handle").fill(person.handle);
		await page.getByRole("option").filter({ hasText: person.handle }).waitFor();
	});
	await step("Go to that person's own server", "server", async () => {
		await page.getByRole("button", { name: "Continue", exact: true }).click();
		await page.locator('input[type="password"]').waitFor();
	});
	await step("Enter the password there", "consent", () => enterPassword(page, person.password));
	await step("Authorize, and come back signed in", "signed-in", async () => {
		await page.getByRole("button", { name: "Authorize" }).click();
		await page.waitForURL(`${app.url}/home`);
		await page.getByRole("banner").getByText(person.handle).waitFor();
	});
}

async function setStatus(step: Step, page: Page, emoji: string, earlier: string[]): Promise<void> {
	await step(`Set the status to ${emoji}`, "status", async () => {
		await page.getByRole("button", { name: emoji, exact: true }).click();
		const latest = page.getByRole("region", { name: "Everybody’s latest" });
		for (const one of [...earlier, emoji]) await latest.getByText(one).first().waitFor();
	});
	await step("Sign out", "signed-out", async () => {
		await page.getByRole("banner").locator("summary").click();
		await page.getByRole("button", { name: "Sign out" }).click();
		await page.getByRole("heading", { level: 1, name: "Say how you are" }).waitFor();
	});
}

async function connect(step: Step, page: Page, app: ExampleApp, person: Account): Promise<void> {
	await step("Make an account with e-mail", "e-mail-account", async () => {
		await page.getByRole("link", { name: "Create an account" }).click();
		await page.getByLabel("Name").fill("Erin");
		await page.getByLabel("E-mail", { exact: true }).fill("erin@example.com");
		await page.getByLabel("Password").fill("correct horse battery");
		await page.getByRole("button", { name: "Create account" }).click();
		await page.getByRole("heading", { name: "Connect Bluesky" }).waitFor();
	});
	await step(`Connect ${person.handle} to it`, "connected", async () => {
		await page.getByLabel("Bluesky handle").fill(person.handle);
		await page.getByRole("button", { name: "Continue", exact: true }).click();
		await approve(page, person.password);
		await page.waitForURL(`${app.url}/home`);
		await page.getByRole("link", { name: "Settings" }).click();
		await page.getByRole("button", { name: "Disconnect Erin" }).waitFor();
	});
}

class StepError extends Error {
	override name = "StepError";
}

type Step = (title: string, picture: string, run: () => Promise<void>) => Promise<void>;

/** The steps of a tour, numbered. */
class Steps {
	#count = 0;

	/** Hands out a function that does one step in an app, says how long it took and takes a picture. */
	async in({ name }: ExampleApp, page: Page, run: (step: Step) => Promise<void>): Promise<void> {
		console.log(`\n${EXAMPLES[name].framework}`);
		await run(async (title, picture, act) => {
			const number = String(++this.#count).padStart(2, "0");
			const path = join(PICTURES, `${number}-${name}-${picture}.png`);
			const shown = relative(ROOT, path);
			const begun = performance.now();
			try {
				await act();
			} catch (cause) {
				await page.screenshot({ path }).catch(() => {});
				throw new StepError(`Step ${number} failed: ${title}. See ${shown}`, { cause });
			}
			const took = seconds(performance.now() - begun);
			await page.screenshot({ path });
			console.log(`${number}  ${title.padEnd(36)} ${took.padStart(7)}   ${shown}`);
		});
	}
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
