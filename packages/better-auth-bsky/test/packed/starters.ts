import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, type Network, startNetwork } from "@better-auth-bsky/devnet";
import { ensureBrowser, launchBrowser } from "@better-auth-bsky/tools/browser";
import { freePort } from "@better-auth-bsky/tools/free-port";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import { photograph } from "@better-auth-bsky/tools/photograph";
import { environment, run } from "@better-auth-bsky/tools/run";
import { startServer } from "@better-auth-bsky/tools/server-process";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { CREATE, follow, stepsOf } from "./starter.ts";

/**
 * What a newcomer does: a framework's own starter, the README typed into it, and a person who signs
 * in. The ports are those of the READMEs.
 */
const STARTERS = [
	{
		name: "react",
		starter: "create-next-app",
		create: CREATE.next,
		commands: ["npm run build"],
		page: "3000",
		serve: "next start -H 127.0.0.1 -p",
	},
	{
		name: "svelte",
		starter: "sv create",
		create: CREATE.sveltekit,
		commands: ["npm run check", "npm run build"],
		page: "5173",
		serve: "vite preview --host 127.0.0.1 --strictPort --port",
	},
	{
		name: "vue",
		starter: "create-vite",
		create: CREATE.viteVue,
		commands: ["npm run build"],
		page: "5173",
		serve: "vite preview --host 127.0.0.1 --strictPort --port",
		server: "node --env-file=.env server.ts",
	},
] as const;

let folder: string;
let network: Network;
let alice: Account;
let browser: Browser;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-starters-"));
	network = await startNetwork();
	alice = network.account("alice.test");
	browser = await launchBrowser(ensureBrowser());
});
afterAll(async () => {
	await browser?.close();
	await network?.close();
	await rm(folder, { recursive: true, force: true });
});

describe.each(STARTERS)("a new project of $starter with the README's code", (starter) => {
	let root: string;
	let ports: Record<string, number>;

	beforeAll(async () => {
		ports = { 3000: await freePort(), 5173: await freePort() };
		root = join(folder, starter.name, "app");
		await mkdir(join(folder, starter.name));
		await run("npx", ["--yes", ...starter.create.split(" ")], join(folder, starter.name));
		await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], root);
		const readme = new URL(`../../../${starter.name}/README.md`, import.meta.url);
		const circumstances = { tarballs: inject("tarballs"), ports };
		await follow(stepsOf(await readFile(readme, "utf8"), "Quick start"), root, circumstances);
	});

	test.each(starter.commands)(
		"passes %s",
		async (command) => {
			await run("sh", ["-c", command], root);
		},
		300_000,
	);

	test("signs a person in and out", async () => {
		const url = `http://localhost:${ports[starter.page]}`;
		const env = { ...environment(root), ...localNetwork() };
		const commands = [`${starter.serve} ${ports[starter.page]}`];
		if ("server" in starter) commands.push(starter.server);
		const processes = commands.map((command) => startServer(command.split(" "), root, env));
		const page = await browser.newPage();
		const complaints = listen(page, url);
		try {
			await processes[0]?.answers(`${url}/api/auth/ok`);
			await signInAndOut(page, url, starter.name);
			expect(complaints).toEqual([]);
		} catch (cause) {
			const said = [...complaints, ...processes.map(({ output }) => output())].join("\n");
			throw new Error(`At ${page.url()}: ${cause}\n${said}`, { cause });
		} finally {
			await page.close();
			await Promise.all(processes.map(({ stop }) => stop()));
		}
	});
});

/** For the server of an app: the internet as far as it is on this machine. */
function localNetwork(): NodeJS.ProcessEnv {
	const preload = new URL("project/local-network.mjs", import.meta.url);
	return {
		NODE_OPTIONS: `--import ${preload}`,
		PLC_URL: network.plcUrl,
		APP_VIEW_URL: network.appViewUrl,
		DID: alice.did,
		HANDLE: alice.handle,
	};
}

/** Collects what the app's own pages complain about. */
function listen(page: Page, url: string): string[] {
	const complaints: string[] = [];
	page.on("pageerror", (error) => complaints.push(String(error)));
	page.on("console", (message) => {
		const { url: at } = message.location();
		if (!["error", "warning"].includes(message.type()) || !at.startsWith(url)) return;
		// Chromium logs every such answer: nobody is signed in, and an empty project has no icon.
		if ([`${url}/api/auth/bsky/session`, `${url}/favicon.ico`].includes(at)) return;
		// From here nobody can tell whether bsky.social offers sign-ups.
		if (at.startsWith(`${url}/api/auth/bsky/server?`)) return;
		complaints.push(`${message.type()}: ${message.text()} (${at})`);
	});
	return complaints;
}

async function signInAndOut(page: Page, url: string, name: string): Promise<void> {
	await page.goto(url);
	await photograph(page, `starter-${name}-signed-out`);
	const field = page.getByLabel("Bluesky handle");
	await field.fill(alice.handle);
	await page.getByRole("button", { name: "Continue", exact: true }).click();
	await approve(page, alice.password);
	await page.waitForURL(`${url}/`);
	await page.getByText(`Hello, @${alice.handle}!`).waitFor();
	await page.locator("summary").click();
	await photograph(page, `starter-${name}-signed-in`);
	await page.getByRole("button", { name: "Sign out" }).click();
	await field.waitFor();
}
