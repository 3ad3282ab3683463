import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { atprotoAuth } from "@better-auth-bsky/core";
import { type BetterAuthPlugin, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { expect, test } from "vitest";
import { BASE, jwk, LEGACY, OLDER, SECRET, sessionOf } from "./older.ts";
import { APP, runWith } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "bsky-migrate-"));

type Values = Record<string, unknown>;

/** An app's database with the tables of an older plugin and of this one. */
async function appFrom(...older: BetterAuthPlugin[]) {
	const file = join(folder, `${crypto.randomUUID()}.sqlite`);
	const database = new DatabaseSync(file);
	const options = {
		...{ baseURL: BASE, secret: SECRET, database },
		logger: { disabled: true },
		plugins: [atprotoAuth({ privateKey: JSON.stringify(jwk), ...named }), ...older],
	};
	const auth = betterAuth(options);
	await (await getMigrations(auth.options)).runMigrations();
	const { adapter } = await auth.$context;
	const now = { createdAt: new Date(), updatedAt: new Date() };
	const add = async (model: string, data: Values) =>
		String((await adapter.create<Values>({ model, data: { ...now, ...data } })).id);
	return {
		addUser: (email: string, values: Values = {}) =>
			add("user", { name: "Ann", emailVerified: false, email, ...values }),
		addAccount: (userId: string, accountId: string) =>
			add("account", { userId, accountId, providerId: "atproto", accessToken: "atproto-session" }),
		add: (model: string, data: Values) => adapter.create({ model, data }),
		run: (sql: string) => database.exec(sql),
		rows: (table: string) => database.prepare(`select * from "${table}"`).all(),
		migrate: (...args: string[]) =>
			runWith(
				{
					...{ BETTER_AUTH_URL: BASE, BETTER_AUTH_SECRET: SECRET, DATABASE: file },
					BSKY_PRIVATE_KEY: JSON.stringify(jwk),
					BSKY: JSON.stringify({ legacy: LEGACY }),
				},
				...["migrate", "--cwd", APP, ...args],
			),
	};
}

const named = { clientMetadata: { clientName: "Shop" } };

test("better-auth-bsky 0.1: what would become of each, and then it does", async () => {
	const app = await appFrom(OLDER);
	const people: [string, object | string | null][] = [
		["did:plc:ann", sessionOf("did:plc:ann")],
		["did:plc:bob", "{}"],
		["did:plc:cem", sessionOf("did:plc:cem", "a key that is gone")],
		["did:plc:dee", null],
		["did:plc:eve", '{"tokenSet":{"refresh_token":"a-refresh-token" "cut off'],
	];
	for (const [did, session] of people) {
		const userId = await app.addUser(`${did.replaceAll(":", "_")}@atproto.invalid`, {
			atprotoDid: did,
		});
		await app.addAccount(userId, did);
		const sessionData = typeof session === "string" ? session : JSON.stringify(session);
		if (session) await app.add("atprotoSession", { did, userId, sessionData });
	}
	const before = ["user", "account", "bskySession", "atprotoSession"].map(app.rows);
	const from = ["--from", "better-auth-bsky@0.1"];
	const shown = await app.migrate(...from);
	expect(shown.err).toBe("");
	expect(shown.out).toContain("Nothing was written");
	expect(shown.out).toContain("privateKey has no key by that name");
	expect(shown.out).toContain("no JSON");
	expect(shown.out).not.toContain("a-refresh");
	expect(shown.code).toBe(1);
	expect(["user", "account", "bskySession", "atprotoSession"].map(app.rows)).toEqual(before);

	const { out, code } = await app.migrate(...from, "--apply", "--json");
	const { people: outcomes } = JSON.parse(out);
	expect(outcomes).toMatchObject([
		{ did: "did:plc:ann", session: "goes on", done: true },
		{ did: "did:plc:bob", session: "none", done: true },
		{ did: "did:plc:cem", session: "can't be used", done: false },
		{ did: "did:plc:dee", session: "none", done: true },
		{ did: "did:plc:eve", session: "can't be used", done: false },
	]);
	expect(code).toBe(1);
	for (const account of app.rows("account"))
		expect(account).toMatchObject({ providerId: "bsky", accessToken: null });
	for (const user of app.rows("user")) {
		expect(user).toMatchObject({ bskyDid: user.atprotoDid });
		expect(user.email).toMatch(/@bsky\.placeholder\.invalid$/);
	}
	const sealed = app.rows("bskySession");
	expect(sealed).toMatchObject([{ did: "did:plc:ann" }]);
	expect(JSON.stringify(sealed)).not.toContain("a-refresh-token");
	// What nobody could bring over is left for whoever finds the key.
	expect(app.rows("atprotoSession").map(({ did }) => did)).toEqual(["did:plc:cem", "did:plc:eve"]);

	const again = await app.migrate(...from, "--apply");
	expect(again.out).toContain("Nobody is left");
	expect(again.code).toBe(0);
});

test("better-auth-atproto 0.1: its sessions are sealed where they stand", async () => {
	const app = await appFrom();
	const did = "did:plc:ann";
	const userId = await app.addUser("ann@shop.dev", { bskyDid: did });
	await app.addAccount(userId, did);
	await app.add("bskySession", {
		...{ did, userId, updatedAt: new Date(), lockVersion: 0, lockedUntil: 0 },
		session: JSON.stringify(sessionOf(did)),
	});
	const { code, err } = await app.migrate("--from", "better-auth-atproto@0.1", "--apply");
	expect(err).toBe("");
	expect(code).toBe(0);
	const [stored] = app.rows("bskySession");
	expect(stored).toMatchObject({ did, userId });
	expect(JSON.stringify(stored)).not.toContain("a-refresh-token");
});

test("code of one's own: people from a file, with the users that are there", async () => {
	const app = await appFrom();
	const known = await app.addUser("ann@shop.dev");
	const file = join(folder, "people.jsonl");
	const people = [
		{ did: "did:plc:ann", userId: known, session: sessionOf("did:plc:ann") },
		{ did: "did:plc:bob", handle: "bob.test", session: JSON.stringify(sessionOf("did:plc:bob")) },
	];
	writeFileSync(file, people.map((each) => `${JSON.stringify(each)}\n`).join("\n"));
	const args = [
		"--from",
		"oauth-client-node",
		"--file",
		file,
		"--client-id",
		`${BASE}/client.json`,
	];
	expect((await app.migrate(...args)).code).toBe(0);
	expect(app.rows("user")).toHaveLength(1);
	for (let times = 0; times < 2; times++) {
		const { code, err } = await app.migrate(...args, "--apply");
		expect(err).toBe("");
		expect(code).toBe(0);
		expect(app.rows("bskyAccount").filter(({ userId }) => userId)).toHaveLength(2);
		expect(app.rows("user")).toMatchObject([
			{ id: known, bskyDid: "did:plc:ann" },
			{ name: "bob.test", bskyDid: "did:plc:bob" },
		]);
		expect(app.rows("bskySession")).toHaveLength(2);
	}
});

test("who is known by another account is found, and nobody stays whom nothing belongs to", async () => {
	const app = await appFrom();
	const userId = await app.addUser("ann@shop.dev", { bskyDid: "did:plc:first" });
	await app.add("bskyAccount", { did: "did:plc:second", userId, version: 0 });
	const file = join(folder, "second.jsonl");
	writeFileSync(file, '{"did":"did:plc:second"}\n{"did":"no did"}\n');
	const { out, code } = await app.migrate(
		"--from",
		"oauth-client-node",
		"--file",
		file,
		"--apply",
		"--json",
	);
	expect(JSON.parse(out).people).toMatchObject([
		{ did: "did:plc:second", userId, done: true },
		{ did: "no did", userId: null, done: false, why: expect.stringContaining("no DID") },
	]);
	expect(code).toBe(1);
	expect(app.rows("user")).toMatchObject([{ id: userId }]);
});

test.each([
	["no source", [], "--from"],
	["one that is none", ["--from", "lucia"], "choices"],
	["no file", ["--from", "oauth-client-node"], "--file"],
	["a file that isn't there", ["--from", "oauth-client-node", "--file", "nowhere"], "nowhere"],
	["a folder for one", ["--from", "oauth-client-node", "--file", folder], `no file ${folder}`],
	[
		"a file for those of a table",
		["--from", "better-auth-bsky@0.1", "--file", "x"],
		"--file is for oauth-client-node",
	],
])("%s: it could not run", async (_, args, said) => {
	const { migrate } = await appFrom();
	const { code, err } = await migrate(...args);
	expect(err).toContain(said);
	expect(code).toBe(2);
});

test("an app without its tables says so once, and not of each", async () => {
	const settings = { BETTER_AUTH_URL: BASE, BETTER_AUTH_SECRET: SECRET, DATABASE: ":memory:" };
	const env = { ...settings, BSKY_PRIVATE_KEY: JSON.stringify(jwk) };
	const args = fileOf({ did: "did:plc:ann" }, { did: "did:plc:bob" });
	const { code, out, err } = await runWith(env, "migrate", "--cwd", APP, ...args);
	expect({ code, out }).toEqual({ code: 2, out: "" });
	expect(err).toContain("npx auth migrate");
});

test("a line that is no person is named, and not quoted", async () => {
	const { migrate } = await appFrom();
	const file = join(folder, "broken.jsonl");
	writeFileSync(file, '{"did":"did:plc:ann"}\n{"session":"a-refresh-token');
	const { code, err } = await migrate("--from", "oauth-client-node", "--file", file);
	expect(err).toContain("broken.jsonl, line 2");
	expect(err).not.toContain("a-refresh-token");
	expect(code).toBe(2);
});

/** A file of people, and what comes of it. */
const fileOf = (...lines: (object | string)[]) => {
	const file = join(folder, `${crypto.randomUUID()}.jsonl`);
	const text = lines.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
	writeFileSync(file, text.join("\n"));
	return ["--from", "oauth-client-node", "--file", file, "--client-id", `${BASE}/client.json`];
};

test("a user whose ID is a number is that user", async () => {
	const app = await appFrom();
	await app.addUser("ann@shop.dev");
	app.run(`update "user" set "id" = '42'`);
	const args = fileOf({ did: "did:plc:ann", userId: 42 });
	const { out } = await app.migrate(...args, "--apply", "--json");
	expect(JSON.parse(out).people).toMatchObject([{ userId: "42", done: true }]);
	expect(app.rows("user")).toMatchObject([{ id: "42", bskyDid: "did:plc:ann" }]);
});

test.each<[string, (object | string)[], string]>([
	["no JSON in the middle", [{ did: "did:plc:ann" }, "{", { did: "did:plc:bob" }], "line 2"],
	["a user that is no ID", [{ did: "did:plc:ann", userId: { id: 1 } }], "line 1"],
	["a list of all of them", [[{ did: "did:plc:ann" }]], "line 1"],
])("with %s nobody is brought over", async (_, lines, said) => {
	const app = await appFrom();
	const { code, out, err } = await app.migrate(...fileOf(...lines), "--apply");
	expect({ code, out }).toEqual({ code: 2, out: "" });
	expect(err).toContain(said);
	expect(app.rows("user")).toEqual([]);
	expect(app.rows("bskyAccount")).toEqual([]);
});

test("a byte order mark is no mistake, and somebody without a handle has a name", async () => {
	const app = await appFrom();
	const args = fileOf('\uFEFF{"did":"did:plc:ann","handle":""}');
	const { code, err } = await app.migrate(...args, "--apply");
	expect({ code, err }).toEqual({ code: 0, err: "" });
	expect(app.rows("user")).toMatchObject([{ name: "did:plc:ann" }]);
});

test("what is shown first of people without a user is what becomes of them", async () => {
	const app = await appFrom();
	const people = [
		{ did: "did:plc:ann", session: sessionOf("did:plc:ann") },
		{ did: "alice.test" },
		{ did: "did:plc:cem", session: sessionOf("did:plc:cem", "a key that is gone") },
		{ did: "did:plc:dee", session: sessionOf("did:plc:somebody-else") },
	];
	const outcomes = async (...args: string[]) => {
		const { out } = await app.migrate(...fileOf(...people), "--json", ...args);
		return JSON.parse(out).people.map(({ userId: _, ...each }: Values) => each);
	};
	const inNobodysApp = await outcomes();
	expect(inNobodysApp[1]).toMatchObject({ done: false, why: expect.stringContaining("no DID") });
	expect(app.rows("user")).toEqual([]);
	await app.addUser("somebody@shop.dev");
	const shown = await outcomes();
	expect(inNobodysApp).toEqual(shown);
	expect(shown).toEqual(await outcomes("--apply"));
	expect(shown.map(({ done }: Values) => done)).toEqual([true, false, false, false]);
});

test("a DID that two lines give to two users stays the first one's", async () => {
	const app = await appFrom();
	const [ann, bob] = [await app.addUser("ann@shop.dev"), await app.addUser("bob@shop.dev")];
	const args = fileOf({ did: "did:plc:ann", userId: ann }, { did: "did:plc:ann", userId: bob });
	const { out, code } = await app.migrate(...args, "--apply", "--json");
	expect(JSON.parse(out).people).toMatchObject([{ done: true }, { done: false }]);
	expect(code).toBe(1);
	expect(app.rows("bskyAccount").filter(({ userId }) => userId)).toMatchObject([{ userId: ann }]);
});

test("people come over without their sessions where the table of those is gone", async () => {
	const app = await appFrom();
	const userId = await app.addUser("did_plc_ann@atproto.invalid");
	await app.addAccount(userId, "did:plc:ann");
	const from = ["--from", "better-auth-bsky@0.1"];
	const refused = await app.migrate(...from);
	expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("--no-sessions") });
	const { code, err } = await app.migrate(...from, "--no-sessions", "--apply");
	expect({ code, err }).toEqual({ code: 0, err: "" });
	expect(app.rows("account")).toMatchObject([{ providerId: "bsky", userId }]);
});
