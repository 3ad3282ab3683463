import type { Account } from "@better-auth-bsky/devnet";
import { admin } from "better-auth/plugins";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
	type App,
	type AppOptions,
	type Browser,
	expire,
	newPerson,
	startApp,
	useNetwork,
} from "./kit.ts";
import { useRedis, whyNoRedis } from "./redis.ts";

/** One user with accounts on two servers: which of them a request acts as. */

const network = await useNetwork({ appView: "none" });
await network.addPds();
const noRedis = await whyNoRedis();

let made = 0;
/** Somebody on the first server, and somebody on the second. */
const here = () => newPerson(network);
const there = () => network.createAccount({ handle: `other-${++made}.pds2.test` });

async function open({ auth, ...options }: AppOptions = {}): Promise<App> {
	const app = await startApp(network, {
		...options,
		auth: { account: { accountLinking: { allowUnlinkingAll: true } }, ...auth },
	});
	onTestFinished(() => app.close());
	return app;
}

/** A user who has signed in with the first, and connected the others. */
async function openWith(accounts: Account[], options?: AppOptions) {
	const app = await open(options);
	const browser = app.browser();
	for (const account of accounts) {
		const end = await browser.signIn(account);
		if (end.pathname !== "/me") throw new Error(`A sign-in ended at ${end}.`);
	}
	return { app, browser };
}

const headersOf = (browser: Browser) => ({ cookie: browser.cookie });
const post = async (browser: Browser, path: string, body: object) =>
	(await (await browser.post(path, body)).json()) as Record<string, unknown>;
const restore = (browser: Browser) => post(browser, "/bsky/restore", {});
const currentOf = async (browser: Browser) => {
	const { session } = (await browser.json("/get-session")) as { session: { bskyDid: unknown } };
	return session.bskyDid;
};

/** What every way of asking says, without a DID being named. */
async function actsAs(app: App, browser: Browser): Promise<unknown> {
	const agent = await app.auth.api.getBskyAgent({ headers: headersOf(browser) });
	const session = await browser.json("/bsky/session");
	const restored = await restore(browser);
	expect([session.did, restored.did]).toEqual([agent.did, agent.did]);
	return agent.did;
}

describe("the DID that a session acts as", () => {
	test("is the one that somebody has signed in with", async () => {
		const [first, second] = [await here(), await there()];
		const { app, browser } = await openWith([first, second]);
		expect(await browser.user()).toMatchObject({ bskyDid: first.did });
		const again = app.browser();
		await again.signIn(second);
		expect(await browser.user()).toEqual(await again.user());
		expect(await currentOf(again)).toBe(second.did);
		expect(await actsAs(app, again)).toBe(second.did);
	});

	test("is the one that was connected last", async () => {
		const [first, second] = [await here(), await there()];
		const { app, browser } = await openWith([first]);
		expect(await actsAs(app, browser)).toBe(first.did);
		await browser.signIn(second);
		expect(await currentOf(browser)).toBe(second.did);
		expect(await actsAs(app, browser)).toBe(second.did);
		// Who is connected already, and asks for it again, means this one.
		await browser.signIn(first);
		expect(await actsAs(app, browser)).toBe(first.did);
	});

	test("is the primary one where somebody came in another way", async () => {
		const [first, second] = [await here(), await there()];
		const app = await open();
		const browser = app.browser();
		await browser.signUpWithEmail("several@example.com");
		expect(await currentOf(browser)).toBeNull();
		expect(await restore(browser)).toMatchObject({ did: null, reason: "not_linked" });
		await browser.signIn(first);
		await browser.signIn(second);
		const other = app.browser();
		await other.post("/sign-in/email", { email: "several@example.com", password: "a-password" });
		expect(await currentOf(other)).toBeNull();
		expect(await actsAs(app, other)).toBe(first.did);
		// Each session has its own.
		expect(await actsAs(app, browser)).toBe(second.did);
	});

	test("gives way to one that is named", async () => {
		const [first, second] = [await here(), await there()];
		const { app, browser } = await openWith([first, second]);
		const { did } = first;
		expect(await browser.json(`/bsky/session?did=${did}`)).toMatchObject({ active: true, did });
		expect(await post(browser, "/bsky/restore", { did })).toMatchObject({ active: true, did });
		const agent = await app.auth.api.getBskyAgent({ headers: headersOf(browser), did });
		expect(agent.did).toBe(did);
	});

	test.each([true, false])(
		"stays with a new password, the others signed out: %s",
		async (revokeOtherSessions) => {
			const [first, second] = [await here(), await there()];
			const app = await open();
			const browser = app.browser();
			await browser.signUpWithEmail("new-password@example.com");
			for (const account of [first, second]) await browser.signIn(account);
			expect(await actsAs(app, browser)).toBe(second.did);
			const passwords = { currentPassword: "a-password", newPassword: "another-password" };
			const answer = await browser.post("/change-password", { ...passwords, revokeOtherSessions });
			expect(answer.status).toBe(200);
			expect(await actsAs(app, browser)).toBe(second.did);
		},
	);

	test("is nobody's to set", async () => {
		const [first, second] = [await here(), await there()];
		const { app, browser } = await openWith([first]);
		await app.browser().signIn(second);
		for (const bskyDid of [second.did, null]) {
			await browser.post("/update-session", { bskyDid });
			await browser.post("/update-user", { name: "N", bskyDid });
			expect(await currentOf(browser)).toBe(first.did);
		}
		const email = { email: "set@example.com", password: "a-password" };
		const other = app.browser();
		await other.post("/sign-up/email", { ...email, name: "N", bskyDid: second.did });
		await other.signUpWithEmail("unset@example.com");
		expect(await currentOf(other)).toBeNull();
	});

	test("opens nobody else's session, whatever the column says", async () => {
		const [first, second, other] = [await here(), await there(), await there()];
		const { app, browser } = await openWith([first, second]);
		await app.browser().signIn(other);
		app.database.prepare("update session set bskyDid = ?").run(other.did);
		expect(await actsAs(app, browser)).toBe(first.did);
		app.database.prepare("update session set bskyDid = 'did:plc:nobody'").run();
		expect(await actsAs(app, browser)).toBe(first.did);
	});

	test("is seen at once where a cookie has a copy of the session", async () => {
		const [first, second] = [await here(), await there()];
		const session = { cookieCache: { enabled: true, maxAge: 300 } };
		const { app, browser } = await openWith([first, second], { auth: { session } });
		expect(await currentOf(browser)).toBe(second.did);
		expect(await actsAs(app, browser)).toBe(second.did);
	});
});

const rowOf = (app: App, { did }: Account) =>
	app.rows("bskyAccount").find((row) => row.did === did);

describe("what each account keeps", () => {
	const scope = "atproto transition:generic";

	test("is how it looks and what it was granted, the primary one or not", async () => {
		const [first, second] = [await here(), await there()];
		await rename(first, "First");
		const { app } = await openWith([first, second]);
		const kept = { handle: first.handle, displayName: "First", avatar: null, scope };
		expect(rowOf(app, first)).toMatchObject(kept);
		expect(rowOf(app, second)).toMatchObject({ handle: second.handle, displayName: null, scope });
		await rename(second, "Second");
		await app.browser().signIn(second);
		expect(rowOf(app, second)).toMatchObject({ handle: second.handle, displayName: "Second" });
		expect(rowOf(app, first)).toMatchObject(kept);
	});

	test("comes with the next sign-in where the row is from before", async () => {
		const [first, second] = [await here(), await there()];
		const { app } = await openWith([first, second]);
		app.database.exec("update bskyAccount set handle = null, displayName = null, scope = null");
		await app.browser().signIn(second);
		expect(rowOf(app, second)).toMatchObject({ handle: second.handle, scope });
		expect(rowOf(app, first)).toMatchObject({ handle: null, scope: null });
	});

	test("stays where nothing better can be had", async () => {
		const person = await there();
		await rename(person, "Known");
		const { app } = await openWith([person]);
		const xrpc = /app\.bsky\.actor\.getProfile|com\.atproto\.repo\.getRecord/;
		const silent = await open({
			auth: { database: app.database },
			plugin: {
				fetch: async (input, init) =>
					xrpc.test(input instanceof Request ? input.url : String(input))
						? new Response(null, { status: 503 })
						: fetch(input, init),
			},
		});
		expect((await silent.browser().signIn(person)).pathname).toBe("/me");
		const kept = { handle: person.handle, displayName: "Known", scope };
		expect(rowOf(app, person)).toMatchObject(kept);
	});

	test("is of a bounded size", async () => {
		const person = await there();
		await rename(person, "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}".repeat(35));
		const { app } = await openWith([person]);
		const { displayName } = rowOf(app, person) ?? {};
		expect(Buffer.byteLength(String(displayName))).toBeLessThanOrEqual(640);
	});
});

interface Listed extends Record<string, unknown> {
	did: string;
}
const accountsOf = async (browser: Browser) =>
	((await browser.json("/bsky/accounts")) as { accounts: Listed[] }).accounts;

const lookOf = ({ did, handle }: Account, displayName: string) => ({ did, handle, displayName });

describe("the list of accounts", () => {
	const grantedScope = "atproto transition:generic";

	test("says how each looks, the primary one first, without asking a server", async () => {
		const sent: string[] = [];
		const [first, second, third] = [await here(), await there(), await here()];
		// Who has no profile is asked for it again.
		await rename(first, "First");
		await rename(second, "Second");
		await rename(third, "Third");
		const { app, browser } = await openWith([first, second, third], {
			plugin: {
				fetch: (input, init) => {
					sent.push(String(input));
					return fetch(input, init);
				},
			},
		});
		sent.length = 0;
		const active = { active: true, grantedScope };
		const [head, ...rest] = [
			{ ...active, ...lookOf(first, "First"), primary: true, current: false },
			{ ...active, ...lookOf(second, "Second"), primary: false, current: false },
			{ ...active, ...lookOf(third, "Third"), primary: false, current: true },
		];
		const expected = [head, ...rest.toSorted((a, b) => (a.handle < b.handle ? -1 : 1))];
		expect(await accountsOf(browser)).toEqual(expected);
		expect(sent).toEqual([]);
		// Another instance has seen none of them.
		const { auth } = await open({ auth: { database: app.database } });
		const { accounts } = await auth.api.getBskyAccounts({ headers: headersOf(browser) });
		expect(accounts.map((each) => JSON.parse(JSON.stringify(each)))).toEqual(expected);
	});

	test("is empty for a user without any, and for nobody an error", async () => {
		const app = await open();
		const browser = app.browser();
		expect((await browser.get("/bsky/accounts")).status).toBe(401);
		await browser.signUpWithEmail("none@example.com");
		expect(await accountsOf(browser)).toEqual([]);
	});

	test("has nobody else's, and no secret", async () => {
		const [first, other] = [await here(), await there()];
		const { app, browser } = await openWith([first]);
		await app.browser().signIn(other);
		expect((await accountsOf(browser)).map(({ did }) => did)).toEqual([first.did]);
		const text = await (await browser.get("/bsky/accounts")).text();
		expect(text).not.toMatch(/eyJ|ref-|tok-|userId|version|lock/);
	});

	test("says which session is gone, and what it was granted", async () => {
		const [first, second] = [await here(), await there()];
		const { browser } = await openWith([first, second]);
		await browser.post("/bsky/disconnect", { did: second.did });
		const gone = { active: false, reason: "signed_out", grantedScope, current: true };
		expect((await accountsOf(browser))[1]).toMatchObject({ did: second.did, ...gone });
	});

	test("costs as many looks at the database for many accounts as for one", async () => {
		const people = [await here(), await there(), await here(), await there()];
		const [first] = people;
		if (!first) throw new Error("nobody");
		const counted = async (accounts: Account[]) => {
			const { app, browser } = await openWith(accounts);
			await browser.get("/bsky/accounts");
			const { adapter } = await app.auth.$context;
			const looks = ["findOne", "findMany", "count"] as const;
			const spies = looks.map((look) => vi.spyOn(adapter, look));
			expect(await accountsOf(browser)).toHaveLength(accounts.length);
			return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
		};
		expect(await counted(people)).toBe(await counted([first]));
	});

	test("asks for faces that are old afterwards, a few at a time", async () => {
		const people = [await here(), await there(), await here(), await there(), await here()];
		const { app, browser } = await openWith(people, { plugin: { profileCacheMaxAge: 1 } });
		await new Promise((resolve) => setTimeout(resolve, 1100));
		for (const each of people) await rename(each, "New");
		await accountsOf(browser);
		const renamed = () => app.rows("bskyAccount").filter((row) => row.displayName === "New").length;
		await expect.poll(renamed, { timeout: 5000 }).toBe(3);
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(renamed()).toBe(3);
		await accountsOf(browser);
		await expect.poll(renamed, { timeout: 5000 }).toBe(5);
	});
});

async function rename(account: Account, displayName: string): Promise<void> {
	const agent = await account.agent();
	await agent.com.atproto.repo.putRecord({
		repo: account.did,
		collection: "app.bsky.actor.profile",
		rkey: "self",
		record: { $type: "app.bsky.actor.profile", displayName },
	});
}

const switchTo = async (browser: Browser, did: string) => {
	const response = await browser.post("/bsky/switch", { did });
	return [response.status, await response.json()];
};
const NOT_LINKED = [404, expect.objectContaining({ code: "NOT_LINKED" })];

describe("switching", () => {
	test("has this session act as another DID, and no other session", async () => {
		const [first, second] = [await here(), await there()];
		const { app, browser } = await openWith([first, second]);
		const other = app.browser();
		await other.signIn(second);
		expect(await switchTo(browser, first.did)).toEqual([200, { did: first.did }]);
		expect(await currentOf(browser)).toBe(first.did);
		expect(await actsAs(app, browser)).toBe(first.did);
		expect(await actsAs(app, other)).toBe(second.did);
		expect(await switchTo(browser, second.did)).toEqual([200, { did: second.did }]);
		expect(await actsAs(app, browser)).toBe(second.did);
	});

	test("is seen at once where a cookie has a copy of the session", async () => {
		const [first, second] = [await here(), await there()];
		const session = { cookieCache: { enabled: true, maxAge: 300 } };
		const { app, browser } = await openWith([first, second], { auth: { session } });
		await switchTo(browser, first.did);
		expect(await currentOf(browser)).toBe(first.did);
		expect(await actsAs(app, browser)).toBe(first.did);
	});

	test("to one whose session has ended is a switch, and says so afterwards", async () => {
		const [first, second] = [await here(), await there()];
		const { browser } = await openWith([first, second]);
		const { did } = first;
		await browser.post("/bsky/disconnect", { did });
		expect(await switchTo(browser, did)).toEqual([200, { did }]);
		expect(await restore(browser)).toEqual({ active: false, did, reason: "signed_out" });
	});

	test("to what isn't theirs finds nothing", async () => {
		const [first, second, other] = [await here(), await there(), await there()];
		const { app, browser } = await openWith([first, second]);
		await app.browser().signIn(other);
		for (const did of [other.did, "did:plc:nobody", "", "*", first.did.toUpperCase()]) {
			expect([did, ...(await switchTo(browser, did))]).toEqual([did, ...NOT_LINKED]);
		}
		for (const body of [{}, { did: null }, { did: [first.did] }, { did: "d".repeat(5000) }]) {
			expect((await browser.post("/bsky/switch", body)).status).toBe(400);
		}
		expect((await app.browser().post("/bsky/switch", { did: first.did })).status).toBe(401);
		expect(await actsAs(app, browser)).toBe(second.did);
	});

	test("in a session that has ended elsewhere is nobody's", async () => {
		const [first, second] = [await here(), await there()];
		const session = { cookieCache: { enabled: true, maxAge: 300 } };
		const { app, browser } = await openWith([first, second], { auth: { session } });
		app.database.exec("delete from session");
		expect((await browser.post("/bsky/switch", { did: first.did })).status).toBe(401);
	});

	test.each([false, true])("by who looks in as them, allowed: %s", async (allowImpersonation) => {
		const [first, second] = [await here(), await there()];
		const options = { plugin: { allowImpersonation }, plugins: [admin()] };
		const { app, browser } = await openWith([first, second], options);
		const boss = app.browser();
		await boss.signUpWithEmail("boss@example.com");
		app.database.exec("update user set role = 'admin' where email = 'boss@example.com'");
		const userId = String((await browser.user())?.id);
		expect((await boss.post("/admin/impersonate-user", { userId })).status).toBe(200);
		expect(await restore(boss)).toMatchObject({ active: true, did: first.did });
		const answer = await switchTo(boss, second.did);
		if (allowImpersonation) expect(answer).toEqual([200, { did: second.did }]);
		else expect(answer).toEqual([403, expect.objectContaining({ code: "IMPERSONATED" })]);
		const { did } = allowImpersonation ? second : first;
		expect(await restore(boss)).toMatchObject({ did });
		// What they did is not done in the person's own sessions.
		expect(await actsAs(app, browser)).toBe(second.did);
	});

	test("is nothing for who is banned", async () => {
		const [first, second] = [await here(), await there()];
		const { app, browser } = await openWith([first, second], { plugins: [admin()] });
		app.database.exec("update user set banned = 1");
		const banned = [403, expect.objectContaining({ code: "BANNED_USER" })];
		expect(await switchTo(browser, first.did)).toEqual(banned);
	});

	const redis = noRedis ? ` (skipped: ${noRedis})` : "";
	for (const storeSessionInDatabase of [false, true]) {
		const where = storeSessionInDatabase ? "and in the database" : "alone";
		test.skipIf(noRedis)(`of sessions in secondary storage ${where}${redis}`, async () => {
			const { storage } = await useRedis();
			const [first, second] = [await here(), await there()];
			const { app, browser } = await openWith([first, second], {
				auth: { secondaryStorage: storage, session: { storeSessionInDatabase } },
			});
			expect(await actsAs(app, browser)).toBe(second.did);
			const again = app.browser();
			await again.signIn(second);
			expect(await actsAs(app, again)).toBe(second.did);
			expect(await switchTo(again, first.did)).toEqual([200, { did: first.did }]);
			expect(await actsAs(app, again)).toBe(first.did);
			expect(await actsAs(app, browser)).toBe(second.did);
			if (!storeSessionInDatabase) return;
			expect(app.rows("session").map((row) => row.bskyDid)).toEqual([second.did, first.did]);
		});
	}
});

/** What may happen to an account, and what is said of it afterwards, or of what takes its place. */
const ENDS: Record<
	string,
	{ end: (browser: Browser, account: Account, app: App) => Promise<unknown>; reason?: string }
> = {
	unlinked: { end: unlink },
	disconnected: {
		end: (browser, { did }) => browser.post("/bsky/disconnect", { did }),
		reason: "signed_out",
	},
	revoked: {
		end: async (_browser, { did }, app) => {
			await network.revoke(did);
			await expire(app, did);
		},
		reason: "session_expired",
	},
	expired: {
		end: async (_browser, { did }, app) => {
			await network.expire(did);
			await expire(app, did);
		},
		reason: "session_expired",
	},
};

async function unlink(browser: Browser, { did }: Account): Promise<void> {
	const rows = (await (await browser.get("/list-accounts")).json()) as {
		id: string;
		accountId: string;
	}[];
	const accountId = rows.find((row) => row.accountId === did)?.id;
	const response = await browser.post("/unlink-account", { accountId });
	if (!response.ok) throw new Error(await response.text());
}

describe.each(Object.entries(ENDS))("an account that is %s", (what, { end, reason }) => {
	const isUnlinked = what === "unlinked";
	const look = ({ did, primary, current, active }: Listed) => ({ did, primary, current, active });

	async function openWithTwo() {
		const [first, second] = [await here(), await there()];
		return { first, second, ...(await openWith([first, second])) };
	}

	test("is the last one", async () => {
		const first = await there();
		const { app, browser } = await openWith([first]);
		await end(browser, first, app);
		const state = isUnlinked
			? { active: false, did: null, reason: "not_linked" }
			: { active: false, did: first.did, reason };
		expect(await restore(browser)).toEqual(state);
		const left = [{ did: first.did, primary: true, current: true, active: false }];
		expect((await accountsOf(browser)).map(look)).toEqual(isUnlinked ? [] : left);
		expect(await currentOf(browser)).toBe(isUnlinked ? null : first.did);
	});

	test("is the current one", async () => {
		const { first, second, app, browser } = await openWithTwo();
		await end(browser, second, app);
		if (isUnlinked) expect(await actsAs(app, browser)).toBe(first.did);
		else expect(await restore(browser)).toEqual({ active: false, did: second.did, reason });
		const current = isUnlinked ? first : second;
		const left = [{ did: first.did, primary: true, current: isUnlinked, active: true }];
		if (!isUnlinked) left.push({ did: second.did, primary: false, current: true, active: false });
		expect((await accountsOf(browser)).map(look)).toEqual(left);
		// It stays so, and the other one is a click away.
		expect((await browser.json("/bsky/session")).did).toBe(current.did);
		await switchTo(browser, first.did);
		expect(await actsAs(app, browser)).toBe(first.did);
	});

	test("is named: it is theirs, and has no session, or it isn't theirs", async () => {
		const { first, second, app, browser } = await openWithTwo();
		await app.browser().signIn(await there());
		const code = isUnlinked ? "NOT_LINKED" : "SESSION_EXPIRED";
		const headers = headersOf(browser);
		for (const account of [second, first]) {
			await end(browser, account, app);
			await restore(browser);
			const { did } = account;
			const failure = app.auth.api.getBskyAgent({ headers, did });
			await expect(failure).rejects.toMatchObject({ body: { code } });
		}
	});

	test("is the primary one", async () => {
		const { first, second, app, browser } = await openWithTwo();
		await end(browser, first, app);
		expect(await actsAs(app, browser)).toBe(second.did);
		const primary = isUnlinked ? second : first;
		expect(await browser.user()).toMatchObject({
			bskyDid: primary.did,
			bskyHandle: primary.handle,
		});
		const { did } = second;
		expect((await accountsOf(browser)).find((each) => each.did === did)).toMatchObject({
			primary: isUnlinked,
			current: true,
			active: true,
		});
	});

	test("is both, while another session acts as the other", async () => {
		const { first, second, app, browser } = await openWithTwo();
		const other = app.browser();
		await other.signIn(first);
		await end(other, first, app);
		if (isUnlinked) expect(await actsAs(app, other)).toBe(second.did);
		else expect(await restore(other)).toMatchObject({ active: false, did: first.did });
		expect(await actsAs(app, browser)).toBe(second.did);
	});

	test("comes back with the next sign-in", async () => {
		const { second, app, browser } = await openWithTwo();
		await end(browser, second, app);
		await restore(browser);
		expect((await browser.signIn(second)).pathname).toBe("/me");
		expect(await actsAs(app, browser)).toBe(second.did);
	});
});

test("another session forgets one that was unlinked, and doesn't act as it once it is back", async () => {
	const [first, second] = [await here(), await there()];
	const { app, browser } = await openWith([first, second]);
	const other = app.browser();
	await other.signIn(second);
	await unlink(browser, second);
	expect(await currentOf(other)).toBeNull();
	await browser.signIn(second);
	expect(await actsAs(app, browser)).toBe(second.did);
	expect(await actsAs(app, other)).toBe(first.did);
});

test("a user whose columns name no account acts as one all the same", async () => {
	const [first] = [await here()];
	const { app, browser } = await openWith([first]);
	// A race has done this: the first account was disconnected while this one was being connected.
	app.database.exec("update user set bskyDid = null; update session set bskyDid = null");
	expect(await actsAs(app, browser)).toBe(first.did);
	expect(await accountsOf(browser)).toMatchObject([{ did: first.did, current: true }]);
	const userId = String((await browser.user())?.id);
	expect((await app.auth.api.getBskyAgent({ userId })).did).toBe(first.did);
});

test("the next primary account comes with its face, and without a handle that is another's by now", async () => {
	const [first, second, third] = [await here(), await there(), await there()];
	await rename(second, "Second");
	const { app, browser } = await openWith([first, second], { plugin: { profileCacheMaxAge: 0 } });
	await app.browser().signIn(third);
	app.database
		.prepare("update user set bskyHandle = ? where bskyDid = ?")
		.run(second.handle, third.did);
	await unlink(browser, first);
	expect(await browser.user()).toMatchObject({
		bskyDid: second.did,
		bskyDisplayName: "Second",
		bskyHandle: null,
	});
});

test("two accounts on two servers at once, with switches in between: each call is its own", async () => {
	const [first, second] = [await here(), await there()];
	const { app, browser } = await openWith([first, second]);
	const other = app.browser();
	await other.signIn(first);
	const write = async (from: Browser, text: string) => {
		const agent = await app.auth.api.getBskyAgent({ headers: headersOf(from) });
		const record = { $type: "app.bsky.feed.post", text: `${text} as ${agent.did}` };
		const repo = String(agent.did);
		const createdAt = new Date().toISOString();
		await agent.com.atproto.repo.createRecord({
			repo,
			collection: "app.bsky.feed.post",
			record: { ...record, createdAt },
		});
		return repo;
	};
	const written: string[] = [];
	const calls = async (from: Browser, name: string) => {
		for (let call = 0; call < 20; call++) {
			const did = [first, second][(call + name.length) % 2]?.did ?? "";
			expect((await switchTo(from, did))[0]).toBe(200);
			const texts = await Promise.all([0, 1].map((n) => write(from, `${name} ${call} ${n}`)));
			expect(texts).toEqual([did, did]);
			for (const n of [0, 1]) written.push(`${name} ${call} ${n} as ${did}`);
		}
	};
	await Promise.all([calls(browser, "one"), calls(other, "other")]);
	for (const account of [first, second]) {
		const agent = await account.agent();
		const { data } = await agent.com.atproto.repo.listRecords({
			repo: account.did,
			collection: "app.bsky.feed.post",
			limit: 100,
		});
		const texts = data.records.map(({ value }) => String(value.text));
		const own = written.filter((text) => text.endsWith(account.did));
		expect(texts.toSorted()).toEqual(own.toSorted());
		expect(own).toHaveLength(40);
	}
}, 60_000);
