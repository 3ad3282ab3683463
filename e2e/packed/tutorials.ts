import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { atprotoAuth } from "@better-auth-bsky/core";
import type { Account } from "@better-auth-bsky/devnet";
import { freePort } from "@better-auth-bsky/tools/free-port";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import { environment, run } from "@better-auth-bsky/tools/run";
import { type ServerProcess, startServer } from "@better-auth-bsky/tools/server-process";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { getMigrations } from "better-auth/db/migration";
import { Client, Pool } from "pg";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
	follow,
	give,
	type Step,
	stepsOf,
} from "../../packages/better-auth-bsky/test/packed/starter.ts";
import { useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";

/**
 * The tutorials of docs/start, each followed to the letter from an empty folder: somebody signs in, the
 * app posts for them, and nothing is left alive when they have signed out.
 */

const PORTS = [3000, 4321, 5173, 8787];
const POSTGRES = process.env.TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const ofProject = (name: string) =>
	join(ROOT, "packages/better-auth-bsky/test/packed/project", name);

/** For a folder without settings of its own. */
const TSC =
	"tsc --ignoreConfig --noEmit --strict --module nodenext --target es2023 --skipLibCheck --allowImportingTsExtensions";

/** How long may what comes after an answer take? */
const PATIENCE = { timeout: 20_000 };

/** A tutorial, and what the test has to know besides. */
interface Tutorial {
	/** Its page in docs/start. */
	page: string;
	/** The section whose files and commands take the place of others. */
	variant?: string;
	/** Where its pages are. */
	port: number;
	/** What the machine has, in that folder; gives what its commands find in their environment. */
	before?(folder: string): Promise<NodeJS.ProcessEnv>;
	/** Settings that the page leaves to whoever follows it. */
	settings?(): Promise<Record<string, string>>;
	/** What checks the types of its files. */
	check: string;
	/** Commands that aren't given as they stand. */
	instead?: Record<string, string>;
}

const TUTORIALS: Tutorial[] = [
	{ page: "next", port: 3000, check: "tsc --noEmit" },
	{
		page: "next",
		variant: "With Drizzle on PostgreSQL",
		port: 3000,
		check: "tsc --noEmit",
		settings: async () => ({ DATABASE_URL: await newDatabase() }),
	},
	{ page: "sveltekit", port: 5173, check: "npm run check" },
	{
		page: "sveltekit",
		variant: "With Prisma on PostgreSQL",
		port: 5173,
		check: "npm run check",
		settings: async () => {
			const url = await newDatabase();
			await migrate(url);
			return { DATABASE_URL: url };
		},
		// It downloads an engine from where this machine may not reach; better-auth's tables are the same.
		instead: { "npx prisma db push": "true" },
	},
	{ page: "nuxt", port: 3000, check: "npx nuxt typecheck" },
	{ page: "tanstack-start", port: 3000, check: "tsc" },
	{
		page: "express",
		port: 5173,
		check: `(cd api && ${TSC} --types node server.ts) && cd web && npm run build`,
	},
	{ page: "hono", port: 3000, check: `${TSC} --types node server.ts` },
	{
		page: "workers",
		port: 8787,
		check: `${TSC} --types node src/index.ts tables.ts worker-configuration.d.ts`,
		instead: { "npx wrangler dev": `node ${ofProject("worker.mjs")}` },
	},
	{ page: "react-router", port: 5173, check: "npx react-router typegen && tsc" },
	{ page: "astro", port: 4321, check: "npx astro check" },
	{ page: "bun", port: 3000, before: installBun, check: `${TSC} --types bun server.ts` },
];

const world = useWorld();
const visit = useBrowser();
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-apps-"));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe.each(TUTORIALS.map((each) => [nameOf(each), each] as const))("%s", (name, tutorial) => {
	const { port, before, settings, check, instead } = tutorial;
	let root: string;
	let url: string;
	let start: string;
	let env: NodeJS.ProcessEnv;
	let person: Account;
	let server: ServerProcess;

	beforeAll(async () => {
		const parent = join(folder, name.replace(/\W+/g, "-").toLowerCase());
		root = join(parent, "my-app");
		await mkdir(parent);
		env = (await before?.(parent)) ?? {};
		const ports: Record<string, number> = {};
		for (const each of PORTS) ports[each] = await freePort();
		url = `http://localhost:${ports[port]}`;
		const tarballs = inject("tarballs");
		const here = { tarballs, ports, settings: await settings?.(), instead, env };
		const [create, ...steps] = stepsOfTutorial(tutorial);
		await give(create?.code ?? "", parent, here);
		start = await follow(steps, root, here);
	});

	beforeAll(async () => {
		person = await world.network.createAccount({ handle: `una-${new URL(url).port}.test` });
		const network = { ...localNetwork(person), PORT: new URL(url).port };
		const ofServer = { ...environment(root), ...env, ...network };
		server = startServer(["sh", "-ec", onPort(start, url)], root, ofServer);
		// A development server compiles what it is asked for.
		await server.answers(url);
		await server.answers(`${url}/api/auth/ok`);
	});
	afterAll(() => server?.stop());

	const stay = (page: Page) =>
		signInPostAndSignOut(page, url, person).catch((cause) => {
			throw new Error(`At ${page.url()}: ${cause}\n${server.output()}`, { cause });
		});
	// Nobody is signed in at first, no page has an icon, and nobody asks bsky.social whether it offers sign-ups.
	const expectedErrors = /favicon\.ico|bsky\/se(ssion|rver)/;
	visit("signs a person in, posts for them, and signs them out", stay, { expectedErrors });

	test("passes a strict type check", { timeout: 180_000 }, async () => {
		await run("sh", ["-ec", check], root, env);
	});
});

/** What starts here as it is in the terminal: `next`, or `next, with Drizzle on PostgreSQL`. */
function nameOf({ page, variant }: Tutorial): string {
	return variant ? `${page}, ${variant.replace(/^W/, "w")}` : page;
}

/** What a page says to do, from an empty folder to a server that runs. */
function stepsOfTutorial({ page, variant }: Tutorial): Step[] {
	const guide = readFileSync(join(ROOT, `docs/start/${page}.md`), "utf8");
	const others = variant ? stepsOf(guide, variant) : [];
	const kept = stepsOf(guide, "The files").filter(
		({ file }) => !variant || (file && !others.some((other) => other.file === file)),
	);
	const start = stepsOf(guide, "Start it");
	return [...stepsOf(guide, "In an empty folder"), ...kept, ...others, ...start];
}

/** Vite heeds no `PORT`. */
const onPort = (start: string, url: string) =>
	start.replace(/(npm run|react-router|astro|vite) dev([^)\n]*)/, (command, program, options) => {
		const needsDashes = program === "npm run" && !options.includes(" -- ");
		return `${command}${needsDashes ? " --" : ""} --port ${new URL(url).port}`;
	});

/** What the first visit asks for Vite prepares while it is asked, and has that page load anew. */
async function visitFirst(page: Page, url: string): Promise<void> {
	const context = await page.context().browser()?.newContext();
	const first = await context?.newPage();
	await first?.goto(url);
	await first?.waitForLoadState("networkidle");
	await context?.close();
}

async function signInPostAndSignOut(page: Page, url: string, person: Account): Promise<void> {
	const { network } = world;
	await visitFirst(page, url);
	await page.goto(url);
	const field = page.getByLabel("Bluesky handle");
	await field.fill(person.handle);
	await page.getByRole("button", { name: /^(Continue|Sign in with Bluesky)$/ }).click();
	await approve(page, person.password);
	await page.waitForURL(`${url}/`);
	await page.getByText("Hello, ").waitFor();
	expect(await network.liveTokens(person.did)).toHaveLength(1);
	await page.getByLabel("What’s up?").fill("Hello from my app");
	await page.getByRole("button", { name: "Post" }).click();
	await expect.poll(() => postsOf(person), PATIENCE).toEqual(["Hello from my app"]);
	await page.getByRole("button", { name: "Sign out" }).click();
	await field.waitFor();
	await expect.poll(() => network.liveTokens(person.did), PATIENCE).toEqual([]);
}

/** What is in the person's own repository. */
async function postsOf(person: Account): Promise<unknown[]> {
	const agent = await person.agent();
	const { data } = await agent.com.atproto.repo.listRecords({
		repo: person.did,
		collection: "app.bsky.feed.post",
	});
	return data.records.map(({ value }) => value.text);
}

/** For the server of an app: the internet as far as it is on this machine. */
function localNetwork({ did, handle }: Account): NodeJS.ProcessEnv {
	const { plcUrl, appViewUrl } = world.network;
	const preload = ofProject("local-network.mjs");
	return {
		NODE_OPTIONS: `--import ${preload}`,
		BUN_OPTIONS: `--preload ${preload}`,
		NEXT_TELEMETRY_DISABLED: "1",
		WRANGLER_SEND_METRICS: "false",
		CLOUDFLARE_CF_FETCH_ENABLED: "false",
		PLC_URL: plcUrl,
		APP_VIEW_URL: appViewUrl,
		DID: did,
		HANDLE: handle,
	};
}

/** An empty database of PostgreSQL, as an app has one; gone with the tests. */
async function newDatabase(): Promise<string> {
	const name = `bsky_app_${randomBytes(6).toString("hex")}`;
	const admin = new Client(POSTGRES);
	await admin.connect();
	await admin.query(`create database ${name}`);
	world.undo(async () => {
		await admin.query(`drop database ${name} with (force)`);
		await admin.end();
	});
	return Object.assign(new URL(POSTGRES), { pathname: `/${name}` }).href;
}

async function migrate(connectionString: string): Promise<void> {
	const database = new Pool({ connectionString });
	const { runMigrations } = await getMigrations({ database, plugins: [atprotoAuth()] });
	await runMigrations();
	await database.end();
}

/** Bun's commands. */
async function installBun(folder: string): Promise<NodeJS.ProcessEnv> {
	const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--prefix", "bun"];
	await run("npm", [...install, "@oven/bun-linux-x64@1.4.5"], folder);
	const bins = join(folder, "bun/bin");
	await mkdir(bins);
	for (const name of ["bun", "bunx"]) {
		await symlink("../node_modules/@oven/bun-linux-x64/bin/bun", join(bins, name));
	}
	return { PATH: [bins, environment(join(folder, "my-app")).PATH].join(delimiter) };
}
