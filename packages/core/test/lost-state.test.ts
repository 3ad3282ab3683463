import { DatabaseSync } from "node:sqlite";
import type { AuthContext } from "better-auth";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { resolveOptions } from "../src/options.ts";
import { LostStateError, sayLost } from "../src/routes/lost-state.ts";
import { approved, type Person, signIn, useWorld } from "./accounts-kit.ts";
import { type App, type AppOptions, type Browser, newPrivateKey, startApp } from "./kit.ts";

/** Ways to lose a sign-in: the person hears one sentence, whoever runs the app hears which it was. */

const world = await useWorld();
const KEY = newPrivateKey();

const apps: App[] = [];
afterAll(() => Promise.all(apps.map((each) => each.close())));
let logs: string[] = [];
let heard: unknown[] = [];
afterEach(() => {
	vi.useRealTimers();
	logs = [];
	heard = [];
});

async function open(options: AppOptions = {}): Promise<App> {
	const app = await startApp(world.directories, {
		...options,
		plugin: { events: { onSignInFailed: (event) => heard.push(event) }, ...options.plugin },
		auth: {
			logger: { level: "debug", log: (...all) => logs.push(all.map(String).join(" ")) },
			...options.auth,
		},
	});
	apps.push(app);
	return app;
}

/** One as in production, below its own name. */
const openAt = (origin: string, database: DatabaseSync, auth: AppOptions["auth"] = {}) =>
	open({
		baseURL: origin,
		plugin: { privateKey: KEY, allowHttp: true },
		auth: { database, ...auth },
	});

/** Moves the cookies of a browser to another. */
function carry(from: Browser, to: Browser): Browser {
	for (const [name, value] of from.cookies) to.setCookie(name, value);
	return to;
}

/** Where it began, and how it comes back. */
interface Way {
	level: "info" | "warn";
	says: RegExp;
	lose: (person: Person) => Promise<URL>;
}

const WAYS: Record<string, Way> = {
	no_state: {
		level: "info",
		says: /came without a state/,
		lose: async (person) => {
			const browser = (await open()).browser();
			const callback = await approved(browser, person);
			callback.searchParams.delete("state");
			return browser.arrive(callback);
		},
	},
	used: {
		level: "info",
		says: /used already: by a reload, or the back button/,
		lose: async (person) => {
			const browser = (await open()).browser();
			const callback = await approved(browser, person);
			expect((await browser.arrive(callback)).pathname).toBe("/me");
			return browser.arrive(callback);
		},
	},
	expired: {
		level: "info",
		says: /longer than an hour/,
		lose: async (person) => {
			const browser = (await open()).browser();
			const callback = await approved(browser, person);
			vi.useFakeTimers({ now: Date.now() + 61 * 60_000, toFake: ["Date"] });
			return browser.arrive(callback);
		},
	},
	"expired, and cleaned away": {
		level: "info",
		says: /longer than an hour/,
		lose: async (person) => {
			const app = await open();
			const callback = await approved(app.browser(), person);
			app.database.prepare("delete from bskyState").run();
			vi.useFakeTimers({ now: Date.now() + 61 * 60_000, toFake: ["Date"] });
			return app.browser().arrive(callback);
		},
	},
	other_browser: {
		level: "info",
		says: /another browser than the one that it began in/,
		lose: async (person) => {
			const app = await open();
			const other = app.browser();
			await approved(other, await world.newPerson());
			return other.arrive(await approved(app.browser(), person));
		},
	},
	no_cookie: {
		level: "warn",
		says: /sent no cookie "better-auth.bsky_state" to localhost:\d+/,
		lose: async (person) => {
			const app = await open();
			return app.browser().arrive(await approved(app.browser(), person));
		},
	},
	other_host: {
		level: "warn",
		says: /began at www\.shop\.dev and came back to shop\.dev/,
		lose: async (person) => {
			const origin = "https://shop.dev";
			const app = await openAt(origin, new DatabaseSync(":memory:"), {
				trustedOrigins: ["https://www.shop.dev"],
			});
			const browser = app.browser("https://www.shop.dev");
			return browser.arrive(await approved(browser, person));
		},
	},
	cookie_domain: {
		level: "warn",
		says: /is for the domain other\.example, and no browser takes that from localhost/,
		lose: async (person) => {
			const app = await open({
				auth: {
					advanced: { crossSubDomainCookies: { enabled: true, domain: "other.example" } },
				},
			});
			return app.browser().arrive(await approved(app.browser(), person));
		},
	},
	"other_secret, seen by the cookie": {
		level: "warn",
		says: /made with another secret/,
		lose: async (person) => {
			const database = new DatabaseSync(":memory:");
			const one = await openAt("https://shop.dev", database);
			const secret = "another-secret-that-is-long-enough-9876543210";
			const two = await openAt("https://shop.dev", database, { secret });
			const browser = one.browser();
			const callback = await approved(browser, person);
			return carry(browser, two.browser()).arrive(callback);
		},
	},
	"other_secret, seen by the row": {
		level: "warn",
		says: /made with another secret/,
		lose: async (person) => {
			const app = await open();
			const browser = app.browser();
			const callback = await approved(browser, person);
			app.database.prepare("update bskyState set state = 'sealed by another'").run();
			return browser.arrive(callback);
		},
	},
	no_row: {
		level: "warn",
		says: /each instance has a database of its own/,
		lose: async (person) => {
			const one = await openAt("https://shop.dev", new DatabaseSync(":memory:"));
			const two = await openAt("https://shop.dev", new DatabaseSync(":memory:"));
			const browser = one.browser();
			const callback = await approved(browser, person);
			return carry(browser, two.browser()).arrive(callback);
		},
	},
	other_client: {
		level: "warn",
		says: /a base URL that this app doesn't answer at any more/,
		lose: async (person) => {
			const database = new DatabaseSync(":memory:");
			const one = await openAt("https://shop.dev", database);
			const two = await openAt("https://store.dev", database);
			const browser = one.browser();
			const callback = await approved(browser, person);
			callback.host = "store.dev";
			return carry(browser, two.browser()).arrive(callback);
		},
	},
};

describe("a lost sign-in says in the log why:", () => {
	test.each(Object.entries(WAYS))("%s", async (name, { level, says, lose }) => {
		const reason = name.replace(/,.*/, "");
		const person = await world.newPerson();
		const end = await lose(person);
		expect(end.searchParams.get("error")).toBe("state_not_found");
		const line = `event=sign_in_failed code=STATE_NOT_FOUND reason=${reason}`;
		const lines = logs.filter((each) => each.includes("STATE_NOT_FOUND"));
		expect(lines).toEqual([expect.stringMatching(says)]);
		expect(lines[0]).toMatch(new RegExp(`^${level} .*${line}`));
		await vi.waitFor(() =>
			expect(heard).toContainEqual(expect.objectContaining({ code: "STATE_NOT_FOUND", reason })),
		);
		// Neither is in it, nor anything that leads there.
		const secrets = [person.pushed.get("state") ?? "?", ...person.secrets];
		for (const secret of secrets) expect(logs.join("\n")).not.toContain(secret);
	});
});

test("a stranger who brings callbacks gets one line a minute of each cause", async () => {
	const app = await open();
	const browser = app.browser();
	for (let times = 0; times < 5; times++) {
		await browser.fetch(`/api/auth/bsky/callback?state=invented-${times}&code=x`);
	}
	const lines = () => logs.filter((each) => each.includes("reason=no_cookie"));
	expect(lines()).toHaveLength(1);
	await vi.waitFor(() => expect(heard).toHaveLength(5));
	vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ["Date"] });
	await browser.fetch("/api/auth/bsky/callback?state=invented&code=x");
	expect(lines()).toHaveLength(2);
});

test("nor more where the app is made anew for each request, as on workers", async () => {
	for (let times = 0; times < 3; times++) {
		const app = await openAt("https://shop.dev", new DatabaseSync(":memory:"));
		const context = (await app.auth.$context) as unknown as AuthContext;
		const bsky = new BskyPlugin(resolveOptions({ privateKey: KEY }), true).at(context);
		const seen = { host: null, begunAt: null, cookie: "c", domain: undefined };
		sayLost(bsky, new LostStateError("no_row", seen));
	}
	expect(logs.filter((each) => each.includes("reason=no_row"))).toHaveLength(1);
});

test("a Host that a stranger invents is not taken into the log", async () => {
	const app = await open();
	const headers = { "x-forwarded-host": 'shop.dev" event=signed_in' };
	await app.browser().fetch("/api/auth/bsky/callback?state=x&code=y", { headers });
	const [line, ...others] = logs.filter((each) => each.includes("reason=no_cookie"));
	expect(others).toEqual([]);
	expect(line).toContain("to this app: it takes");
	expect(line).not.toContain("signed_in");
});

test("a sign-in that is not lost says nothing", async () => {
	const app = await open();
	const person = await world.newPerson();
	expect((await signIn(app.browser(), person)).pathname).toBe("/me");
	expect(logs.filter((line) => line.includes("better-auth-bsky"))).toEqual([]);
	expect(heard).toEqual([]);
});
