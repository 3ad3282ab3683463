import { afterEach, describe, expect, test } from "vitest";
import {
	ALICE,
	type App,
	type AppOptions,
	BOB,
	expire,
	newPerson,
	startApp,
	useNetwork,
} from "./kit.ts";

const network = await useNetwork({ accounts: [ALICE, BOB] });
let app: App;

afterEach(() => app.close());

const open = async (options?: AppOptions) => {
	app = await startApp(network, options);
	return app.browser();
};
type Browser = ReturnType<App["browser"]>;
const restore = async (browser: Browser) =>
	(await (await browser.post("/bsky/restore", {})).json()) as Record<string, unknown>;

describe("without a session", () => {
	test("nobody is signed in: 401", async () => {
		const browser = await open();
		expect((await browser.get("/bsky/session")).status).toBe(401);
		expect((await browser.post("/bsky/restore", {})).status).toBe(401);
	});

	test("no account is connected", async () => {
		const browser = await open();
		await browser.signUpWithEmail("eve@example.com");
		const expected = { active: false, did: null, reason: "not_linked" };
		expect(await browser.json("/bsky/session")).toEqual(expected);
		expect(await restore(browser)).toEqual(expected);
	});

	test("somebody else's DID is nobody's business", async () => {
		const browser = await open();
		const alice = network.account("alice.test");
		await browser.signIn(alice);
		const other = app.browser();
		await other.signUpWithEmail("eve@example.com");
		const expected = { active: false, did: alice.did, reason: "signed_out" };
		expect(await other.json(`/bsky/session?did=${alice.did}`)).toEqual(expected);
		const response = await other.post("/bsky/restore", { did: alice.did });
		expect(await response.json()).toEqual(expected);
	});
});

describe("with a session", () => {
	test("says who it is, what was granted, and how they look", async () => {
		const browser = await open();
		const alice = network.account("alice.test");
		await browser.signIn(alice);
		expect(await browser.json("/bsky/session")).toMatchObject({
			active: true,
			did: alice.did,
			handle: "alice.test",
			displayName: "Alice",
			avatar: expect.stringMatching(/^http/),
			grantedScope: "atproto transition:generic",
		});
		expect(await restore(browser)).toEqual({
			active: true,
			did: alice.did,
			grantedScope: "atproto transition:generic",
		});
	});

	test("the profile is fresh, within profileCacheMaxAge", async () => {
		const browser = await open({ plugin: { profileCacheMaxAge: 0.5 } });
		const person = await newPerson(network, { displayName: "Before" });
		await browser.signIn(person);
		const agent = await person.agent();
		await agent.com.atproto.repo.putRecord({
			repo: person.did,
			collection: "app.bsky.actor.profile",
			rkey: "self",
			record: { $type: "app.bsky.actor.profile", displayName: "After" },
		});
		await expect
			.poll(async () => (await browser.json("/bsky/session")).displayName, { timeout: 5000 })
			.toBe("After");
	});

	test("an expired access token is refreshed, once", async () => {
		const browser = await open();
		const person = await newPerson(network);
		await browser.signIn(person);
		const [before] = await network.liveTokens(person.did);
		await expire(app, person.did);
		const answers = await Promise.all(Array.from({ length: 10 }, () => restore(browser)));
		for (const answer of answers) expect(answer).toMatchObject({ active: true });
		const [after, ...more] = await network.liveTokens(person.did);
		expect(more).toEqual([]);
		expect(after?.tokenId).not.toBe(before?.tokenId);
		const [row] = app.rows("bskySession");
		expect(row?.lockedUntil).toBe(0);
		expect(await restore(browser)).toMatchObject({ active: true });
	});

	test("the app's own requestLock is used instead of the database's", async () => {
		const names: string[] = [];
		const requestLock: NonNullable<AppOptions["plugin"]>["requestLock"] = async (name, fn) => {
			names.push(name);
			return fn();
		};
		const browser = await open({ plugin: { requestLock } });
		const person = await newPerson(network);
		await browser.signIn(person);
		await expire(app, person.did);
		expect(await restore(browser)).toMatchObject({ active: true });
		expect(names).toEqual([`better-auth-bsky-${person.did}`]);
	});

	test("ended at the server: inactive, with a reason", async () => {
		const browser = await open();
		const person = await newPerson(network);
		await browser.signIn(person);
		await person.pds.server?.ctx.accountManager.db.db
			.deleteFrom("token")
			.where("did", "=", person.did as `did:plc:${string}`)
			.execute();
		await expire(app, person.did);
		expect(await restore(browser)).toMatchObject({ active: false, reason: "session_expired" });
		expect(app.rows("bskySession")).toEqual([]);
		expect(await browser.json("/bsky/session")).toMatchObject({
			active: false,
			reason: "signed_out",
			handle: person.handle,
		});
	});

	test("a row that can't be opened counts as signed out", async () => {
		const browser = await open();
		const alice = network.account("alice.test");
		await browser.signIn(alice);
		for (const garbage of ["", "garbage", "00".repeat(500), '{"tokenSet":{}}']) {
			app.database.prepare("update bskySession set session = ?").run(garbage);
			expect(await restore(browser)).toMatchObject({ active: false, reason: "signed_out" });
			expect(await browser.json("/bsky/session")).toMatchObject({ active: false });
		}
	});

	test("holds no token, key or code in clear", async () => {
		const browser = await open();
		await browser.signIn(network.account("alice.test"));
		await browser.begin("bob.test");
		const dump = JSON.stringify([...app.rows("bskySession"), ...app.rows("bskyState")]);
		const secrets = /eyJ|ref-|tok-|cod-|"d"|verifier|dpop|refresh_token/;
		expect(dump).not.toMatch(secrets);
		expect(JSON.stringify(app.rows("account"))).not.toMatch(secrets);
		expect(app.logs.join("\n")).not.toMatch(secrets);
	});
});

describe("when something is down", () => {
	test("the AppView: the profile comes from the person's own server", async () => {
		const browser = await open({ plugin: { profileCacheMaxAge: 0 } });
		const person = await newPerson(network, { displayName: "Gus" });
		await network.appView?.stop();
		try {
			expect((await browser.signIn(person)).pathname).toBe("/me");
			expect(await browser.json("/bsky/session")).toMatchObject({
				active: true,
				handle: person.handle,
				displayName: "Gus",
			});
		} finally {
			await network.appView?.start();
		}
	});

	test("the PDS: the session stays, and the profile is the last one known", async () => {
		const browser = await open({ plugin: { profileCacheMaxAge: 0 } });
		const person = await newPerson(network, { displayName: "Hal" });
		await browser.signIn(person);
		await expire(app, person.did);
		await network.pds.stop();
		try {
			expect(await restore(browser)).toMatchObject({ active: true });
			expect(await browser.json("/bsky/session")).toMatchObject({
				active: true,
				displayName: "Hal",
			});
		} finally {
			await network.pds.start();
		}
		expect(await restore(browser)).toMatchObject({ active: true });
		expect(await network.liveTokens(person.did)).toHaveLength(1);
	});

	test("the PDS at sign-in: a clear error, and nothing is left behind", async () => {
		const browser = await open();
		const person = await newPerson(network);
		await network.pds.stop();
		try {
			const response = await browser.post("/bsky/sign-in", { handle: person.did });
			expect(response.status).toBe(503);
			expect(await response.json()).toMatchObject({ code: "SERVER_UNREACHABLE" });
		} finally {
			await network.pds.start();
		}
		expect(app.rows("bskyState")).toEqual([]);
	});

	test("the PDS at the callback: a clear error, and nothing is left behind", async () => {
		const { approve } = await import("@better-auth-bsky/devnet");
		const browser = await open();
		const person = await newPerson(network);
		const url = await browser.begin(person.handle, { errorCallbackURL: "/sign-in" });
		const back = await approve(url, { account: person });
		await network.pds.stop();
		let end: URL;
		try {
			end = await browser.arrive(back);
		} finally {
			await network.pds.start();
		}
		expect(end.pathname).toBe("/sign-in");
		expect(end.searchParams.get("error")).toBe("server_unreachable");
		for (const table of ["user", "account", "session", "bskySession", "bskyState"]) {
			expect(app.rows(table)).toEqual([]);
		}
		expect(await network.liveTokens(person.did)).toEqual([]);
	});
});

describe("unlinking", () => {
	test("revokes the session at the server and forgets the profile", async () => {
		const browser = await open({
			auth: { account: { accountLinking: { allowUnlinkingAll: true } } },
		});
		const person = await newPerson(network);
		await browser.signIn(person);
		const [account] = app.rows("account");
		expect((await browser.post("/unlink-account", { accountId: account?.id })).status).toBe(200);
		expect(app.rows("bskySession")).toEqual([]);
		expect(await browser.user()).toMatchObject({ bskyDid: null, bskyHandle: null });
		await expect.poll(() => network.liveTokens(person.did)).toEqual([]);
	});
});
