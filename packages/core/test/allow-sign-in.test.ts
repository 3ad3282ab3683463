import { type Account, approve } from "@better-auth-bsky/devnet";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
	type AllowSignIn,
	allowDids,
	allowHandles,
	allowServers,
	type SignInCandidate,
	type SignInFailedEvent,
} from "../src/index.ts";
import { type App, type AppOptions, type Browser, newPerson, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork();
const pds = new URL(network.pdsUrl).origin;

let app: App;
afterEach(() => app.close());

const TABLES = ["user", "account", "session", "bskySession", "bskyAccount", "bskyRevocation"];
const DEFAULT = "This account isn’t allowed to sign in here.";

/** An app whose rule is what a test says at each moment; at first, everybody may. */
async function open(plugin: AppOptions["plugin"] = {}) {
	const failed: SignInFailedEvent[] = [];
	const asked: SignInCandidate[] = [];
	const own = { rule: (() => true) as (who: SignInCandidate) => unknown, failed, asked };
	app = await startApp(network, {
		plugin: {
			allowSignIn: (who) => {
				asked.push(who);
				return own.rule(who) as boolean;
			},
			events: { onSignInFailed: (event) => failed.push(event) },
			...plugin,
		},
		auth: { logger: { level: "info", log: (...all) => void app.logs.push(all.join(" ")) } },
	});
	return own;
}

const signIn = (browser: Browser, account: Account): Promise<URL> =>
	browser.signIn(account, { errorCallbackURL: "/oops" });

const outcome = (url: URL): unknown[] => [
	url.pathname,
	url.searchParams.get("error"),
	url.searchParams.get("error_description"),
];

const refusedWith = (sentence = DEFAULT) => ["/oops", "sign_in_not_allowed", sentence];

/** All rows, but for the mark that older ones have been looked through. */
const everything = () =>
	Object.fromEntries(
		TABLES.map((table) => [table, app.rows(table).filter(({ did }) => did !== "*")]),
	);

const alive = async (did: string) => (await network.liveTokens(did)).map(({ tokenId }) => tokenId);

/** What a refusal leaves: all as it was, and of the new session nothing. */
async function expectRefused(browser: Browser, account: Account, sentence?: string): Promise<void> {
	const before = everything();
	const tokens = await alive(account.did);
	const user = await browser.user();
	expect(outcome(await signIn(browser, account))).toEqual(refusedWith(sentence));
	await vi.waitFor(async () => expect(everything()).toEqual(before));
	await vi.waitFor(async () => expect(await alive(account.did)).toEqual(tokens));
	expect(await browser.user()).toEqual(user);
}

/** Rules of which each kind of comer meets one. */
const SOME = ["a sentence", "an error"];

/** Everybody whom a rule may be about: what they did before, and whether they would be a new user. */
const COMERS = {
	newcomer: { prepare: async () => app.browser(), isNewUser: true },
	"somebody who returns": {
		prepare: async (account: Account) => {
			await signIn(app.browser(), account);
			return app.browser();
		},
		isNewUser: false,
	},
	"somebody who is signed in": {
		prepare: async (account: Account) => {
			const browser = app.browser();
			await signIn(browser, account);
			return browser;
		},
		isNewUser: false,
	},
	"somebody who connects their account": {
		prepare: async () => {
			const browser = app.browser();
			await browser.signUpWithEmail("eve@example.com");
			return browser;
		},
		isNewUser: false,
	},
} as const;

const LONG = "a".repeat(1000);

/** What a rule may do: what the person is told then, and what the log has of it. */
const RULES: Record<string, { rule: () => unknown; sentence?: string; says?: RegExp }> = {
	false: { rule: () => false },
	"a promise of false": { rule: async () => false },
	"an empty text": { rule: () => "" },
	"a text without anything to see": { rule: () => " \u200B\u202E\n" },
	"a sentence": { rule: () => "Only staff may come in.", sentence: "Only staff may come in." },
	"a promise of a sentence": { rule: async () => "Ask Eve.", sentence: "Ask Eve." },
	"a sentence with what can't be seen in it": {
		rule: () => " Ask\u202E\n<b>Eve</b>\u0007 ",
		sentence: "Ask <b>Eve</b>",
	},
	"a text of any length": { rule: () => LONG, sentence: LONG.slice(0, 300) },
	"an error": {
		rule: () => {
			throw new Error("a mistake of the app");
		},
		says: /^error .*allowSignIn threw.*a mistake of the app/,
	},
	"a rejection": {
		rule: () => Promise.reject("a mistake of the app"),
		says: /^error .*allowSignIn threw.*"a mistake of the app"/,
	},
	nothing: { rule: () => undefined, says: /^error .*allowSignIn gave neither/ },
	"a number": { rule: () => 1, says: /^error .*allowSignIn gave neither/ },
	"an object": { rule: async () => ({ allowed: true }), says: /^error .*allowSignIn gave neither/ },
};

describe.each(Object.entries(COMERS))("%s", (_name, { prepare, isNewUser }) => {
	test("comes in where the rule says true; it is told who they are, once", async () => {
		const site = await open();
		const account = await newPerson(network, { displayName: "Carla" });
		const browser = await prepare(account);
		site.asked.length = 0;
		expect((await signIn(browser, account)).pathname).toBe("/me");
		const { did, handle } = account;
		expect(site.asked).toEqual([
			{
				did,
				handle,
				pds,
				issuer: pds,
				profile: expect.objectContaining({ did, handle, displayName: "Carla" }),
				isNewUser,
			},
		]);
		await vi.waitFor(async () => expect(await alive(did)).toHaveLength(1));
	});

	const rules = Object.entries(RULES).filter(([name]) => isNewUser || SOME.includes(name));
	test.each(rules)("%s: nothing stays of it", async (_rule, rule) => {
		const site = await open();
		const account = await newPerson(network);
		const browser = await prepare(account);
		const { did } = account;
		const isConnected = everything().bskyAccount?.length === 1;
		await vi.waitFor(async () => expect(await alive(did)).toHaveLength(isConnected ? 1 : 0));
		app.logs.length = 0;
		site.asked.length = 0;
		site.rule = rule.rule;
		await expectRefused(browser, account, rule.sentence);
		expect(site.asked.map((who) => who.isNewUser)).toEqual([isNewUser]);
		await vi.waitFor(() =>
			expect(site.failed).toMatchObject([{ code: "SIGN_IN_NOT_ALLOWED", issuer: pds, did }]),
		);
		// What is to be expected is no error; a mistake of the app is.
		const [mistake, ...others] = app.logs.filter((line) => line.startsWith("error"));
		expect(others).toEqual([]);
		if (rule.says) expect(mistake).toMatch(rule.says);
		else expect(mistake).toBeUndefined();
		const [line] = app.logs.filter((each) => each.includes("event=sign_in_failed"));
		expect(line).toMatch(/^info .*code=SIGN_IN_NOT_ALLOWED/);

		// Later they may, and the session from before was all right.
		site.rule = () => true;
		if (isConnected && (await browser.user())) {
			const restored = await browser.post("/bsky/restore", {});
			expect(await restored.json()).toMatchObject({ active: true });
		}
		expect((await signIn(browser, account)).pathname).toBe("/me");
		await vi.waitFor(async () => expect(await alive(did)).toHaveLength(1));
	});
});

describe("a ready-made rule", () => {
	type Rule = (account: Account) => AllowSignIn;
	const cases: [name: string, rule: Rule, isAllowed: boolean][] = [
		["this handle", ({ handle }) => allowHandles("a.example", handle), true],
		["this handle in capitals", ({ handle }) => allowHandles(handle.toUpperCase()), true],
		["another handle", ({ handle }) => allowHandles(`x${handle}`), false],
		["all handles of a domain", () => allowHandles("*.test"), true],
		["all handles of another domain", () => allowHandles("*.example.com"), false],
		["all handles below this one", ({ handle }) => allowHandles(`*.${handle}`), false],
		["this DID", ({ did }) => allowDids(did), true],
		["another DID", ({ did }) => allowDids(`${did}a`), false],
		["this server", () => allowServers(network.pdsUrl), true],
		["another server", () => allowServers("https://bsky.social", "http://localhost:1"), false],
		[
			"either of two rules",
			({ did }) => {
				const [byHandle, byDid] = [allowHandles("*.example.com"), allowDids(did)];
				return (who) => byHandle(who) || byDid(who);
			},
			true,
		],
	];
	test.each(cases)("%s: %s", async (_name, rule, isAllowed) => {
		const account = await newPerson(network);
		await open({ allowSignIn: rule(account) });
		const browser = app.browser();
		if (!isAllowed) return expectRefused(browser, account);
		expect((await signIn(browser, account)).pathname).toBe("/me");
	});

	test.each([
		["is somebody else's by now", async () => null],
		[
			"can't be looked up",
			async () => {
				throw new Error("no answer");
			},
		],
	])("a handle that %s lets nobody in", async (_name, resolve) => {
		const account = await newPerson(network);
		const { did, handle } = account;
		await open({ allowSignIn: allowHandles(handle), handleResolver: { resolve } });
		const browser = app.browser();
		const url = await browser.begin(did, { errorCallbackURL: "/oops" });
		const end = await browser.arrive(await approve(url, { account }));
		expect(outcome(end)).toEqual(refusedWith());
		expect(everything()).toMatchObject({ user: [], bskySession: [], bskyAccount: [] });
		await vi.waitFor(async () => expect(await alive(did)).toEqual([]));
	});

	test("that is made wrongly keeps the app from starting, by name", () => {
		expect(() => allowHandles("*")).toThrow(/atprotoAuth\({ allowSignIn }\): allowHandles\(\)/);
	});
});

test("two first sign-ins at once: the second one is told that they are a user by now", async () => {
	const site = await open();
	const account = await newPerson(network);
	const browsers = [app.browser(), app.browser()];
	const backs: URL[] = [];
	for (const browser of browsers) {
		backs.push(await approve(await browser.begin(account.handle), { account }));
	}
	// Both are asked about before either goes on.
	site.rule = async () => {
		await vi.waitFor(() => expect(site.asked.length).toBeGreaterThan(1));
		return true;
	};
	const ends = await Promise.all(
		backs.map((back, i) => (browsers[i] ?? app.browser()).arrive(back)),
	);
	expect(ends.map((end) => end.pathname)).toEqual(["/me", "/me"]);
	expect(app.rows("user")).toHaveLength(1);
	expect(site.asked.map((who) => who.isNewUser)).toEqual([true, true, false]);
	await vi.waitFor(async () => expect(await alive(account.did)).toHaveLength(1));
});

test("a rule that keeps out whoever is new holds for someone whose user goes meanwhile", async () => {
	const site = await open();
	const account = await newPerson(network);
	const owner = app.browser();
	await signIn(owner, account);
	const browser = app.browser();
	const url = await browser.begin(account.handle, { errorCallbackURL: "/oops" });
	const back = await approve(url, { account });
	site.asked.length = 0;
	site.rule = async ({ isNewUser }) => {
		if (!isNewUser)
			app.database.exec("delete from account; delete from bskyAccount; delete from user");
		return !isNewUser;
	};
	expect(outcome(await browser.arrive(back))).toEqual(refusedWith());
	expect(site.asked.map((who) => who.isNewUser)).toEqual([false, true]);
	expect(app.rows("user")).toEqual([]);
});
