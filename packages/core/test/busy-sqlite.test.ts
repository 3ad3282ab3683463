import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Account, approve } from "@better-auth-bsky/devnet";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { type App, type Browser, expire, newPerson, startApp, useNetwork } from "./kit.ts";

/**
 * A file of SQLite that another process writes to. `node:sqlite` waits for nobody unless it is told to: it
 * says at once that the database is locked.
 */

const network = await useNetwork({ appView: "none" });
const folder = mkdtempSync(join(tmpdir(), "bsky-busy-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** How long another process writes, in milliseconds: longer than one more try takes. */
const WRITES = 100;

async function appOnFile() {
	const file = join(folder, `${crypto.randomUUID()}.sqlite`);
	const database = new DatabaseSync(file);
	const other = new DatabaseSync(file);
	const app = await startApp(network, { auth: { database } });
	onTestFinished(() => app.close());
	const prepare = database.prepare.bind(database);
	let [writes, hit] = [0, 0];
	database.prepare = (sql, options) => {
		const isOurs = /^(insert|update|delete)\b.*"bsky/i.test(sql);
		if (isOurs && ++writes === hit) writeBeside(other);
		return prepare(sql, options);
	};
	return {
		app,
		/** Another process begins to write right before the nth of our writes. */
		watch: (n: number) => ([writes, hit] = [0, n]),
		/** How many there were since then. */
		writes: () => writes,
	};
}

function writeBeside(other: DatabaseSync): void {
	try {
		other.exec("begin immediate");
		setTimeout(() => other.exec("commit"), WRITES);
	} catch {
		// Somebody of the app is in the middle of a transaction: it is the other one that waits.
	}
}

interface Flow {
	/** What comes before it. */
	prepare?(app: App, browser: Browser, person: Account): Promise<unknown>;
	/** Throws where it doesn't come to its end. */
	run(app: App, browser: Browser, person: Account, prepared: unknown): Promise<void>;
}

const approved = async (_: App, browser: Browser, person: Account) =>
	approve(await browser.begin(person.handle), { account: person });

const arrived: Flow["run"] = async (app, browser, _, url) =>
	expect((await browser.arrive(new URL(String(url)))).href).toBe(`${app.origin}/me`);

const signedIn = (_: App, browser: Browser, person: Account) => browser.signIn(person);

test.for<[name: string, flow: Flow]>([
	[
		"a sign-in begins",
		{
			run: async (_, browser, person) =>
				expect(await browser.begin(person.handle)).toContain("http"),
		},
	],
	["somebody new comes back", { prepare: approved, run: arrived }],
	[
		"somebody comes back who was here before",
		{
			async prepare(app, browser, person) {
				await app.browser().signIn(person);
				return approved(app, browser, person);
			},
			run: arrived,
		},
	],
	[
		"a session is refreshed",
		{
			async prepare(app, browser, person) {
				await browser.signIn(person);
				await expire(app, person.did);
			},
			async run(app, _, { did }) {
				const agent = await app.auth.api.getBskyAgent({ did });
				expect((await agent.com.atproto.server.getSession()).data.did).toBe(did);
			},
		},
	],
	[
		"an account is disconnected",
		{
			prepare: signedIn,
			async run(_, browser) {
				expect((await browser.post("/bsky/disconnect", {})).status).toBe(200);
			},
		},
	],
])("%s, whatever another process writes meanwhile", async ([, { prepare, run }]) => {
	const { app, watch, writes } = await appOnFile();
	for (let n = 1, most = 1; n <= most; n++) {
		const person = await newPerson(network);
		const browser = app.browser();
		const prepared = await prepare?.(app, browser, person);
		watch(n);
		await run(app, browser, person, prepared);
		most = Math.max(n === 1 ? 1 : most, writes());
	}
	expect(app.logs.filter((line) => line.startsWith("error"))).toEqual([]);
});

test("several people sign in at once, in two processes", async () => {
	const { app, watch } = await appOnFile();
	const people = await Promise.all(Array.from({ length: 6 }, () => newPerson(network)));
	const writing = setInterval(() => watch(1), 2 * WRITES);
	const ends = await Promise.all(people.map((person) => app.browser().signIn(person)));
	clearInterval(writing);
	expect(ends.map(({ href }) => href)).toEqual(people.map(() => `${app.origin}/me`));
});
