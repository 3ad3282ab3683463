import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { atprotoAuth } from "@better-auth-bsky/core";
import { approve, startNetwork } from "@better-auth-bsky/devnet";
import { freePort } from "@better-auth-bsky/tools/free-port";
import { HttpBrowser, sendTo } from "@better-auth-bsky/tools/http-browser";
import { bundleWorker } from "@better-auth-bsky/tools/worker";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const folder = join(import.meta.dirname, "..");
const migration = readFileSync(join(folder, "migrations/0001_tables.sql"), "utf8");
const wrangler = readFileSync(join(folder, "wrangler.jsonc"), "utf8");
const settings = JSON.parse(wrangler.replaceAll(/^\s*\/\/.*$/gm, ""));

const network = await startNetwork({ accounts: [] });
afterAll(() => network.close());
let browser: HttpBrowser;

beforeAll(async () => {
	const port = await freePort();
	const origin = `http://localhost:${port}`;
	const { text } = await bundleWorker({ entryPoints: [join(folder, settings.main)] });
	const worker = new Miniflare({
		modules: [{ type: "ESModule", path: "worker.mjs", contents: text }],
		compatibilityDate: settings.compatibility_date,
		// A private address is where the network of a test is.
		compatibilityFlags: ["nodejs_compat"],
		d1Databases: ["DB"],
		bindings: {
			BETTER_AUTH_URL: origin,
			BETTER_AUTH_SECRET: "a-test-secret-that-is-long-enough-0123456789",
			ATPROTO_PLC_URL: network.plcUrl,
			ATPROTO_HANDLE_RESOLVER: network.handleResolverUrl,
		},
		host: "127.0.0.1",
		port,
	});
	afterAll(() => worker.dispose());
	const database = await worker.getD1Database("DB");
	await database.batch(statements(migration).map((each) => database.prepare(each)));
	browser = new HttpBrowser(origin, sendTo(`http://127.0.0.1:${port}`, false));
});

const statements = (sql: string) => sql.split(";").filter((each) => each.trim() !== "");

/** Sends a form as a browser does, and follows nothing. */
const submit = (path: string, fields: Record<string, string>) =>
	browser.fetch(path, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });

const pageAt = async (path: string) => (await browser.fetch(path)).text();

test("signs in by a plain form, sets a status, and signs out", { timeout: 120_000 }, async () => {
	const person = await network.createAccount({ handle: "worker.test", displayName: "Wanda" });
	expect(await pageAt("/")).toContain('action="/api/auth/bsky/sign-in"');
	const started = await submit("/api/auth/bsky/sign-in", {
		handle: person.handle,
		callbackURL: "/home",
	});
	const end = await browser.arrive(
		await approve(started.headers.get("location") ?? "", { account: person }),
	);
	expect(end.pathname).toBe("/home");
	expect(await pageAt("/home")).toContain("@worker.test");
	const set = await submit("/status", { status: "🎧" });
	expect(await pageAt(set.headers.get("location") ?? "")).toContain("You are 🎧 now.");
	const agent = await person.agent();
	const { data } = await agent.com.atproto.repo.listRecords({
		repo: person.did,
		collection: "xyz.statusphere.status",
	});
	expect(data.records.map(({ value }) => value)).toMatchObject([{ status: "🎧" }]);
	expect((await submit("/sign-out", {})).headers.get("location")).toBe("/");
	expect(await browser.user()).toBeNull();
	await vi.waitFor(async () => expect(await network.liveTokens(person.did)).toEqual([]), 10_000);
});

test("says what went wrong, in words", async () => {
	const failed = await submit("/api/auth/bsky/sign-in", { handle: "nobody.test" });
	expect(await pageAt(failed.headers.get("location") ?? "")).toContain(
		"No account with that handle",
	);
});

test("its migration makes the tables that better-auth asks for", async () => {
	const database = new DatabaseSync(":memory:");
	database.exec(migration);
	const auth = betterAuth({ database, baseURL: "http://localhost", plugins: [atprotoAuth()] });
	const { toBeAdded, toBeCreated } = await getMigrations(auth.options);
	expect([...toBeAdded, ...toBeCreated]).toEqual([]);
});
