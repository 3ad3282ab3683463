import type { AuthContext } from "better-auth";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import { startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type AppOptions, type Browser, SECRET, startApp } from "./kit.ts";

type Person = Awaited<ReturnType<typeof startEvilServer>>;

let alice: Person;
let bob: Person;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let aliceBrowser: Browser;
let bobBrowser: Browser;

beforeAll(async () => {
	alice = await startEvilServer({ handle: "alice.test" });
	bob = await startEvilServer({ handle: "bob.test" });
	world = await startDirectories([alice, bob]);
});
afterAll(() => Promise.all([alice.close(), bob.close(), world.close()]));
afterEach(() => app.close());

const signIn = async (browser: Browser, person: Person) =>
	browser.arrive(person.approve(await browser.begin(person.did)));
const open = async (options?: AppOptions) => {
	app = await startApp(world, options);
	return app.browser();
};
beforeEach(async () => {
	for (const person of [alice, bob]) {
		person.received.length = 0;
		person.deviations = {};
	}
	aliceBrowser = await open();
	bobBrowser = app.browser();
	await signIn(aliceBrowser, alice);
	await signIn(bobBrowser, bob);
	// What was known of a row a moment ago says nothing of the row that is there now.
	const restored = await aliceBrowser.post("/bsky/restore", {});
	expect(await restored.json()).toMatchObject({ active: true, did: alice.did });
});

/** The plugin at work, for a round of revocations at a time of the test's. */
async function bskyOf({ auth }: App) {
	const context = (await auth.$context) as unknown as AuthContext;
	return new BskyPlugin(
		resolveOptions({ plcDirectoryUrl: world.plcUrl, handleResolver: world.handleResolverUrl }),
	).at(context);
}

const sealedOf = (did: string) =>
	String(app.rows("bskySession").find((row) => row.did === did)?.session);
const overwrite = (did: string, session: unknown) =>
	app.database
		.prepare("update bskySession set session = ? where did = ?")
		.run(session as string, did);

/** Signed out from the server, with a reason, everywhere; and a new sign-in is all it takes. */
async function signedOut(): Promise<void> {
	const expected = { active: false, did: alice.did, reason: "signed_out" };
	expect(await aliceBrowser.json("/bsky/session")).toMatchObject(expected);
	const restored = await aliceBrowser.post("/bsky/restore", {});
	expect([restored.status, await restored.json()]).toEqual([200, expected]);
	for (const input of [{ did: alice.did }, { userId: String((await aliceBrowser.user())?.id) }]) {
		const agent = app.auth.api.getBskyAgent(input);
		await expect(agent).rejects.toMatchObject({ body: { code: "SESSION_EXPIRED" } });
	}
	// Nobody's tokens were used for it.
	const used = [...alice.received, ...bob.received].filter(
		({ path, headers }) =>
			Boolean(headers.authorization) && !path.startsWith("/xrpc/app.bsky.actor"),
	);
	expect(used).toEqual([]);
}

describe("a stored session", () => {
	test("of another DID doesn't open in this row", async () => {
		overwrite(alice.did, sealedOf(bob.did));
		await signedOut();
		expect(await bobBrowser.json("/bsky/session")).toMatchObject({ active: true });
	});

	test("is not a stored state or revocation in its place", async () => {
		await app.browser().begin(alice.did);
		overwrite(alice.did, app.rows("bskyState")[0]?.state);
		await signedOut();
		bob.deviations.revoke = () => ({ status: 500 });
		await bobBrowser.post("/bsky/disconnect", {});
		await expect.poll(() => app.rows("bskyRevocation")).toHaveLength(1);
		overwrite(alice.did, app.rows("bskyRevocation")[0]?.token);
		await signedOut();
	});

	test.each([
		["nothing", () => ""],
		["garbage", () => "garbage"],
		["hex of nothing", () => "00".repeat(100)],
		["plain JSON", () => JSON.stringify({ tokenSet: { sub: alice.did } })],
		["a prototype", () => '{"__proto__":{}}'],
		["an envelope of a version that never was", () => `$ba$99$${sealedOf(alice.did)}`],
		["half of itself", () => sealedOf(alice.did).slice(0, sealedOf(alice.did).length / 2)],
		["itself twice", () => sealedOf(alice.did).repeat(2)],
		[
			"itself with a bit turned",
			() => sealedOf(alice.did).replace(/.$/, (c) => (c === "0" ? "1" : "0")),
		],
		["1 MB", () => "a".repeat(1024 * 1024)],
		["bytes", () => Buffer.from([0, 255, 0])],
		["a number", () => 7],
	])("overwritten with %s counts as signed out, and a sign-in mends it", async (_name, value) => {
		overwrite(alice.did, value());
		await signedOut();
		expect((await signIn(app.browser(), alice)).pathname).toBe("/me");
		expect(await aliceBrowser.json("/bsky/session")).toMatchObject({ active: true });
	});

	test("that can't be opened is in nobody's way", async () => {
		overwrite(alice.did, "garbage");
		expect((await aliceBrowser.post("/bsky/disconnect", {})).status).toBe(200);
		expect(app.rows("bskySession").map((row) => row.did)).toEqual([bob.did]);
		overwrite(bob.did, "garbage");
		expect((await bobBrowser.post("/sign-out", {})).status).toBe(200);
		expect(app.rows("bskySession")).toEqual([]);
	});

	test("holds nothing that can be read", async () => {
		const dump = JSON.stringify(
			["user", "account", "session", "bskySession", "bskyState", "bskyRevocation"].map(app.rows),
		);
		const secrets = [...alice.secrets, ...bob.secrets];
		expect(secrets.length).toBeGreaterThanOrEqual(6);
		expect(secrets.filter((secret) => dump.includes(secret))).toEqual([]);
		expect(dump).not.toMatch(/"d":|dpop|refresh_token"/i);
	});
});

describe("a state", () => {
	/** Two sign-ins under way in two browsers; what is stored of the first is put into the second. */
	async function swapped(value: (own: unknown, other: unknown) => unknown) {
		app.database.exec("delete from bskyState");
		const [mine, theirs] = [app.browser(), app.browser()];
		await mine.begin(bob.did);
		const [own] = app.rows("bskyState");
		const callback = bob.approve(`${bob.origin}/`);
		await theirs.begin(alice.did);
		const other = app.rows("bskyState").find((row) => row.id !== own?.id);
		app.database
			.prepare("update bskyState set state = ? where id = ?")
			.run(value(own?.state, other?.state) as string, String(own?.id));
		return { mine, callback };
	}

	test("of another sign-in, garbage or a session in its place is none", async () => {
		for (const value of [
			(_own: unknown, other: unknown) => other,
			() => sealedOf(bob.did),
			() => "garbage",
			() => "",
			(own: unknown) => String(own).slice(0, -2),
		]) {
			const { mine, callback } = await swapped(value);
			const end = await mine.arrive(callback);
			expect(end.searchParams.get("error")).toBe("state_not_found");
			expect(await mine.user()).toBeNull();
		}
		const { mine, callback } = await swapped((own) => own);
		expect((await mine.arrive(callback)).pathname).toBe("/me");
	});
});

describe("a revocation", () => {
	test("of an earlier version that can't be opened is dropped, and sends nothing anywhere", async () => {
		const insert = app.database.prepare(
			"insert into bskyRevocation (id, key, token, attempts, nextAttemptAt) values (?, ?, ?, 0, ?)",
		);
		const past = new Date(Date.now() - 1000).toISOString();
		const values = [sealedOf(alice.did), "garbage", "", "{}"];
		for (const [index, value] of values.entries())
			insert.run(`r${index}`, `k${index}`, value, past);
		for (const person of [alice, bob]) person.received.length = 0;
		await retryRevocations(await bskyOf(app));
		expect(app.rows("bskyRevocation")).toEqual([]);
		expect([...alice.received, ...bob.received]).toEqual([]);
	});
});

describe("the app's secret", () => {
	const [first, second] = [SECRET, "another-secret-that-is-long-enough-9876543210"];

	let database: App["database"];
	beforeEach(() => {
		database = app.database;
	});
	/** The same database under other secrets. */
	async function reopen(auth: AppOptions["auth"]): Promise<void> {
		await app.close();
		app = await startApp(world, { auth: { database, ...auth } });
	}
	const agentOf = (did: string) => app.auth.api.getBskyAgent({ did });

	test("rotates with better-auth's own rotation: sessions stay readable", async () => {
		const secrets = (...values: string[]) => ({
			secrets: values.map((value, index) => ({ value, version: values.length - index })),
		});
		// What was sealed before there were versions.
		await reopen(secrets(first));
		expect((await agentOf(alice.did)).did).toBe(alice.did);
		await reopen(secrets(second, first));
		expect((await agentOf(alice.did)).did).toBe(alice.did);
		// What is sealed now needs the first no more.
		await signIn(app.browser(), alice);
		await reopen({ secret: second, secrets: [{ version: 2, value: second }] });
		expect((await agentOf(alice.did)).did).toBe(alice.did);
		await expect(agentOf(bob.did)).rejects.toMatchObject({ body: { code: "SESSION_EXPIRED" } });
	});

	test("that one instance lacks keeps it from no revocation of the others", async () => {
		const waiting = () => database.prepare("select * from bskyRevocation").all();
		alice.deviations = { revoke: () => ({ status: 503, body: {} }) };
		await aliceBrowser.post("/bsky/disconnect", {});
		await vi.waitFor(() => expect(app.logs.join()).toContain("event=revocation_failed"), 5000);
		alice.deviations = {};
		alice.received.length = 0;
		await reopen({ secret: second });
		let now = Date.now();
		for (let rounds = 0; rounds < 15; rounds++) {
			now += 60 * 60_000;
			await retryRevocations(await bskyOf(app), now);
		}
		expect(waiting()).toHaveLength(1);
		expect(alice.received).toEqual([]);
		await reopen({ secret: first });
		await retryRevocations(await bskyOf(app), now + 60 * 60_000);
		expect(waiting()).toEqual([]);
		expect(alice.received).not.toEqual([]);
	});

	test("replaced at once signs everybody out of their servers, and breaks nothing", async () => {
		await reopen({ secret: second });
		await expect(agentOf(alice.did)).rejects.toMatchObject({ body: { code: "SESSION_EXPIRED" } });
		const again = app.browser();
		expect((await signIn(again, alice)).pathname).toBe("/me");
		// The account, not the address under the old secret, finds the person.
		expect(database.prepare("select * from user").all()).toHaveLength(2);
		expect(await again.json("/bsky/session")).toMatchObject({ active: true });
	});
});
