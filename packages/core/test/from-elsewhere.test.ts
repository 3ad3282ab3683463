import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Account } from "@better-auth-bsky/devnet";
import type { AuthContext } from "better-auth";
import type { Pool as MySql } from "mysql2/promise";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import type { AtprotoAuthOptions } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./databases.ts";
import {
	BETTER_AUTH_ATPROTO_0_1,
	BETTER_AUTH_BSKY_0_1,
	newJwk,
	OldApp,
	startAtcute,
	startSdk,
} from "./elsewhere-kit.ts";
import {
	type App,
	type AppOptions,
	type Browser,
	expire,
	newPerson,
	startApp,
	useNetwork,
} from "./kit.ts";

/**
 * People who come from an older plugin, on every kind of database: each finds the user that they had,
 * and nobody finds another's.
 */

const network = await useNetwork();
const kinds = await databaseKinds();

const TOKENS = { accessToken: "atproto-session", refreshToken: "atproto-session" };
const placeholder = (did: string) => `${did.replaceAll(":", "_")}@atproto.invalid`;

interface Here {
	database: TestDatabase;
	cleanUp: AsyncDisposableStack;
	query: ReturnType<typeof queryOf>;
	open(options?: AppOptions): Promise<App & { all: Rows }>;
}

type Rows = (model: string) => Promise<Record<string, unknown>[]>;

describe.each(kinds)("$name", (kind) => {
	const skip = kind.missing ?? false;
	const inDatabase = (name: string, run: (here: Here) => Promise<void>) =>
		test.skipIf(skip)(skip ? `${name} (skipped: ${skip})` : name, async () => {
			const database = await kind.create();
			const cleanUp = new AsyncDisposableStack();
			try {
				await run({
					database,
					cleanUp,
					query: queryOf(database),
					async open(options = {}) {
						const app = await startApp(network, {
							...options,
							auth: { database: database.database, ...options.auth },
						});
						cleanUp.defer(() => app.close());
						const { adapter } = (await app.auth.$context) as unknown as AuthContext;
						return Object.assign(app, {
							all: (model: string) => adapter.findMany<Record<string, unknown>>({ model }),
						});
					},
				});
			} finally {
				await cleanUp.disposeAsync();
				await database.drop();
			}
		});

	inDatabase("better-auth-bsky 0.1: everybody finds their user", async ({ database, open }) => {
		const old = await OldApp.migrate(database, BETTER_AUTH_BSKY_0_1);
		const [alone, linked, stranger] = await Promise.all([1, 2, 3].map(() => newPerson(network)));
		if (!alone || !linked || !stranger) throw new Error("nobody");
		const users = {
			alone: await old.addUser({
				email: placeholder(alone.did),
				atprotoDid: alone.did,
				atprotoHandle: alone.handle,
			}),
			linked: await old.addUser({ email: "linked@example.com", atprotoDid: linked.did }),
		};
		for (const [userId, { did }] of [
			[users.alone, alone],
			[users.linked, linked],
		] as const) {
			await old.addAccount(userId, { providerId: "atproto", accountId: did, ...TOKENS });
		}
		const app = await open({ plugin: { legacy: { providerIds: ["atproto"] } } });
		for (const [person, userId] of [
			[alone, users.alone],
			[linked, users.linked],
			[alone, users.alone],
		] as const) {
			const browser = app.browser();
			expect((await browser.signIn(person)).pathname).toBe("/me");
			expect(await browser.user()).toMatchObject({
				id: userId,
				bskyDid: person.did,
				bskyHandle: person.handle,
			});
			expect(await browser.json("/bsky/session")).toMatchObject({ active: true, did: person.did });
		}
		const browser = app.browser();
		await browser.signIn(stranger);
		expect(Object.values(users)).not.toContain((await browser.user())?.id);

		expect(await app.all("user")).toHaveLength(3);
		const accounts = await app.all("account");
		expect(accounts).toHaveLength(3);
		for (const account of accounts) {
			expect(account).toMatchObject({ providerId: "bsky", accessToken: null, refreshToken: null });
		}
		const emails = Object.fromEntries((await app.all("user")).map(({ id, email }) => [id, email]));
		expect(emails[users.alone]).toMatch(/@bsky\.placeholder\.invalid$/);
		expect(emails[users.linked]).toBe("linked@example.com");
	});

	inDatabase("better-auth-atproto 0.1, whatever its providerId", async ({ database, open }) => {
		const old = await OldApp.migrate(database, BETTER_AUTH_ATPROTO_0_1);
		const rows = ["bsky", "bluesky", "atproto"].map((providerId) => ({ providerId, tokens: {} }));
		const people = [...rows, { providerId: "bsky", tokens: TOKENS }];
		const made = [];
		for (const { providerId, tokens } of people) {
			const person = await newPerson(network);
			const { did, handle } = person;
			const email = `${made.length}@example.com`;
			const userId = await old.addUser({ email, bskyDid: did, bskyHandle: handle });
			await old.addAccount(userId, { providerId, accountId: did, ...tokens });
			made.push({ person, userId });
		}
		const app = await open({
			plugin: { legacy: { providerIds: ["bluesky", "atproto", "bsky"] } },
		});
		await comeBack(app.browser, made);
		expect(await app.all("user")).toHaveLength(made.length);
		expect((await app.all("account")).map(({ providerId }) => providerId)).toEqual(
			made.map(() => "bsky"),
		);
	});

	inDatabase("better-auth-bsky 0.1: sessions go on as the old client", async (here) => {
		const origin = newOrigin();
		const jwk = newJwk();
		const old = await OldApp.migrate(here.database, BETTER_AUTH_BSKY_0_1);
		const client = await startAtcute(network, origin, jwk, ATPROTO_PATHS);
		const made = [];
		for (const _ of [1, 2]) {
			const person = await newPerson(network);
			const { did, handle } = person;
			const userId = await old.addUser({ email: placeholder(did), atprotoDid: did });
			await old.addAccount(userId, { providerId: "atproto", accountId: did, ...TOKENS });
			await old.add("atprotoSession", {
				...{ did, userId, handle, pdsUrl: person.pds.url, updatedAt: new Date() },
				sessionData: JSON.stringify(await client.signIn(person)),
			});
			made.push({ person, userId });
		}
		await client.close();

		const { app, browser } = await hosted(here, origin, { privateKey: jwk, legacy: ATPROTO });
		await runScript(app, here.database, "from-better-auth-bsky.ts", origin);
		// Again, before anything has changed.
		for (const { person, userId } of made) {
			const body = { did: person.did, userId };
			expect(await app.auth.api.importBskyAccount({ body })).toEqual({ success: true });
		}
		await expect(here.query(`select * from "atprotoSession"`)).rejects.toThrow();
		await goesOn(app, client.clientId, made);
		await comeBack(browser, made);
		await isReplaced(app, `${origin}/api/auth/bsky/client-metadata.json`, made);
		expect(await app.all("user")).toHaveLength(made.length);
	});

	inDatabase("better-auth-atproto 0.1: sessions are sealed, or ended", async (here) => {
		const origin = newOrigin();
		const jwk = newJwk();
		const old = await OldApp.migrate(here.database, BETTER_AUTH_ATPROTO_0_1);
		const client = await startSdk(network, origin, jwk, BSKY_PATHS);
		const made: Made[] = [];
		for (const _ of [1, 2, 3, 4]) {
			const person = await newPerson(network);
			const { did, handle } = person;
			const email = `${made.length}@example.com`;
			const userId = await old.addUser({ email, bskyDid: did, bskyHandle: handle });
			await old.addAccount(userId, { providerId: "bluesky", accountId: did });
			const session = JSON.stringify(await client.signIn(person));
			await old.add("bskySession", { did, userId, session, updatedAt: new Date() });
			made.push({ person, userId });
		}
		await client.close();
		const { app, browser } = await hosted(here, origin, {
			privateKey: jwk,
			legacy: { providerIds: ["bluesky"] },
		});
		// Two come before the script does: one signs in, and one has the account disconnected.
		const [early, leaving, ...others] = made;
		if (!early || !leaving) throw new Error("nobody");
		await expect(app.auth.api.getBskyAgent({ trustedDid: early.person.did })).rejects.toMatchObject(
			{ body: { code: "SESSION_EXPIRED" } },
		);
		const fresh = browser();
		await fresh.signIn(early.person);
		expect((await fresh.user())?.id).toBe(early.userId);
		const context = (await app.auth.$context) as unknown as AuthContext;
		const [account] = await context.internalAdapter.findAccounts(leaving.userId);
		await context.internalAdapter.deleteAccount(String(account?.id));
		await isReplaced(app, client.clientId, [early]);
		await expect.poll(() => network.liveTokens(leaving.person.did)).toEqual([]);

		await runScript(app, here.database, "from-better-auth-atproto.ts", origin);
		await goesOn(app, client.clientId, others);
		await comeBack(browser, others);
		await isReplaced(app, client.clientId, others);
		expect(JSON.stringify(await app.all("bskySession"))).not.toContain("access_token");
	});

	inDatabase("a hand-written store of oauth-client-node", async (here) => {
		const origin = newOrigin();
		const jwk = newJwk();
		const client = await startSdk(network, origin, jwk, ROOT_PATHS);
		await OldApp.migrate(here.database);
		await here.query(`create table "person" ("did" varchar(200), "handle" varchar(200))`);
		await here.query(`create table "auth_session" ("key" varchar(200), "session" text)`);
		const people = [];
		for (const _ of [1, 2]) {
			const person = await newPerson(network);
			const session = JSON.stringify(await client.signIn(person));
			await here.query(`insert into "person" values (?, ?)`, [person.did, person.handle]);
			await here.query(`insert into "auth_session" values (?, ?)`, [person.did, session]);
			people.push(person);
		}
		await client.close();
		const clients = [{ clientId: client.clientId }];
		const { app, browser } = await hosted(here, origin, { privateKey: jwk, legacy: { clients } });
		await runScript(app, here.database, "from-oauth-client-node.ts", origin);
		const users = await app.all("user");
		const made = people.map((person) => ({
			person,
			userId: String(users.find(({ bskyDid }) => bskyDid === person.did)?.id),
		}));
		await goesOn(app, client.clientId, made);
		await comeBack(browser, made);
		await isReplaced(app, `${origin}/api/auth/bsky/client-metadata.json`, made);
		expect(await app.all("user")).toHaveLength(made.length);
	});
});

describe("what an older client has published", () => {
	const document = async (browser: Browser, url: string) => {
		const response = await browser.fetch(url);
		return response.ok ? ((await response.json()) as Record<string, unknown>) : response.status;
	};

	test("stays where it was, with today's keys, and its callback leads to where today's ends", async () => {
		const origin = newOrigin();
		const jwk = newJwk();
		const app = await startApp(network, {
			baseURL: origin,
			plugin: { privateKey: jwk, legacy: ATPROTO },
		});
		const browser = app.browser();
		const base = `${origin}/api/auth`;
		expect(await document(browser, `${base}/oauth-client-metadata.json`)).toMatchObject({
			client_id: `${base}/oauth-client-metadata.json`,
			redirect_uris: [`${base}/atproto/callback`],
			jwks_uri: `${base}/.well-known/jwks.json`,
			token_endpoint_auth_method: "private_key_jwt",
			dpop_bound_access_tokens: true,
		});
		const keys = await document(browser, `${base}/.well-known/jwks.json`);
		expect(keys).toEqual(await document(browser, `${base}/bsky/jwks.json`));
		expect(JSON.stringify(keys)).toContain(jwk.kid);
		const back = new URL(
			`${base}/atproto/callback?code=c&state=s&iss=i&evil=https%3A%2F%2Fevil.dev`,
		);
		expect((await browser.fetch(back)).headers.get("location")).toBe(
			`${base}/bsky/callback?code=c&state=s&iss=i`,
		);
		const end = await browser.arrive(back);
		expect([end.origin, end.searchParams.get("error")]).toEqual([origin, "state_not_found"]);
		await app.close();
	});

	test("is at no other app, and nowhere else", async () => {
		const origin = newOrigin();
		const without = await startApp(network, { baseURL: origin, plugin: { privateKey: newJwk() } });
		const base = `${origin}/api/auth`;
		for (const path of ["/oauth-client-metadata.json", "/atproto/callback"]) {
			expect(await document(without.browser(), base + path)).toBe(404);
		}
		await without.close();
	});

	test("on another domain is told by its host, today's by today's", async () => {
		const [origin, before] = [newOrigin(), newOrigin()];
		const path = "/api/auth/bsky/client-metadata.json";
		const clients = [{ clientId: `${before}${path}` }];
		const plugin = { privateKey: newJwk(), legacy: { clients } };
		const app = await startApp(network, { baseURL: origin, plugin });
		const browser = app.browser();
		for (const each of [origin, before]) {
			expect(await document(browser, each + path)).toMatchObject({ client_id: each + path });
		}
		await app.close();
	});
});

interface Made {
	person: Account;
	userId: string;
}

/** Each test is another client: a PDS remembers a client's document by its ID. */
let origins = 0;
const newOrigin = () => `https://elsewhere-${++origins}.dev`;

const ATPROTO_PATHS = {
	client: "/api/auth/oauth-client-metadata.json",
	jwks: "/api/auth/.well-known/jwks.json",
	callback: "/api/auth/atproto/callback",
};
const BSKY_PATHS = {
	client: "/api/auth/bsky/client-metadata.json",
	jwks: "/api/auth/bsky/jwks.json",
	callback: "/api/auth/bsky/callback",
};
const ROOT_PATHS = {
	client: "/client-metadata.json",
	jwks: "/jwks.json",
	callback: "/oauth/callback",
};

const ATPROTO = {
	providerIds: ["atproto"],
	clients: [
		{
			clientId: "/oauth-client-metadata.json",
			jwksUri: "/.well-known/jwks.json",
			redirectUri: "/atproto/callback",
		},
	],
};

/** The app as it is now, where the old one was. */
async function hosted(here: Here, baseURL: string, plugin: AtprotoAuthOptions) {
	const app = await here.open({ baseURL, plugin: { allowHttp: true, ...plugin } });
	const published = await network.publishOrigin(baseURL, app.port);
	here.cleanUp.defer(() => published.unpublish());
	return { app, browser: () => app.browser() };
}

const clientsAt = async (did: string) =>
	(
		await network.pds.server?.ctx.accountManager.db.db
			.selectFrom("token")
			.select("clientId")
			.where("did", "=", did as `did:plc:${string}`)
			.execute()
	)?.map(({ clientId }) => clientId);

/** Each signs in, and is the user that they were. */
async function comeBack(browser: () => ReturnType<App["browser"]>, made: Made[]) {
	for (const { person, userId } of made) {
		const fresh = browser();
		expect((await fresh.signIn(person)).pathname).toBe("/me");
		expect((await fresh.user())?.id).toBe(userId);
	}
}

/** The agent acts with the session that the old app had, and refreshes it as the old client. */
async function goesOn(app: App, clientId: string, made: Made[]) {
	for (const { person, userId } of made) {
		const [before] = await network.liveTokens(person.did);
		const agent = await app.auth.api.getBskyAgent({ userId });
		expect(agent.did).toBe(person.did);
		await agent.post({ text: "Hello from elsewhere" });
		await expire(app, person.did);
		const again = await app.auth.api.getBskyAgent({ userId });
		await again.post({ text: "And again" });
		const [after, ...others] = await network.liveTokens(person.did);
		expect(others).toEqual([]);
		expect(after?.currentRefreshToken).not.toBe(before?.currentRefreshToken);
		expect(await clientsAt(person.did)).toEqual([clientId]);
	}
}

/** Today's session is there, and the one before has ended at the server. */
async function isReplaced(app: App, clientId: string, made: Made[]) {
	for (const { person, userId } of made) {
		await expect.poll(() => network.liveTokens(person.did)).toHaveLength(1);
		expect(await clientsAt(person.did)).toEqual([clientId]);
		const agent = await app.auth.api.getBskyAgent({ userId });
		await agent.post({ text: "As today" });
	}
}

const DOCS = join(import.meta.dirname, "../../../docs/from-elsewhere.md");
const scripts = new Map(
	[...readFileSync(DOCS, "utf8").matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(
		([, name, code = ""]) => [name, code],
	),
);

/** Runs a script as the guide has it. */
async function runScript(app: App, database: TestDatabase, name: string, origin: string) {
	const code = scripts.get(name) ?? "throw new Error('no such script')";
	const body = stripTypeScriptTypes(code.replace(/^import .*$/gm, "")).replaceAll(
		"https://myapp.com",
		origin,
	);
	const failures: unknown[] = [];
	const run = new AsyncFunction("auth", "query", "console", body);
	await run(app.auth, queryOf(database), { error: (...of: unknown[]) => failures.push(of) });
	expect(failures).toEqual([]);
}

const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

/** SQL as PostgreSQL has it, asked of any of them. */
function queryOf({ url, database }: TestDatabase) {
	return async (sql: string, values: string[] = []): Promise<unknown[]> => {
		if (database instanceof DatabaseSync) return database.prepare(sql).all(...values);
		if (database instanceof Pool) {
			let count = 0;
			return (
				await database.query(
					sql.replaceAll("?", () => `$${++count}`),
					values,
				)
			).rows;
		}
		if (!("execute" in database)) throw new Error(`What is ${url}?`);
		const [rows] = await (database as MySql).query(sql.replaceAll('"', "`"), values);
		return Array.isArray(rows) ? rows : [];
	};
}
