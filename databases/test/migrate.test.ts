import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { atprotoAuth } from "@better-auth-bsky/core";
import { AT_LENGTH } from "@better-auth-bsky/tools/tried";
import { PrismaPg } from "@prisma/adapter-pg";
import type { BetterAuthOptions, DBAdapter } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { getAdapter } from "better-auth/db/adapter";
import { getMigrations } from "better-auth/db/migration";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import { BASE, jwk, LEGACY, OLDER, SECRET, sessionOf } from "../../packages/cli/test/older.ts";
import { runWith } from "../../packages/cli/test/run.ts";
import { type Dialect, LIBSQL, MYSQL, POSTGRES, type Schema } from "./dialects.ts";
import { generated, ownFolder } from "./generated.ts";
import { generateClient } from "./prisma-client.ts";

/** `migrate`, in apps that have their tables by Drizzle and Prisma, and the older plugin's among them. */

type Skip = TestContext["skip"];

interface App {
	folder: string;
	/** Knows the older tables, too. */
	adapter: DBAdapter<BetterAuthOptions>;
}

/** So many, with `npm test -- --long`, are more than the command reads at a time. */
const MANY = AT_LENGTH ? 203 : 7;
const DIDS = Array.from({ length: MANY }, (_, index) => `did:plc:person${index}`);

const ENV = { BSKY_PRIVATE_KEY: JSON.stringify(jwk) };

/** Writes the app's `auth.ts`, as its developer has it. */
function writeAuth(folder: string, imports: string, database: string): void {
	const legacy = JSON.stringify(LEGACY);
	writeFileSync(
		join(folder, "auth.ts"),
		`import { atprotoAuth } from "@better-auth-bsky/core";
import { betterAuth } from "better-auth";
${imports}
export const auth = betterAuth({
	baseURL: "${BASE}",
	secret: "${SECRET}",
	logger: { disabled: true },
	database: ${database},
	plugins: [
		atprotoAuth({
			clientMetadata: { clientName: "Shop" },
			privateKey: process.env.BSKY_PRIVATE_KEY,
			legacy: ${legacy},
		}),
	],
});
`,
	);
}

const adapterOf = (database: NonNullable<BetterAuthOptions["database"]>) =>
	getAdapter({ database, plugins: [atprotoAuth(), OLDER] });

/** The app's folder by Drizzle, with its schema, whether the database is there or not. */
async function drizzleFolder({ provider, driver }: Dialect, url: string) {
	const folder = ownFolder();
	const file = join(folder, "auth-schema.ts");
	const database = drizzleAdapter({}, { provider });
	writeFileSync(file, await generated({ database, plugins: [OLDER] }, file));
	const address = JSON.stringify(provider === "sqlite" ? url.replace("file://", "file:") : url);
	writeAuth(
		folder,
		`import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { drizzle } from "${driver}";
import * as schema from "./auth-schema.ts";

const db = drizzle(${address}, { schema, mode: "default" });`,
		`drizzleAdapter(db, { provider: "${provider}", schema, transaction: true })`,
	);
	return { folder, file };
}

async function drizzleApp(dialect: Dialect, skip: Skip): Promise<App> {
	const { kind, provider, open } = dialect;
	if (kind.missing) skip(kind.missing);
	const { url, drop } = await kind.create();
	onTestFinished(() => drop());
	const { folder, file } = await drizzleFolder(dialect, url);
	const schema: Schema = await import(file);
	const opened = drizzleAdapter(await open(url, schema), { provider, schema });
	return { folder, adapter: await adapterOf(opened) };
}

async function prismaApp(skip: Skip): Promise<App> {
	const { kind } = POSTGRES;
	if (kind.missing) skip(kind.missing);
	const { url, database, drop } = await kind.create();
	onTestFinished(() => drop());
	const tables = { database, plugins: [atprotoAuth(), OLDER] };
	await (await getMigrations(tables)).runMigrations();
	const folder = ownFolder();
	const { PrismaClient } = await import(await generateClient(folder, "postgresql", [OLDER]));
	const [, schema = ""] = /search_path=(\w+)/.exec(decodeURIComponent(url)) ?? [];
	writeAuth(
		folder,
		`import { PrismaPg } from "@prisma/adapter-pg";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { PrismaClient } from "./client/client.ts";

const adapter = new PrismaPg({ connectionString: "${url}" }, { schema: "${schema}" });
const client = new PrismaClient({ adapter });`,
		`prismaAdapter(client, { provider: "postgresql", transaction: true })`,
	);
	const client = new PrismaClient({
		adapter: new PrismaPg({ connectionString: url }, { schema }),
	});
	onTestFinished(() => client.$disconnect());
	return { folder, adapter: await adapterOf(prismaAdapter(client, { provider: "postgresql" })) };
}

/** Puts everybody into the older plugin's tables; every third has a session of theirs. */
async function fill({ adapter }: App): Promise<void> {
	const now = { createdAt: new Date(), updatedAt: new Date() };
	for (const [index, did] of DIDS.entries()) {
		const email = `${did.replaceAll(":", "_")}@atproto.invalid`;
		const user = await adapter.create({
			model: "user",
			data: { ...now, name: did, email, emailVerified: false, atprotoDid: did },
		});
		const account = { ...now, providerId: "atproto", accountId: did, userId: user.id };
		await adapter.create({ model: "account", data: account });
		if (index % 3 > 0) continue;
		const sessionData = JSON.stringify(sessionOf(did));
		await adapter.create({ model: "atprotoSession", data: { did, userId: user.id, sessionData } });
	}
}

/** In milliseconds: each runs the command three times, in a process of its own. */
const TIMEOUT = 180_000;

test.for<[string, (skip: Skip) => Promise<App>]>([
	["Drizzle on PostgreSQL", (skip) => drizzleApp(POSTGRES, skip)],
	["Drizzle on MySQL", (skip) => drizzleApp(MYSQL, skip)],
	["Drizzle on SQLite", (skip) => drizzleApp(LIBSQL, skip)],
	["Prisma on PostgreSQL", (skip) => prismaApp(skip)],
])("%s: everybody is brought over, once", { timeout: TIMEOUT }, async ([, start], { skip }) => {
	const app = await start(skip);
	await fill(app);
	const migrate = async (...args: string[]) => {
		const all = ["migrate", "--cwd", app.folder, "--from", "better-auth-bsky@0.1", "--json"];
		const { out, err, code } = await runWith(ENV, ...all, ...args);
		expect(err).toBe("");
		expect(code).toBe(0);
		return JSON.parse(out).people;
	};
	expect(await migrate()).toHaveLength(MANY);
	expect(await app.adapter.count({ model: "bskySession" })).toBe(0);

	expect(await migrate("--apply")).toHaveLength(MANY);
	const has = (providerId: string) =>
		app.adapter.count({ model: "account", where: [{ field: "providerId", value: providerId }] });
	expect([await has("bsky"), await has("atproto")]).toEqual([MANY, 0]);
	const sessions = await app.adapter.findMany<{ did: string; session: string }>({
		model: "bskySession",
	});
	expect(sessions.map(({ did }) => did).toSorted()).toEqual(
		DIDS.filter((_, index) => index % 3 === 0).toSorted(),
	);
	expect(sessions.map(({ session }) => session).join()).not.toContain("a-refresh-token");
	expect(await app.adapter.count({ model: "atprotoSession" })).toBe(0);
	expect(await migrate("--apply")).toEqual([]);
});

const DOWN = "postgres://app:a-password@127.0.0.1:9/app";

async function poolFolder(): Promise<string> {
	const folder = ownFolder();
	writeAuth(folder, `import { Pool } from "pg";`, `new Pool({ connectionString: "${DOWN}" })`);
	return folder;
}

test.each([
	["pg", poolFolder],
	["Drizzle", async () => (await drizzleFolder(POSTGRES, DOWN)).folder],
] as const)(
	"by %s, each command says that the database is down, and nothing of how to get in",
	{ timeout: TIMEOUT },
	async (_, make) => {
		const folder = await make();
		for (const command of [["doctor"], ["migrate", "--from", "better-auth-bsky@0.1"], ["rotate"]]) {
			const { code, out, err } = await runWith(ENV, ...command, "--cwd", folder);
			expect.soft(out, command[0]).toBe("");
			expect.soft(err, command[0]).toContain("ECONNREFUSED");
			expect.soft(err, command[0]).not.toContain("a-password");
			expect.soft(err, command[0]).not.toMatch(/^\s+at .*:\d+/m);
			expect.soft(code, command[0]).toBe(2);
		}
	},
);
