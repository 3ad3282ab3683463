import { createPool } from "mysql2/promise";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { openApps, signIn, useWorld } from "./accounts-kit.ts";
import { databaseKinds, openDatabase } from "./databases.ts";

// Databases that were made with fewer letters than people have in their names.

const world = await useWorld();
const open = openApps(world);
const [, postgres, mariadb] = await databaseKinds();

const POSTGRES = process.env.TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const MYSQL = process.env.TEST_MYSQL_URL ?? "mysql://root@127.0.0.1:3306/test";

/** What was made is dropped at the end. */
const undo: (() => Promise<unknown>)[] = [];
afterAll(async () => {
	for (const step of undo.reverse()) await step();
});

async function onMariadb(letters: string) {
	const name = `bsky_letters_${letters}`;
	const admin = createPool({ uri: MYSQL, connectionLimit: 1 });
	await admin.query(`drop database if exists ${name}`);
	await admin.query(`create database ${name} character set ${letters}`);
	undo.push(() => admin.end());
	undo.push(() => admin.query(`drop database ${name}`));
	return at(MYSQL, name);
}

async function onPostgres(letters: string) {
	const name = `bsky_letters_${letters}`;
	const admin = new Client(POSTGRES);
	await admin.connect();
	await admin.query(`drop database if exists ${name}`);
	await admin.query(
		`create database ${name} template template0 encoding '${letters}' lc_collate 'C' lc_ctype 'C'`,
	);
	undo.push(() => admin.end());
	undo.push(() => admin.query(`drop database ${name}`));
	return at(POSTGRES, name);
}

function at(server: string, name: string) {
	const url = new URL(server);
	url.pathname = `/${name}`;
	const { database, close } = openDatabase(url.href);
	undo.push(close);
	return database;
}

const NAMES = ["Alice 🎉", "José 🎉", "アリス", "🎉", "Алиса"];

describe.each([
	["MariaDB, utf8mb3", mariadb?.missing, () => onMariadb("utf8mb3")],
	["MariaDB, latin1", mariadb?.missing, () => onMariadb("latin1")],
	["PostgreSQL, LATIN1", postgres?.missing, () => onPostgres("latin1")],
])("%s", (_, missing, make) => {
	test.skipIf(missing)(
		`whoever has any name comes in, and comes back ${missing ?? ""}`,
		async () => {
			const database = await make();
			const app = await open({ auth: { database } });
			const context = await app.auth.$context;
			for (const displayName of NAMES) {
				const person = await world.newPerson();
				person.deviations = { profile: { displayName, description: displayName } };
				const first = await signIn(app.browser(), person);
				expect([displayName, first.pathname + first.search]).toEqual([displayName, "/me"]);
				// A later name with other letters, too.
				person.deviations = { profile: { displayName: `${displayName} 🦋`, description: "🦋" } };
				const again = await signIn(app.browser(), person);
				expect([displayName, again.pathname + again.search]).toEqual([displayName, "/me"]);
				const user = await context.adapter.findOne<{ name: string }>({
					model: "user",
					where: [{ field: "bskyDid", value: person.did }],
				});
				expect(user?.name).toMatch(/^(?:Alice|José|@person-\d+\.test|アリス|Алиса)$/);
			}

			const [one, other] = [await world.newPerson(), await world.newPerson()];
			for (const person of [one, other])
				person.deviations = { profile: { displayName: "🦋 アリス", description: "🦋" } };
			const before = app.browser();
			for (const person of [one, other]) await signIn(before, person);
			// An instance that asks for their profiles anew.
			const browser = (await open({ baseURL: app.origin, auth: { database } })).browser();
			for (const [name, value] of before.cookies) browser.setCookie(name, value);
			expect(await browser.json("/bsky/session")).toMatchObject({ displayName: "🦋 アリス" });
			expect(await browser.json("/bsky/accounts")).toMatchObject({ accounts: [{}, {}] });
			for (const person of [one, other]) {
				const { status } = await browser.post("/bsky/switch", { did: person.did });
				expect(status).toBe(200);
				expect(await browser.json("/bsky/session")).toMatchObject({ did: person.did });
			}
			const accounts = (await (await browser.get("/list-accounts")).json()) as {
				id: string;
				accountId: string;
			}[];
			const accountId = accounts.find((account) => account.accountId === one.did)?.id;
			expect((await browser.post("/unlink-account", { accountId })).status).toBe(200);
			expect(await browser.user()).toMatchObject({ bskyDid: other.did });
		},
	);
});
