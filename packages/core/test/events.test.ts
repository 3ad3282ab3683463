import { DatabaseSync } from "node:sqlite";
import { runWithTransaction } from "@better-auth/core/context";
import type { AuthContext } from "better-auth";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { atprotoAuth, type BskyEvents, BskyOptionError } from "../src/index.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import { alive, type Person, signIn, useWorld } from "./accounts-kit.ts";
import { databaseKinds } from "./databases.ts";
import {
	type App,
	type AppOptions,
	expire,
	newPerson,
	pluginDefaults,
	startApp,
	useNetwork,
} from "./kit.ts";

const NAMES = [
	"onSignedIn",
	"onSignedUp",
	"onLinked",
	"onSignInFailed",
	"onSessionLost",
	"onRevoked",
	"onRevocationGivenUp",
] as const satisfies (keyof BskyEvents)[];
type Name = (typeof NAMES)[number];

/** What was heard, in order. */
const heard: [Name, Record<string, unknown>][] = [];
/** What a handler does beside listening. */
let misdeed: (() => unknown) | undefined;
const logs: string[] = [];
afterEach(() => {
	misdeed = undefined;
	heard.length = 0;
	logs.length = 0;
});

const events = Object.fromEntries(
	NAMES.map((name) => [
		name,
		(event: Record<string, unknown>) => {
			heard.push([name, event]);
			return misdeed?.();
		},
	]),
) as BskyEvents;

const plugin = (network: Parameters<typeof pluginDefaults>[0]) => ({
	...pluginDefaults(network),
	events,
	profileCacheMaxAge: 0,
});

const logger: NonNullable<AppOptions["auth"]>["logger"] = {
	level: "debug",
	log: (...all) => void logs.push(all.map(String).join(" ")),
};

/** How long it is waited for what happens in the background, in milliseconds. */
const PATIENCE = 10_000;

/** The event of that name, once it is heard. */
async function hear(name: Name): Promise<Record<string, unknown>> {
	await vi.waitFor(() => expect(heard.map(([each]) => each)).toContain(name), PATIENCE);
	return heard.find(([each]) => each === name)?.[1] ?? {};
}

const ms = expect.any(Number);

const network = await useNetwork();

test("an object of a class hears them as well, and knows itself", async () => {
	class Metrics {
		readonly seen: string[] = [];
		onSignedUp() {
			this.seen.push("signed up");
		}
	}
	const metrics = new Metrics();
	const app = await startApp(network, {
		plugin: { ...plugin(network), events: metrics },
		auth: { logger },
	});
	await app.browser().signIn(await newPerson(network));
	await vi.waitFor(() => expect(metrics.seen).toEqual(["signed up"]), PATIENCE);
	await app.close();
});

test("a life at the reference server is heard, one event for each step", async () => {
	const app = await startApp(network, { plugin: plugin(network), auth: { logger } });
	const [person, second] = [await newPerson(network), await newPerson(network)];
	const issuer = new URL(network.pdsUrl).origin;
	const browser = app.browser();
	const steps = async (run: () => Promise<unknown>) => {
		heard.length = 0;
		await run();
		await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), PATIENCE);
		return heard.splice(0);
	};

	const signedUp = await steps(() => browser.signIn(person));
	const userId = String((await browser.user())?.id);
	const who = { did: person.did, userId, issuer, ms };
	expect(signedUp).toEqual([["onSignedUp", who]]);
	// What the new session replaces is revoked, and that is heard by itself.
	await app.browser().signIn(person);
	expect(await hear("onSignedIn")).toEqual(who);
	expect(await hear("onRevoked")).toEqual({ did: person.did, issuer, ms });
	const linked = await steps(() => browser.signIn(second));
	expect(linked).toEqual([["onLinked", { ...who, did: second.did }]]);
	await browser.signIn(second);
	expect(await hear("onSignedIn")).toMatchObject({ did: second.did });
	expect(await hear("onRevoked")).toEqual({ did: second.did, issuer, ms });
	const failure = { did: person.did, userId, issuer, ms };
	expect(await steps(() => browser.signIn(person, {}, true))).toEqual([
		["onSignInFailed", { code: "ACCESS_DENIED", ...failure }],
	]);
	expect(await steps(() => browser.post("/bsky/sign-in", { handle: "nobody.test" }))).toEqual([
		["onSignInFailed", { code: "HANDLE_NOT_FOUND", ms }],
	]);
	const revoked = await steps(() => browser.post("/bsky/disconnect", { did: second.did }));
	expect(revoked).toEqual([["onRevoked", { did: second.did, issuer, ms }]]);
	await app.close();
});

const world = await useWorld();
const apps: App[] = [];
afterAll(() => Promise.all(apps.map((each) => each.close())));
let person: Person;

async function open(options: AppOptions = {}): Promise<App> {
	const opened = await startApp(world.directories, {
		...options,
		plugin: { ...plugin(world.directories), ...options.plugin },
		auth: { logger, ...options.auth },
	});
	apps.push(opened);
	return opened;
}

describe("at servers of other habits", async () => {
	const app = await open();
	const bsky = new BskyPlugin(resolveOptions(plugin(world.directories))).at(
		(await app.auth.$context) as unknown as AuthContext,
	);

	async function signedIn() {
		person = await world.newPerson();
		const browser = app.browser();
		await signIn(browser, person);
		heard.length = 0;
		return browser;
	}

	test.each([
		["a server that refuses", { par: () => ({ status: 400, body: {} }) }, "SERVER_REFUSED"],
		["a server that fails", { par: () => ({ status: 500, body: {} }) }, "SERVER_UNREACHABLE"],
		["no such server", { resource: () => ({ status: 404, body: {} }) }, "SERVER_UNSUPPORTED"],
	])("%s is told with its server and whose it is", async (_, deviations, code) => {
		person = await world.newPerson();
		person.deviations = deviations;
		await app.browser().post("/bsky/sign-in", { handle: person.did });
		const { did, origin: issuer } = person;
		expect(await hear("onSignInFailed")).toEqual({ code, did, issuer, ms });
		expect(logs.join("\n")).toMatch(
			new RegExp(`event=sign_in_failed code=${code} issuer=${issuer} did=${did}`),
		);
	});

	test("a sign-in that fails in the exchange", async () => {
		person = await world.newPerson();
		person.deviations = { token: () => ({ status: 400, body: { error: "invalid_grant" } }) };
		await signIn(app.browser(), person);
		const { did, origin: issuer } = person;
		expect(await hear("onSignInFailed")).toEqual({ code: "SERVER_REFUSED", did, issuer, ms });
	});

	test("a session that its server ends", async () => {
		const browser = await signedIn();
		await expire(app, person.did);
		person.deviations = { token: () => ({ status: 400, body: { error: "invalid_grant" } }) };
		const restored = () => browser.post("/bsky/restore", {});
		await Promise.all([restored(), restored(), restored()]);
		const { did, origin: issuer } = person;
		const userId = String((await browser.user())?.id);
		const lost = { did, userId, issuer, reason: "invalid_grant" };
		expect(await hear("onSessionLost")).toEqual(lost);
		expect(heard).toHaveLength(1);
		expect(logs.join("\n")).toContain(
			`info [better-auth-bsky] A session has ended at its server: the person has to sign in again. event=session_lost reason=invalid_grant issuer=${issuer} did=${did}`,
		);
	});

	test("a session whose server fails is not lost", async () => {
		const browser = await signedIn();
		await expire(app, person.did);
		person.deviations = { token: () => ({ status: 500, body: {} }) };
		await browser.post("/bsky/restore", {});
		expect(heard).toEqual([]);
		expect(logs.join("\n")).toContain(`event=session_unusable issuer=${person.origin}`);
	});

	test.each([
		["this app", 401, "invalid_client", "error", 1],
		["a scope of it", 400, "invalid_scope", "error", 1],
		["the session, in its own words", 400, "no_such_thing", "warn", 1],
		["nothing, and fails", 503, "server_error", "warn", 5],
	])("a server that refuses %s fills no log", async (_what, status, error, level, requests) => {
		const browser = await signedIn();
		await expire(app, person.did);
		person.deviations = { token: () => ({ status, body: { error } }) };
		const before = person.received.length;
		for (let times = 0; times < 5; times++) await browser.post("/bsky/restore", {});
		const asked = person.received.slice(before).filter(({ path }) => path === "/oauth/token");
		const lines = logs.filter((line) => line.includes("event=session_unusable"));
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatch(new RegExp(`^${level} `));
		// What is passing is worth another try.
		expect(asked).toHaveLength(requests);
	});

	test("an account that has moved", async () => {
		const browser = await signedIn();
		await expire(app, person.did);
		const elsewhere = await world.newPerson();
		person.deviations = { didDocument: { service: elsewhere.didDocument.service } };
		const opened = await open({ auth: { database: app.auth.options.database } });
		await opened.auth.api.getBskyAgent({ trustedDid: person.did }).catch(() => {});
		expect(await hear("onSessionLost")).toMatchObject({ did: person.did, reason: "moved" });
		await browser.post("/sign-out", {});
	});

	async function waiting(deviations: Person["deviations"]) {
		const browser = await signedIn();
		person.deviations = deviations;
		await browser.post("/bsky/disconnect", {});
		return { did: person.did, issuer: person.origin };
	}

	test("a revocation that is tried in vain is given up, once", async () => {
		const whose = await waiting({ revoke: () => ({ status: 503, body: {} }) });
		await vi.waitFor(() => expect(logs.join("\n")).toContain("event=revocation_failed"), PATIENCE);
		let now = Date.now();
		for (let tries = 0; tries < 12; tries++) {
			now += 24 * 60 * 60_000;
			await retryRevocations(bsky, now);
		}
		const givenUp = { ...whose, reason: "attempts", sessions: 1 };
		expect(await hear("onRevocationGivenUp")).toEqual(givenUp);
		expect(heard).toHaveLength(1);
		expect(logs.join("\n")).toMatch(
			/error .*left after 11 tries. event=revocation_given_up reason=attempts/,
		);
	});

	test("a server without a revocation endpoint", async () => {
		const browser = app.browser();
		person = await world.newPerson();
		person.deviations = { metadata: { revocation_endpoint: undefined } };
		await signIn(browser, person);
		await browser.post("/bsky/disconnect", {});
		const { did, origin: issuer } = person;
		const givenUp = { did, issuer, reason: "unsupported", sessions: 1 };
		expect(await hear("onRevocationGivenUp")).toEqual(givenUp);
	});

	test("a revocation that was sealed with another secret", async () => {
		await waiting({ revoke: () => ({ status: 503, body: {} }) });
		await vi.waitFor(() => expect(logs.join("\n")).toContain("event=revocation_failed"), PATIENCE);
		app.database.prepare("update bskyRevocation set token = 'what opens with no secret'").run();
		const day = 24 * 60 * 60_000;
		await retryRevocations(bsky, Date.now() + day);
		expect(app.rows("bskyRevocation")).toHaveLength(1);
		expect(heard).toEqual([]);
		await retryRevocations(bsky, Date.now() + 91 * day);
		const givenUp = { reason: "unreadable", sessions: 1 };
		expect(await hear("onRevocationGivenUp")).toEqual(givenUp);
		expect(logs.join("\n")).toContain("event=wrong_secret reason=revocation");
	});
});

/** Throws whenever somebody looks at it. */
function untouchable(): unknown {
	const no = () => {
		throw new Error("hands off");
	};
	return new Proxy(new Error(), { get: no, getPrototypeOf: no, getOwnPropertyDescriptor: no });
}

const throwing = (what: unknown) => () => {
	throw what;
};

describe("a handler that", async () => {
	const site = await open();

	test.each<[string, () => unknown, RegExp | null]>([
		["throws", throwing(new Error("a mistake of the app")), /onSignedUp failed.*a mistake of/],
		["throws undefined", throwing(undefined), /events.onSignedUp threw/],
		["throws what can't be looked at", throwing(untouchable()), /events.onSignedUp threw/],
		["rejects", async () => throwing(new Error("a late mistake"))(), /failed.*a late mistake/],
		["rejects with nothing", () => Promise.reject(undefined), /events.onSignedUp threw/],
		["never comes back", () => new Promise(() => {}), null],
		["gives something back", () => ({ status: 500 }), null],
	])("%s changes nothing, and nobody waits for it", async (_, what, said) => {
		misdeed = what;
		person = await world.newPerson();
		const browser = site.browser();
		const start = performance.now();
		expect((await signIn(browser, person)).pathname).toBe("/me");
		expect(await browser.user()).toMatchObject({ bskyDid: person.did });
		expect(await browser.json("/bsky/session")).toMatchObject({ active: true });
		if (said) await vi.waitFor(() => expect(logs.join("\n")).toMatch(said), PATIENCE);
		expect(logs.filter((line) => line.startsWith("error"))).toEqual([]);
		const url = await browser.begin(person.did, { errorCallbackURL: "/oops" });
		const denied = person.approve(url, { code: undefined, error: "access_denied" });
		expect((await browser.arrive(denied)).pathname).toBe("/oops");
		await browser.post("/sign-out", {});
		await vi.waitFor(() => expect(alive(person)).toEqual([]), PATIENCE);
		// One that never comes back is given ten seconds, each time.
		expect(performance.now() - start).toBeLessThan(9000);
	});
});

describe("what a handler finds is committed:", async () => {
	const sqlite = (await databaseKinds()).find(({ name }) => name === "SQLite");

	test("by another connection, in the moment that it is called", async () => {
		const created = await sqlite?.create();
		if (!created) throw new Error("no SQLite");
		const other = new DatabaseSync(new URL(created.url).pathname);
		const seen: unknown[] = [];
		const look = (table: string) => () =>
			seen.push(Object.values(other.prepare(`select count(*) from "${table}"`).get() ?? {})[0]);
		const opened = await open({
			plugin: { events: { onSignedUp: look("bskySession"), onRevoked: look("bskySession") } },
			auth: { database: created.database },
		});
		person = await world.newPerson();
		const browser = opened.browser();
		await signIn(browser, person);
		await vi.waitFor(() => expect(seen).toEqual([1]), PATIENCE);
		await browser.post("/bsky/disconnect", {});
		await vi.waitFor(() => expect(seen).toEqual([1, 0]), PATIENCE);
		other.close();
		await created.drop();
	});
});

describe("what happens inside a transaction", async () => {
	const site = await open();
	const context = (await site.auth.$context) as unknown as AuthContext;
	const bsky = new BskyPlugin(resolveOptions({ events })).at(context);
	const revoked = { issuer: "https://pds.dev", ms: 1 };

	test("is heard once that is committed", async () => {
		await runWithTransaction(context.adapter, async () => {
			await bsky.tell("onRevoked", revoked);
			expect(heard).toEqual([]);
		});
		expect(heard).toEqual([["onRevoked", revoked]]);
	});

	test("is not heard where that is rolled back", async () => {
		const rolledBack = runWithTransaction(context.adapter, async () => {
			await bsky.tell("onRevoked", revoked);
			throw new Error("no");
		});
		await expect(rolledBack).rejects.toThrow("no");
		expect(heard).toEqual([]);
	});
});

describe("at start-up", () => {
	test.each([
		["events", "events", { events: [] }],
		["events.onSignIn", "there are", { events: { onSignIn: () => {} } }],
		["events.onsignedin", '"onSignedIn" is meant', { events: { onsignedin: () => {} } }],
		["events.onSignedIn", "expected a function", { events: { onSignedIn: "log" } }],
		["events.onRevoked", "expected a function", { events: { onRevoked: {} } }],
	])("%s is refused: %s", (option, says, options) => {
		let thrown: unknown;
		try {
			atprotoAuth(options as never);
		} catch (error) {
			thrown = error;
		}
		expect(thrown).toBeInstanceOf(BskyOptionError);
		expect(thrown).toMatchObject({ option });
		expect(String(thrown).toLowerCase()).toContain(says.toLowerCase());
	});

	test("what isn't set is none", () => {
		expect(resolveOptions({}).events).toEqual({});
		expect(() => atprotoAuth({ events: { onSignedIn: undefined } })).not.toThrow();
	});
});

test("a runtime that ends with its request is told to wait for it", async () => {
	const tasks: Promise<unknown>[] = [];
	const opened = await open({
		auth: { advanced: { backgroundTasks: { handler: (task) => void tasks.push(task) } } },
	});
	let isDone = false;
	misdeed = async () => {
		await new Promise((resolve) => setTimeout(resolve, 50));
		isDone = true;
	};
	await signIn(opened.browser(), await world.newPerson());
	await Promise.all(tasks);
	expect(isDone).toBe(true);
});
