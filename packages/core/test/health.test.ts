import { execFileSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { describe, expect, test, vi } from "vitest";
import { atprotoAuth, type BskyHealth } from "../src/index.ts";
import { openApps, signIn, useWorld } from "./accounts-kit.ts";
import { type App, Browser, expire, pluginDefaults, SECRET } from "./kit.ts";

const world = await useWorld();

const open = openApps(world);

const health = (app: App): Promise<BskyHealth> => app.auth.api.getBskyHealth();

const QUIET = {
	signedIn: 0,
	signedUp: 0,
	linked: 0,
	signInsFailed: 0,
	sessionsLost: 0,
	revoked: 0,
	revocationsGivenUp: 0,
	failures: [],
};

const NO_SESSIONS = { sampled: 0, usable: 0, unreadable: 0, otherClient: 0, missingKey: 0 };

test("an app in which nothing has happened", async () => {
	expect(await health(await open())).toEqual({
		sessions: NO_SESSIONS,
		revocations: { waiting: 0, since: null },
		lastHour: QUIET,
	});
});

test("an hour of an app", async () => {
	const app = await open();
	const browser = app.browser();
	const [one, two] = [await world.newPerson(), await world.newPerson()];
	await signIn(browser, one);
	await signIn(app.browser(), one);
	await signIn(browser, two);
	await vi.waitFor(async () => expect((await health(app)).lastHour.revoked).toBe(1), 10_000);
	expect((await health(app)).sessions).toEqual({ ...NO_SESSIONS, sampled: 2, usable: 2 });

	two.deviations = { token: () => ({ status: 400, body: { error: "invalid_grant" } }) };
	await expire(app, two.did);
	await browser.post("/bsky/restore", { did: two.did });
	for (let times = 0; times < 2; times++) await signIn(app.browser(), two);
	await app.browser().post("/bsky/sign-in", { handle: "nobody.test" });
	one.deviations = { revoke: () => ({ status: 503, body: {} }) };
	const before = Date.now();
	await browser.post("/bsky/disconnect", {});
	const { sessions, revocations, lastHour } = await health(app);
	expect(sessions).toEqual(NO_SESSIONS);
	expect(revocations.waiting).toBeGreaterThanOrEqual(1);
	expect(revocations.since?.getTime()).toBeGreaterThanOrEqual(before - 10_000);
	expect(lastHour).toEqual({
		...QUIET,
		signedUp: 1,
		signedIn: 1,
		linked: 1,
		revoked: 1,
		sessionsLost: 1,
		signInsFailed: 3,
		failures: [
			{ issuer: two.origin, code: "SERVER_REFUSED", count: 2 },
			{ issuer: null, code: "HANDLE_NOT_FOUND", count: 1 },
		],
	});
	vi.useFakeTimers({ now: Date.now() + 61 * 60_000, toFake: ["Date"] });
	expect((await health(app)).lastHour).toEqual(QUIET);
	vi.useRealTimers();
});

describe("the state of stored sessions", () => {
	const newKey = () =>
		execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], {
			encoding: "utf8",
		});
	const [first, second] = [newKey(), newKey()];
	const at = (origin: string, database: DatabaseSync, privateKey: string, secret?: string) =>
		open({
			baseURL: origin,
			plugin: { privateKey, allowHttp: true },
			auth: { database, ...(secret && { secret }) },
		});

	test.each<[keyof BskyHealth["sessions"], string, string, string | undefined]>([
		["usable", "https://shop.dev", first, undefined],
		["missingKey", "https://shop.dev", second, undefined],
		["otherClient", "https://store.dev", first, undefined],
		["unreadable", "https://shop.dev", first, "another-secret-that-is-long-9876543210"],
	])("%s at %s", async (state, origin, key, secret) => {
		const database = new DatabaseSync(":memory:");
		const app = await at("https://shop.dev", database, first);
		await signIn(app.browser(), await world.newPerson());
		const later = await at(origin, database, key, secret);
		const { sessions } = await health(later);
		expect(sessions).toEqual({ ...NO_SESSIONS, sampled: 1, [state]: 1 });
		const said = later.logs.filter((line) => line.includes("event=wrong_secret"));
		await health(later);
		expect(said).toHaveLength(state === "unreadable" ? 1 : 0);
		expect(later.logs.filter((line) => line.includes("event=wrong_secret"))).toEqual(said);
	});

	test("a missing key is said once in a process, however many need it", async () => {
		const database = new DatabaseSync(":memory:");
		const app = await at("https://shop.dev", database, first);
		const people = [await world.newPerson(), await world.newPerson()];
		for (const person of people) await signIn(app.browser(), person);
		const later = await at("https://shop.dev", database, second);
		for (const { did } of [...people, ...people]) {
			await later.auth.api.getBskyAgent({ trustedDid: did }).catch(() => {});
		}
		const said = later.logs.filter((line) => line.includes("event=key_missing"));
		expect(said).toEqual([expect.stringContaining("not in the option privateKey")]);
	});
});

test("it works with better-auth's memory adapter, with more sessions than are looked at", async () => {
	const tables = ["user", "session", "account", "verification", "bskyState", "bskyAccount"];
	const rows: Record<string, Record<string, unknown>[]> = Object.fromEntries(
		[...tables, "bskySession", "bskyRevocation"].map((table) => [table, []]),
	);
	const auth = betterAuth({
		baseURL: "http://localhost:3000",
		secret: SECRET,
		database: memoryAdapter(rows),
		plugins: [atprotoAuth(pluginDefaults(world.directories))],
	});
	const browser = new Browser("http://localhost:3000", auth.handler);
	expect((await signIn(browser, await world.newPerson())).pathname).toBe("/me");
	const [row] = rows.bskySession ?? [];
	for (let n = 0; n < 150; n++) rows.bskySession?.push({ ...row, did: `did:plc:other${n}` });
	const { sessions } = await auth.api.getBskyHealth();
	expect(sessions.sampled).toBe(100);
	expect(sessions.unreadable).toBeGreaterThanOrEqual(99);
	rows.bskySession?.splice(1);
	const { sessions: left } = await auth.api.getBskyHealth();
	expect(left).toMatchObject({ sampled: 1, usable: 1 });
});

test("nobody reaches it by http", async () => {
	const browser = (await open()).browser();
	for (const path of ["/bsky/health", "/get-bsky-health", "/getBskyHealth", "/:virtual"]) {
		expect((await browser.get(path)).status).toBe(404);
		expect((await browser.post(path, {})).status).toBe(404);
	}
});
