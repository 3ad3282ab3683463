import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import { CREATE, follow } from "../../packages/better-auth-bsky/test/packed/starter.ts";
import { useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";

/**
 * The apps of docs/your-app.md, each followed to the letter in a folder of its own: somebody signs
 * in, the app posts for them, and nothing is left alive when they have signed out.
 */

const GUIDE = readFileSync(join(ROOT, "docs/your-app.md"), "utf8");
/** Those of the guide. */
const PORTS = [3000, 5173, 8787];
const POSTGRES = process.env.TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const ofProject = (name: string) =>
	join(ROOT, "packages/better-auth-bsky/test/packed/project", name);

const INSTALL = ["install", "--prefer-offline", "--no-audit", "--no-fund"];

/** For a folder without settings of its own. */
const TSC =
	"tsc --ignoreConfig --noEmit --strict --module nodenext --target es2023 --skipLibCheck --allowImportingTsExtensions";

/** How long may what comes after an answer take? */
const PATIENCE = { timeout: 20_000 };

/** An app of the guide, and what the test has to know besides. */
interface App {
	heading: string;
	/** Where its pages are. */
	port: number;
	/** Makes what the app was before, in a folder `app` of the given one. */
	before(folder: string): Promise<unknown>;
	/** Settings that the guide leaves to whoever follows it. */
	settings?(): Promise<Record<string, string>>;
	/** What checks the types of its files. */
	check: string;
	/** Commands that aren't given as they stand. */
	instead?: Record<string, string>;
}

const APPS: App[] = [
	{
		heading: "Next.js with Drizzle on PostgreSQL",
		port: 3000,
		before: (folder) => newApp(CREATE.next, folder),
		check: "tsc --noEmit",
		settings: async () => ({ DATABASE_URL: await newDatabase() }),
	},
	{
		heading: "SvelteKit with Prisma on PostgreSQL",
		port: 5173,
		before: (folder) => newApp(CREATE.sveltekit, folder),
		check: "npm run check",
		settings: async () => {
			const url = await newDatabase();
			await migrate(url);
			return { DATABASE_URL: url };
		},
		// It downloads an engine from where this machine may not reach; better-auth's tables are the same.
		instead: { "npx prisma db push": "true" },
	},
	{
		heading: "Express, and a Vite front end on another origin",
		port: 5173,
		before: async (folder) => {
			await emptyProject(join(folder, "app/api"));
			await newApp(CREATE.viteReact, join(folder, "app"), "web");
		},
		check: `(cd api && ${TSC} --types node server.ts) && cd web && npm run build`,
	},
	{
		heading: "Hono on Cloudflare Workers, with D1",
		port: 8787,
		before: (folder) => emptyProject(join(folder, "app")),
		check: `${TSC} --types node src/index.ts tables.ts worker-configuration.d.ts`,
		instead: { "npx wrangler dev": `node ${ofProject("worker.mjs")}` },
	},
	{
		heading: "A Bun server",
		port: 3000,
		before: (folder) => installBun(join(folder, "app")),
		check: `${TSC} --types bun server.ts`,
	},
];

const world = useWorld();
const visit = useBrowser();
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-apps-"));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe.each(APPS)("$heading, from docs/your-app.md", ({ heading, port, before, ...app }) => {
	let root: string;
	let url: string;
	let start: string;
	let person: Account;
	let server: ServerProcess;

	beforeAll(async () => {
		const parent = join(folder, heading.replace(/\W+/g, "-").toLowerCase());
		root = join(parent, "app");
		await mkdir(parent);
		await before(parent);
		const ports: Record<string, number> = {};
		for (const each of PORTS) ports[each] = await freePort();
		url = `http://localhost:${ports[port]}`;
		const settings = await app.settings?.();
		const circumstances = { tarballs: inject("tarballs"), ports, settings, instead: app.instead };
		start = await follow(GUIDE, heading, root, circumstances);
	});

	beforeAll(async () => {
		person = await world.network.createAccount({ handle: `una-${new URL(url).port}.test` });
		const env = { ...environment(root), ...localNetwork(person), PORT: new URL(url).port };
		server = startServer(["sh", "-ec", onPort(start, url)], root, env);
		// A development server compiles what it is asked for.
		await server.answers(url);
		await server.answers(`${url}/api/auth/ok`);
	});
	afterAll(() => server?.stop());

	const stay = (page: Page) =>
		signInPostAndSignOut(page, url, person).catch((cause) => {
			throw new Error(`At ${page.url()}: ${cause}\n${server.output()}`, { cause });
		});
	// Nobody is signed in at first, and no section has an icon.
	const expectedErrors = /favicon\.ico|bsky\/session/;
	visit("signs a person in, posts for them, and signs them out", stay, { expectedErrors });

	test("passes a strict type check", { timeout: 180_000 }, async () => {
		await run("sh", ["-ec", app.check], root);
	});
});

/** Vite heeds no `PORT`. */
const onPort = (start: string, url: string) =>
	start.replace(/npm run dev( -- [^)\n]+)?/, (command, options) => {
		return `${command}${options ? "" : " --"} --port ${new URL(url).port}`;
	});

async function signInPostAndSignOut(page: Page, url: string, person: Account): Promise<void> {
	const { network } = world;
	await page.goto(url);
	const field = page.getByLabel("Bluesky handle");
	await field.fill(person.handle);
	await page.getByRole("button", { name: "Continue", exact: true }).click();
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

/** What a framework's own starter makes. */
async function newApp(command: string, folder: string, name = "app"): Promise<void> {
	await run("npx", ["--yes", ...command.split(" ")], folder);
	await run("npm", INSTALL, join(folder, name));
}

async function emptyProject(root: string): Promise<void> {
	await mkdir(root, { recursive: true });
	await writeFile(join(root, "package.json"), '{ "private": true, "type": "module" }');
}

/** An empty project, with Bun's commands. */
async function installBun(root: string): Promise<void> {
	await emptyProject(root);
	await run("npm", [...INSTALL, "@oven/bun-linux-x64@1.4.5"], root);
	await mkdir(join(root, "node_modules/.bin"));
	for (const name of ["bun", "bunx"]) {
		await symlink("../@oven/bun-linux-x64/bin/bun", join(root, "node_modules/.bin", name));
	}
}
