import { approve } from "@better-auth-bsky/devnet";
import { afterEach, describe, expect, test } from "vitest";
import { ALICE, type App, type AppOptions, BOB, newPerson, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork({ accounts: [ALICE, BOB] });
let app: App;

afterEach(() => app.close());

const open = async (options?: AppOptions) => {
	app = await startApp(network, options);
	return app.browser();
};

const error = (url: URL) => url.searchParams.get("error");

// https://atproto.com/specs/oauth#demonstrating-proof-of-possession-dpop
test("every sign-in has a DPoP key of its own", async () => {
	const proofs: string[] = [];
	const browser = await open({
		plugin: {
			fetch: (input, init) => {
				const headers = input instanceof Request ? input.headers : new Headers(init?.headers);
				proofs.push(headers.get("dpop") ?? "");
				return fetch(input, init);
			},
		},
	});
	const keyOf = async (handle: string) => {
		proofs.length = 0;
		await browser.begin(handle);
		const [header = ""] = proofs.at(-1)?.split(".") ?? [];
		return JSON.parse(Buffer.from(header, "base64url").toString()).jwk;
	};
	const first = await keyOf("alice.test");
	expect(first).toMatchObject({ kty: "EC", crv: "P-256", x: expect.any(String) });
	expect((await keyOf("alice.test")).x).not.toBe(first.x);
});

describe("a new person", () => {
	test("becomes a user with a profile, an account, a stored session and a cookie", async () => {
		const browser = await open();
		const alice = await newPerson(network, { displayName: "Alice" });
		const end = await browser.signIn(alice);
		expect(end.href).toBe(`${app.origin}/me`);
		expect(await browser.user()).toMatchObject({
			name: "Alice",
			bskyDid: alice.did,
			bskyHandle: alice.handle,
			bskyDisplayName: "Alice",
			emailVerified: false,
		});
		expect(await browser.json("/list-accounts")).toMatchObject([
			{ providerId: "bsky", accountId: alice.did },
		]);
		expect(app.rows("bskySession")).toHaveLength(1);
		expect(app.rows("bskyState")).toHaveLength(0);
		expect(await network.liveTokens(alice.did)).toHaveLength(1);
	});

	test("goes to newUserCallbackURL, and to callbackURL the next time", async () => {
		const browser = await open();
		const alice = network.account("alice.test");
		const urls = { callbackURL: "/me", newUserCallbackURL: "/welcome" };
		expect((await browser.signIn(alice, urls)).pathname).toBe("/welcome");
		expect((await app.browser().signIn(alice, urls)).pathname).toBe("/me");
	});

	test("fires the app's database hooks", async () => {
		const fired: string[] = [];
		const after = (name: string) => async () => {
			fired.push(name);
		};
		const browser = await open({
			auth: {
				databaseHooks: {
					user: { create: { after: after("user") } },
					account: { create: { after: after("account") } },
					session: { create: { after: after("session") } },
				},
			},
		});
		await browser.signIn(network.account("alice.test"));
		expect(fired).toEqual(["user", "account", "session"]);
	});

	test("is refused by disableSignUp, and leaves nothing behind", async () => {
		const browser = await open({ plugin: { disableSignUp: true } });
		const bob = await newPerson(network);
		const end = await browser.signIn(bob, { errorCallbackURL: "/oops" });
		expect(end.pathname).toBe("/oops");
		expect(error(end)).toBe("signup_disabled");
		expect(await browser.user()).toBeNull();
		for (const table of ["user", "account", "session", "bskySession", "bskyState"]) {
			expect(app.rows(table)).toEqual([]);
		}
		await expect.poll(() => network.liveTokens(bob.did)).toEqual([]);
	});

	test("needs requestSignUp under disableImplicitSignUp", async () => {
		const browser = await open({ plugin: { disableImplicitSignUp: true } });
		const alice = network.account("alice.test");
		expect(error(await browser.signIn(alice))).toBe("signup_disabled");
		expect((await browser.signIn(alice, { requestSignUp: true })).pathname).toBe("/me");
	});

	test("nobody can sign up by e-mail as a DID", async () => {
		const browser = await open();
		await browser.signIn(network.account("alice.test"));
		const [user] = app.rows("user");
		expect(String(user?.email)).toMatch(/^[0-9a-f]{32}@bsky\.placeholder\.invalid$/);
		expect(String(user?.email)).not.toContain("plc");
	});
});

describe("a returning person", () => {
	test("is the same user, with one live session at the server", async () => {
		const browser = await open();
		const carla = await newPerson(network);
		await browser.signIn(carla);
		const again = app.browser();
		await again.signIn(carla);
		expect((await again.user())?.id).toBe((await browser.user())?.id);
		expect(app.rows("user")).toHaveLength(1);
		expect(app.rows("bskySession")).toHaveLength(1);
		await expect.poll(() => network.liveTokens(carla.did)).toHaveLength(1);
	});

	test("gets the new profile, but keeps what they changed in the app", async () => {
		const browser = await open();
		const dora = await newPerson(network, {
			displayName: "Dora",
			description: "before",
		});
		const agent = await dora.agent();
		const rename = (displayName: string, description: string) =>
			agent.com.atproto.repo.putRecord({
				repo: dora.did,
				collection: "app.bsky.actor.profile",
				rkey: "self",
				record: { $type: "app.bsky.actor.profile", displayName, description },
			});
		await browser.signIn(dora);
		await rename("Dora the Second", "after");
		await app.browser().signIn(dora);
		expect(await browser.user()).toMatchObject({ name: "Dora the Second", bskyBio: "after" });
		await browser.post("/update-user", { name: "My own name" });
		await rename("Dora the Third", "later");
		await app.browser().signIn(dora);
		expect(await browser.user()).toMatchObject({
			name: "My own name",
			bskyDisplayName: "Dora the Third",
			bskyBio: "later",
		});
	});
});

describe("where the browser lands", () => {
	for (const [host, listen] of [
		["localhost", "127.0.0.1"],
		["127.0.0.1", "127.0.0.1"],
		["localhost", "::1"],
		["[::1]", "::1"],
	] as const) {
		test(`on the base URL's host: http://${host} served on ${listen}`, async () => {
			const browser = await open({ host, listen });
			const end = await browser.signIn(network.account("alice.test"));
			expect(end.href).toBe(`${app.origin}/me`);
			expect(await browser.user()).toMatchObject({ bskyHandle: "alice.test" });
		});

		test(`at a server that knows a client's first address only: ${host} on ${listen}`, async () => {
			using _habit = network.pds.behave("first-redirect-uri-only");
			const browser = await open({ host, listen });
			const ids = [];
			for (let i = 0; i < 2; i++) {
				expect((await browser.signIn(network.account("alice.test"))).href).toBe(`${app.origin}/me`);
				const { did } = network.account("alice.test");
				ids.push((await network.liveTokens(did)).at(-1)?.clientId);
			}
			expect(new Set(ids).size).toBe(1);
		});
	}

	test("the way back is sent on once, with the protocol's own parameters only", async () => {
		const browser = await open();
		const account = network.account("alice.test");
		const callback = await approve(await browser.begin(account.handle), { account });
		expect(callback.host).toBe(`127.0.0.1:${app.port}`);
		const first = await browser.fetch(`${callback}&evil=1`);
		const location = new URL(first.headers.get("location") ?? "");
		expect(location.host).toBe(new URL(app.origin).host);
		expect([...location.searchParams.keys()]).toEqual(["code", "state", "iss", "bsky_bounced"]);
		const stuck = await browser.fetch(`${callback}&bsky_bounced=1`);
		expect(error(new URL(stuck.headers.get("location") ?? ""))).toBe("state_not_found");
	});
});

describe("a denial", () => {
	test("ends on errorCallbackURL with a code and a sentence", async () => {
		const browser = await open();
		const end = await browser.signIn(
			network.account("bob.test"),
			{ errorCallbackURL: "/sign-in" },
			true,
		);
		expect(end.pathname).toBe("/sign-in");
		expect(error(end)).toBe("access_denied");
		expect(end.searchParams.get("error_description")).toMatch(/cancelled/);
		expect(await browser.user()).toBeNull();
		expect(app.rows("user")).toEqual([]);
	});

	test("ends on better-auth's error page where no errorCallbackURL is named", async () => {
		const browser = await open();
		const end = await browser.signIn(network.account("bob.test"), {}, true);
		expect(end.href).toContain(`${app.origin}/api/auth/error?error=access_denied`);
	});

	test("is told as one where it comes without the state, and changes nothing", async () => {
		using _habit = network.pds.behave("cancel-without-state");
		const browser = await open();
		const bob = network.account("bob.test");
		const kept = await approve(await browser.begin(bob.handle), { account: bob });
		const { logs } = app;
		const end = await browser.signIn(bob, { errorCallbackURL: "/sign-in" }, true);
		expect(end.href).toContain(`${app.origin}/api/auth/error?error=access_denied`);
		expect(logs).toEqual([]);
		expect((await browser.arrive(kept)).pathname).toBe("/me");
	});

	test.each([
		["error=access_denied", "access_denied"],
		["error=access_denied&state=", "access_denied"],
		["error=server_error&error_description=%3Cb%3E", "server_refused"],
		["error=", "state_not_found"],
		["error=access_denied&code=c", "state_not_found"],
		["error=access_denied&state=s", "state_not_found"],
		["error=access_denied&error=server_error", "state_not_found"],
		["", "state_not_found"],
	])("without a sign-in of this browser: ?%s is %s", async (query, code) => {
		const browser = await open();
		const url = new URL(`${app.origin}/api/auth/bsky/callback?${query}`);
		const end = await browser.arrive(url);
		expect([end.pathname, error(end)]).toEqual(["/api/auth/error", code]);
		const hint = /state=./.test(query)
			? [expect.stringMatching(/^warn .*reason=no_cookie help=\S+$/)]
			: [];
		expect(app.logs).toEqual(hint);
	});
});

describe("a signed-in user", () => {
	test("connects their Bluesky account", async () => {
		const browser = await open();
		await browser.signUpWithEmail("eve@example.com");
		const before = await browser.user();
		const end = await browser.signIn(network.account("bob.test"), { callbackURL: "/settings" });
		expect(end.pathname).toBe("/settings");
		expect(await browser.user()).toMatchObject({
			id: before?.id,
			email: "eve@example.com",
			name: "E",
			bskyHandle: "bob.test",
		});
		const accounts = (await browser.json("/list-accounts")) as unknown as { providerId: string }[];
		expect(accounts.map((account) => account.providerId).sort()).toEqual(["bsky", "credential"]);
		expect(app.rows("session")).toHaveLength(1);
	});

	test("sees it at once where the session's cookie holds a copy of the user", async () => {
		const browser = await open({
			auth: { session: { cookieCache: { enabled: true, maxAge: 300 } } },
		});
		await browser.signUpWithEmail("eve@example.com");
		expect(await browser.user()).toMatchObject({ bskyHandle: null });
		await browser.signIn(network.account("bob.test"));
		expect(await browser.user()).toMatchObject({ bskyHandle: "bob.test" });
	});

	test("signs in where the cookie alone still remembers a session that was ended elsewhere", async () => {
		const browser = await open({
			auth: { session: { cookieCache: { enabled: true, maxAge: 300 } } },
		});
		const bob = network.account("bob.test");
		await browser.signIn(bob);
		app.database.exec("delete from session");
		expect(await browser.user()).toMatchObject({ bskyDid: bob.did });
		const end = await browser.signIn(bob);
		expect(end.pathname + end.search).toBe("/me");
		expect(app.rows("session")).toHaveLength(1);
	});

	test("is refused where linking is disabled", async () => {
		const browser = await open({ auth: { account: { accountLinking: { enabled: false } } } });
		await browser.signUpWithEmail("eve@example.com");
		const response = await browser.post("/bsky/sign-in", { handle: "bob.test" });
		expect(response.status).toBe(403);
		expect(await response.json()).toMatchObject({ code: "LINKING_DISABLED" });
	});

	test("can't take an account that another user has", async () => {
		const browser = await open();
		const bob = await newPerson(network);
		await browser.signIn(bob);
		await expect.poll(() => network.liveTokens(bob.did)).toHaveLength(1);
		const [kept] = await network.liveTokens(bob.did);
		const other = app.browser();
		await other.signUpWithEmail("eve@example.com");
		const end = await other.signIn(bob);
		expect(error(end)).toBe("account_already_linked_to_different_user");
		// The refused session is revoked, the older one of its owner untouched.
		await expect.poll(() => network.liveTokens(bob.did)).toEqual([kept]);
		expect(await (await browser.post("/bsky/restore", {})).json()).toMatchObject({ active: true });
	});

	test("whose session ended meanwhile connects nothing", async () => {
		const browser = await open();
		await browser.signUpWithEmail("eve@example.com");
		const bob = network.account("bob.test");
		const back = await approve(await browser.begin(bob.handle), { account: bob });
		await browser.post("/sign-out", {});
		expect(error(await browser.arrive(back))).toBe("unable_to_link_account");
		expect(app.rows("bskySession")).toEqual([]);
	});
});

describe("another server", () => {
	test("a person who lives on the second PDS signs in", async () => {
		const pds = await network.addPds();
		const fay = await network.createAccount({ handle: "fay.pds2.test", displayName: "Fay", pds });
		const browser = await open();
		expect((await browser.signIn(fay)).pathname).toBe("/me");
		expect(await browser.user()).toMatchObject({ name: "Fay", bskyHandle: "fay.pds2.test" });
	});
});

describe("a plain HTML form", () => {
	const form = (
		browser: ReturnType<App["browser"]>,
		fields: Record<string, string>,
		headers = {},
	) =>
		browser.fetch("/api/auth/bsky/sign-in", {
			method: "POST",
			body: new URLSearchParams(fields),
			headers,
		});

	test("leads to the server without any script", async () => {
		const browser = await open();
		const alice = network.account("alice.test");
		const response = await form(browser, { handle: "alice.test", callbackURL: "/me" });
		expect(response.status).toBe(302);
		const back = await approve(response.headers.get("location") ?? "", { account: alice });
		expect((await browser.arrive(back)).pathname).toBe("/me");
	});

	test("leads to errorCallbackURL when the handle is wrong", async () => {
		const browser = await open();
		const response = await form(browser, { handle: "a@b.example", errorCallbackURL: "/sign-in" });
		const end = new URL(response.headers.get("location") ?? "");
		expect(end.pathname).toBe("/sign-in");
		expect(error(end)).toBe("handle_is_email");
	});

	test("may call its field `username`; a button with a handle of its own goes first", async () => {
		const browser = await open();
		const posted = await form(browser, { username: "nobody.test", errorCallbackURL: "/sign-in" });
		const end = new URL(posted.headers.get("location") ?? "");
		expect([end.pathname, error(end)]).toEqual(["/sign-in", "handle_not_found"]);
		const alice = network.account("alice.test");
		const posts: Record<string, string>[] = [
			{ username: "alice.test" },
			{ username: "", handle: "alice.test" },
		];
		for (const fields of posts) {
			const response = await form(browser, { ...fields, callbackURL: "/me" });
			expect(response.status).toBe(302);
			const back = await approve(response.headers.get("location") ?? "", { account: alice });
			expect((await browser.arrive(back)).pathname).toBe("/me");
		}
	});

	test("is refused when another site posts it", async () => {
		const browser = await open();
		const fields = { handle: "alice.test" };
		const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
		expect((await form(browser, fields, foreign)).status).toBe(403);
		const navigation = { ...foreign, "sec-fetch-mode": "navigate" };
		expect((await form(browser, fields, navigation)).status).toBe(403);
		expect(app.rows("bskyState")).toEqual([]);
	});
});

describe("rate limits", () => {
	test("5 sign-ins and 10 callbacks a minute", async () => {
		const browser = await open({ auth: { rateLimit: { enabled: true } } });
		const count = async (times: number, send: () => Promise<Response>) => {
			const statuses = [];
			for (let i = 0; i < times; i++) statuses.push((await send()).status);
			return statuses.filter((status) => status !== 429).length;
		};
		expect(await count(7, () => browser.post("/bsky/sign-in", { handle: "" }))).toBe(5);
		expect(await count(12, () => browser.get("/bsky/callback"))).toBe(10);
		expect(await count(12, () => browser.get("/bsky/jwks.json"))).toBe(12);
		expect(await count(12, () => browser.get("/bsky/client-metadata.json"))).toBe(12);
	});
});
