import { DatabaseSync } from "node:sqlite";
import { type AuthContext, betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { describe, expect, test } from "vitest";
import { atprotoAuth, type BskyCheck } from "../src/index.ts";
import { openApps, signIn, useWorld, withoutTransactions } from "./accounts-kit.ts";
import { type AppOptions, newPrivateKey, SECRET } from "./kit.ts";

const world = await useWorld();

const open = openApps(world);

const [FIRST, SECOND] = [newPrivateKey(), newPrivateKey()];

const named = { clientMetadata: { clientName: "Shop" } };

const at = (
	baseURL: AppOptions["baseURL"],
	database: DatabaseSync,
	privateKey: string | string[],
	secret = SECRET,
) =>
	open({
		baseURL,
		origin: "https://shop.dev",
		plugin: {
			privateKey,
			handleResolver: undefined,
			plcDirectoryUrl: undefined,
			typeahead: false,
			...named,
		},
		auth: { database, secret },
	});

const ids = ({ findings }: BskyCheck) => findings.map(({ id }) => id);

test("an app on localhost: nothing is wrong, and no server fetches its client", async () => {
	const app = await open();
	const check: BskyCheck = await app.auth.api.checkBsky();
	expect(check).toMatchObject({
		baseURL: `${app.origin}/api/auth`,
		isPublished: false,
		keys: [],
		findings: [],
	});
	expect(check.clientId).toMatch(/^http:\/\/localhost/);
});

test("a published app: its client, and the keys in their order", async () => {
	const app = await at("https://shop.dev", new DatabaseSync(":memory:"), [FIRST, SECOND]);
	const check = await app.auth.api.checkBsky();
	expect(check).toMatchObject({
		clientId: "https://shop.dev/api/auth/bsky/client-metadata.json",
		isPublished: true,
		findings: [],
	});
	const jwks = await app.auth.handler(new Request("https://shop.dev/api/auth/bsky/jwks.json"));
	const published = { keys: check.keys.map((kid) => expect.objectContaining({ kid })) };
	expect(await jwks.json()).toEqual(published);
});

test("what the start of an app says is in it, each by what is so and what to do", async () => {
	const app = await open({ baseURL: "https://shop.dev", plugin: { privateKey: FIRST } });
	const { findings } = await app.auth.api.checkBsky();
	expect(findings).toContainEqual({
		id: "name-missing",
		where: "set-up",
		level: "warn",
		sentence: expect.stringContaining("clientName"),
		remedy: expect.stringContaining("atprotoAuth"),
		link: expect.stringMatching(/#name-missing$/),
	});
});

test("where only a request says where the app is, one is handed over", async () => {
	const baseURL = { allowedHosts: ["shop.dev", "store.dev"] };
	const app = await at(baseURL, new DatabaseSync(":memory:"), FIRST);
	expect(
		await app.auth.api.checkBsky({ headers: new Headers({ host: "store.dev" }) }),
	).toMatchObject({ clientId: "https://store.dev/api/auth/bsky/client-metadata.json" });
	await expect(app.auth.api.checkBsky()).rejects.toThrow("headers");
});

test("a table that isn't there, in a database that better-auth doesn't look at", async () => {
	const tables = ["user", "session", "account", "verification", "bskyState", "bskySession"];
	const auth = betterAuth({
		baseURL: "http://localhost:3000",
		secret: SECRET,
		database: memoryAdapter(Object.fromEntries(tables.map((table) => [table, []]))),
		plugins: [atprotoAuth(named)],
	});
	const { findings } = await auth.api.checkBsky();
	expect(findings.map(({ id, sentence }) => [id, sentence])).toEqual([
		["table-missing", expect.stringContaining('"bskyAccount"')],
	]);
});

test("an adapter that was not told of transactions: what the log says at the start", async () => {
	const app = await open();
	const context = (await app.auth.$context) as unknown as AuthContext;
	withoutTransactions(context);
	const says = async () => (await app.auth.api.checkBsky()).findings;
	expect(await says()).toMatchObject([
		{
			...{ id: "transactions_missing", where: "database", level: "warn" },
			sentence: expect.stringContaining("half written"),
			remedy: expect.stringContaining("transaction: true"),
			link: expect.stringMatching(/#transactions_missing$/),
		},
	]);
	// Where nothing can be done, nothing has to be.
	context.adapter.id = "of-somebody";
	expect(await says()).toMatchObject([{ level: "info", remedy: "Nothing has to be done." }]);
});

describe("stored sessions", () => {
	test.each([
		["all is well", "https://shop.dev", FIRST, SECRET, []],
		["a key that is gone", "https://shop.dev", SECOND, SECRET, ["sessions-without-key"]],
		["another host", "https://store.dev", FIRST, SECRET, ["sessions-of-other-clients"]],
		[
			"another secret",
			"https://shop.dev",
			FIRST,
			"another-secret-that-is-long-9876543210",
			["sessions-unreadable"],
		],
	])("%s", async (_, origin, key, secret, expected) => {
		const database = new DatabaseSync(":memory:");
		const plugin = { privateKey: FIRST, allowHttp: true, ...named };
		const app = await open({ baseURL: "https://shop.dev", plugin, auth: { database } });
		await signIn(app.browser(), await world.newPerson());
		const later = await at(origin, database, key, secret);
		expect(ids(await later.auth.api.checkBsky())).toEqual(expected);
	});
});

test.each([
	["two hours", 2, ["revocations-waiting"]],
	["a minute", 1 / 60, []],
])("a revocation that waits for %s", async (_, hours, expected) => {
	const app = await open();
	const person = await world.newPerson();
	const browser = app.browser();
	await signIn(browser, person);
	person.deviations = { revoke: () => ({ status: 503, body: {} }) };
	await browser.post("/bsky/disconnect", {});
	const since = new Date(Date.now() - hours * 3_600_000).toISOString();
	app.database.prepare('update "bskyRevocation" set "createdAt" = ?').run(since);
	expect(ids(await app.auth.api.checkBsky())).toEqual(expected);
});

test("which key how many sessions need, and until when", async () => {
	const database = new DatabaseSync(":memory:");
	const plugin = { allowHttp: true, ...named };
	const with_ = (privateKey: string | string[]) =>
		open({ baseURL: "https://shop.dev", plugin: { ...plugin, privateKey }, auth: { database } });
	const before = Math.floor(Date.now() / 1000) * 1000;
	const app = await with_(FIRST);
	for (let n = 0; n < 2; n++) await signIn(app.browser(), await world.newPerson());
	const later = await with_([SECOND, FIRST]);
	await signIn(later.browser(), await world.newPerson());
	const { keys: uses, unreadable } = await later.auth.api.getBskyKeyUse();
	expect(unreadable).toBe(0);
	expect(uses).toMatchObject([
		{ role: "signs", sessions: 1 },
		{ role: "published", sessions: 2 },
	]);
	for (const { lastRefreshedAt } of uses)
		expect(lastRefreshedAt?.getTime()).toBeGreaterThanOrEqual(before);
	const without = await with_(SECOND);
	expect(await without.auth.api.getBskyKeyUse()).toMatchObject({
		keys: [
			{ role: "signs", sessions: 1 },
			{ role: "missing", sessions: 2, kid: uses[1]?.kid },
		],
	});
	const secret = "another-secret-that-is-long-9876543210";
	const locked = await at("https://shop.dev", database, [SECOND, FIRST], secret);
	expect(await locked.auth.api.getBskyKeyUse()).toMatchObject({
		keys: [{ sessions: 0 }, { sessions: 0 }],
		unreadable: 3,
	});
});

test("a revocation that waits needs its key, too", async () => {
	const plugin = { privateKey: FIRST, allowHttp: true, ...named };
	const app = await open({ baseURL: "https://shop.dev", plugin });
	const person = await world.newPerson();
	const browser = app.browser();
	await signIn(browser, person);
	person.deviations = { revoke: () => ({ status: 503, body: {} }) };
	await browser.post("/bsky/disconnect", {});
	expect(await app.auth.api.getBskyKeyUse()).toMatchObject({
		keys: [{ role: "signs", sessions: 0, revocations: 1 }],
		unreadable: 0,
	});
});

test("more sessions than a page has", async () => {
	const plugin = { allowHttp: true, privateKey: FIRST, ...named };
	const app = await open({ baseURL: "https://shop.dev", plugin });
	await signIn(app.browser(), await world.newPerson());
	// Sealed for another DID: none of them opens, and each is read before the one that does.
	const copy = app.database.prepare(
		`insert into "bskySession" ("id", "did", "session", "userId", "updatedAt", "lockVersion", "lockedUntil")
		select ?, ?, "session", "userId", "updatedAt", 0, 0 from "bskySession" limit 1`,
	);
	for (let n = 0; n < 1200; n++) copy.run(`id${n}`, `did:plc:000${n}`);
	expect(await app.auth.api.getBskyKeyUse()).toMatchObject({
		keys: [{ role: "signs", sessions: 1 }],
		unreadable: 1200,
	});
});
