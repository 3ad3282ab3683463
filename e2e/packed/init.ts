import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Account } from "@better-auth-bsky/devnet";
import { freePort } from "@better-auth-bsky/tools/free-port";
import { approve } from "@better-auth-bsky/tools/pds-pages";
import { environment, run } from "@better-auth-bsky/tools/run";
import { type ServerProcess, startServer } from "@better-auth-bsky/tools/server-process";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
	CREATE,
	QUIET,
	withTarballs,
} from "../../packages/better-auth-bsky/test/packed/starter.ts";
import { useBrowser } from "../src/browser.ts";
import { useWorld } from "../src/network.ts";

/** Apps that exist, and have better-auth: `init`, the commands that it prints, and somebody signs in. */

const INSTALL = ["install", "--prefer-offline", "--no-audit", "--no-fund"];

interface Existing {
	name: string;
	/** What its starters make, one command a line. */
	create: string[];
	/** What its own people have written. */
	files: Record<string, string>;
	packages: string[];
	/** What says in its settings where it is. */
	url: string;
	/** Commands that ask in a terminal, with how to answer. */
	instead?: Record<string, string>;
	check: string;
}

const APPS: Existing[] = [
	{
		name: "SvelteKit with Drizzle, as sv makes it",
		create: [
			CREATE.sveltekit,
			"sv@latest add -C app drizzle=database:sqlite+sqlite:libsql better-auth=demo:password --no-git-check --no-install",
		],
		files: {},
		packages: [],
		url: "ORIGIN",
		instead: { "npm run db:push": "npm run db:push -- --force" },
		check: "npm run check",
	},
	{
		name: "Next.js with SQLite",
		create: [CREATE.next],
		files: {
			".env.local":
				"BETTER_AUTH_SECRET=a-secret-of-a-test-thirty-two-characters\nBETTER_AUTH_URL=\n",
			"lib/auth.ts": `import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { nextCookies } from "better-auth/next-js";

export const auth = betterAuth({
  database: new DatabaseSync("app.db"),
  emailAndPassword: { enabled: true },
  plugins: [nextCookies()],
});
`,
			"lib/auth-client.ts": `import { createAuthClient } from "better-auth/react";

export const authClient = createAuthClient();
`,
		},
		packages: ["better-auth", "@types/node@24"],
		url: "BETTER_AUTH_URL",
		check: "npx tsc --noEmit",
	},
];

const world = useWorld();
const visit = useBrowser();
let folder: string;
let bin: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "better-auth-bsky-init-"));
	const own = join(folder, "cli");
	await mkdir(own);
	await writeFile(join(own, "package.json"), '{ "private": true }');
	await run("npm", [...INSTALL, inject("tarballs").cli], own);
	bin = join(own, "node_modules/.bin/better-auth-bsky");
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe.each(APPS)("$name", (app) => {
	let root: string;
	let url: string;
	let person: Account;
	let server: ServerProcess;

	beforeAll(async () => {
		url = `http://localhost:${await freePort()}`;
		root = await existing(app, url);
	});
	afterAll(() => server?.stop());

	test("init writes what is missing, and the commands that it prints do the rest", async () => {
		const report = JSON.parse(await run(bin, ["init", "--yes", "--json"], root));
		expect(report).toMatchObject({ written: true, byHand: [] });
		const commands: string[] = report.next;
		const start = commands.pop();
		for (const command of commands) {
			const told = app.instead?.[command] ?? command;
			await run("sh", ["-ec", withTarballs(told, inject("tarballs"))], root, QUIET);
		}
		// Exit code 0 the second time, and nothing to write.
		const again = JSON.parse(await run(bin, ["init", "--json"], root));
		expect(again).toMatchObject({ files: [], byHand: [] });
		expect(again.next).toEqual(commands.slice(1).concat(start ?? []));
	}, 400_000);

	test("its development server answers", { timeout: 300_000 }, async () => {
		person = await world.network.createAccount({ handle: `una-${new URL(url).port}.test` });
		const dev = ["npm", "run", "dev", "--", "--port", new URL(url).port];
		server = startServer(dev, root, { ...environment(root), ...localNetwork(person) });
		// It compiles what it is asked for.
		await server.answers(`${url}/sign-in`);
		await server.answers(`${url}/api/auth/ok`);
	});

	visit(
		"somebody signs in on its new page",
		async (page) => {
			await signIn(page, url, person).catch((cause) => {
				throw new Error(`At ${page.url()}: ${cause}\n${server.output()}`, { cause });
			});
		},
		// Nobody is signed in at first, and bsky.social isn't on this machine.
		{ expectedErrors: /favicon\.ico|bsky\/(session|server)/ },
	);

	test("passes its own type check", { timeout: 180_000 }, async () => {
		await run("sh", ["-ec", app.check], root);
	});
});

async function signIn(page: Page, url: string, person: Account): Promise<void> {
	await page.goto(`${url}/sign-in`);
	await page.getByLabel("Bluesky handle").fill(person.handle);
	await page.getByRole("button", { name: "Continue", exact: true }).click();
	await approve(page, person.password);
	await page.waitForURL(`${url}/sign-in`);
	await page.locator("summary").click();
	await page.getByRole("button", { name: "Sign out" }).waitFor();
	expect(await world.network.liveTokens(person.did)).toHaveLength(1);
}

/** An app as its people have it, before. */
async function existing({ create, files, packages, url: name }: Existing, url: string) {
	const parent = await mkdtemp(join(folder, "app-"));
	for (const command of create) await run("npx", ["--yes", ...command.split(" ")], parent);
	const root = join(parent, "app");
	for (const [path, text] of Object.entries(files)) {
		await mkdir(dirname(join(root, path)), { recursive: true });
		await writeFile(join(root, path), text);
	}
	const settings = join(root, ".env.local" in files ? ".env.local" : ".env");
	const text = await readFile(settings, "utf8");
	await writeFile(settings, text.replace(new RegExp(`^${name}=.*`, "m"), `${name}=${url}`));
	await run("npm", [...INSTALL, ...packages], root);
	return root;
}

/** For the server of an app: the internet as far as it is on this machine. */
function localNetwork({ did, handle }: Account): NodeJS.ProcessEnv {
	const { plcUrl, appViewUrl } = world.network;
	const preload = join(ROOT, "packages/better-auth-bsky/test/packed/project/local-network.mjs");
	return {
		NODE_OPTIONS: `--import ${preload}`,
		NEXT_TELEMETRY_DISABLED: "1",
		PLC_URL: plcUrl,
		APP_VIEW_URL: appViewUrl,
		DID: did,
		HANDLE: handle,
	};
}
