import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { approve } from "@better-auth-bsky/devnet";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { expire, newPerson, startApp, useNetwork } from "./kit.ts";

/**
 * A file of SQLite that another process writes to. `node:sqlite` waits for nobody unless it is told to: it
 * says at once that the database is locked.
 */

const network = await useNetwork({ appView: "none" });
const folder = mkdtempSync(join(tmpdir(), "bsky-busy-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** How long another process writes, in milliseconds: longer than one more try takes. */
const WRITES = 400;

async function appOnFile() {
	const file = join(folder, `${crypto.randomUUID()}.sqlite`);
	const database = new DatabaseSync(file);
	const other = new DatabaseSync(file);
	const app = await startApp(network, { auth: { database } });
	onTestFinished(() => app.close());
	/** Another process writes from now on, for a moment. */
	const writeBeside = () => {
		other.exec("begin immediate");
		return new Promise<void>((resolve) => {
			setTimeout(() => {
				other.exec("commit");
				resolve();
			}, WRITES);
		});
	};
	return {
		app,
		writeBeside,
		rows: (table: string) => database.prepare(`select * from ${table}`).all(),
	};
}

test("a sign-in begins, and its person comes back", async () => {
	const { app, writeBeside, rows } = await appOnFile();
	const person = await newPerson(network);
	const browser = app.browser();
	const isOver = writeBeside();
	const url = await browser.begin(person.handle);
	await isOver;
	const callback = await approve(url, { account: person });
	const isOverAgain = writeBeside();
	expect((await browser.arrive(callback)).href).toBe(`${app.origin}/me`);
	await isOverAgain;
	expect(rows("bskyState")).toEqual([]);
	expect(rows("bskySession")).toHaveLength(1);
});

test("a session is refreshed, once", async () => {
	const { app, writeBeside } = await appOnFile();
	const person = await newPerson(network);
	const browser = app.browser();
	await browser.signIn(person);
	await expire(app, person.did);
	const isOver = writeBeside();
	expect(await browser.json("/bsky/session")).toMatchObject({ active: true, did: person.did });
	await isOver;
});

test("several people sign in at once, in two processes", async () => {
	const { app, writeBeside } = await appOnFile();
	const people = await Promise.all(Array.from({ length: 6 }, () => newPerson(network)));
	const writing = setInterval(() => void writeBeside(), 4 * WRITES);
	const ends = await Promise.all(people.map((person) => app.browser().signIn(person)));
	clearInterval(writing);
	expect(ends.map(({ href }) => href)).toEqual(people.map(() => `${app.origin}/me`));
});
