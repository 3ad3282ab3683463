import { afterAll, describe, expect, test } from "vitest";
import { ALICE, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork({ accounts: [ALICE] });
const app = await startApp(network);
afterAll(() => app.close());

describe("what a person may type", () => {
	test.each([
		["a handle", () => "alice.test"],
		["with @", () => "@alice.test"],
		["an at:// URI", () => "at://alice.test/app.bsky.feed.post/3k"],
		["capitals", () => "Alice.TEST"],
		["spaces around", () => "  alice.test\n"],
		["bidirectional controls", () => "\u202A@alice.test\u202C"],
		["zero-width spaces", () => "alice\u200B.test"],
		["a DID", () => network.account("alice.test").did],
		["a PDS URL", () => `${network.pdsUrl}/`],
	])("%s", async (_name, handle) => {
		const response = await app.browser().post("/bsky/sign-in", { handle: handle() });
		expect(response.status).toBe(200);
		const { url, redirect } = (await response.json()) as { url: string; redirect: boolean };
		expect(url).toMatch(new RegExp(`^${network.pdsUrl}/oauth/authorize\\?`));
		expect(redirect).toBe(true);
	});

	test("disableRedirect leaves going there to the caller", async () => {
		const body = { handle: "alice.test", disableRedirect: true };
		const response = await app.browser().post("/bsky/sign-in", body);
		expect(await response.json()).toMatchObject({ redirect: false });
	});
});

describe("what is refused, with a code and a sentence", () => {
	test.each([
		["nonsense", { handle: "what ever!" }, 400, "HANDLE_INVALID"],
		["an empty one", { handle: "" }, 400, "HANDLE_REQUIRED"],
		["a missing one", {}, 400, "HANDLE_REQUIRED"],
		["null", { handle: null }, 400, "HANDLE_REQUIRED"],
		["a number", { handle: 42 }, 400, "HANDLE_INVALID"],
		["an object", { handle: { toString: "alice.test" } }, 400, "HANDLE_INVALID"],
		["an e-mail address", { handle: "alice@example.com" }, 400, "HANDLE_IS_EMAIL"],
		["an unknown handle", { handle: "nobody.test" }, 404, "HANDLE_NOT_FOUND"],
		["an unknown DID", { handle: "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa" }, 404, "HANDLE_NOT_FOUND"],
		["javascript:", { handle: "javascript:alert(1)" }, 400, "HANDLE_INVALID"],
		["100 kB", { handle: "a".repeat(100_000) }, 400, "HANDLE_INVALID"],
	])("%s", async (_name, body, status, code) => {
		const browser = app.browser();
		const response = await browser.post("/bsky/sign-in", body);
		const answer = (await response.json()) as Record<string, unknown>;
		expect([response.status, answer.code]).toEqual([status, code]);
		expect(answer.message).toMatch(/^[A-Z].*[.]$/);
	});

	test("a body that is no JSON, and none at all", async () => {
		for (const body of ["nonsense", "", "[]", '"x"']) {
			const response = await app.browser().fetch("/api/auth/bsky/sign-in", {
				method: "POST",
				headers: { "content-type": "application/json" },
				body,
			});
			expect(response.status).toBeGreaterThanOrEqual(400);
			expect(response.status).toBeLessThan(500);
		}
	});

	test.each(["callbackURL", "errorCallbackURL", "newUserCallbackURL"])(
		"a %s that would fill the database",
		async (name) => {
			const body = { handle: "alice.test", [name]: `/${"x".repeat(100_000)}` };
			expect((await app.browser().post("/bsky/sign-in", body)).status).toBe(400);
		},
	);

	test("nothing of it is stored", () => {
		const pending = app.rows("bskyState").length;
		expect(pending).toBe(10);
		expect(app.rows("user")).toEqual([]);
	});
});

describe("where to go afterwards", () => {
	const names = ["callbackURL", "errorCallbackURL", "newUserCallbackURL"];
	const foreign = [
		"https://evil.example",
		"//evil.example",
		"/\\evil.example",
		"\\\\evil.example",
		"/%5cevil.example",
		"/%2f/evil.example",
		"javascript:alert(1)",
		"data:text/html,x",
		"http://localhost:1@evil.example",
		"http://localhost.evil.example",
		"/\t/evil.example",
	];

	test.each(names)("%s: a foreign one is refused", async (name) => {
		for (const url of foreign) {
			const json = await app.browser().post("/bsky/sign-in", { handle: "alice.test", [name]: url });
			expect([url, json.status]).toEqual([url, 403]);
			const form = await app.browser().fetch("/api/auth/bsky/sign-in", {
				method: "POST",
				body: new URLSearchParams({ handle: "alice.test", [name]: url }),
			});
			expect([url, form.status]).toEqual([url, 403]);
		}
	});

	test.each(names)("%s: a path and the app's own origin are fine", async (name) => {
		for (const url of ["/me", "/me?tab=1#top", `${app.origin}/me`]) {
			const body = { handle: "alice.test", [name]: url };
			expect((await app.browser().post("/bsky/sign-in", body)).status).toBe(200);
		}
	});
});

test("fields of a form that are there and empty say nothing, and a no is a no", async () => {
	const empty = { callbackURL: "", errorCallbackURL: "", newUserCallbackURL: "" };
	const browser = app.browser();
	const alice = network.account("alice.test");
	expect((await browser.signIn(alice, empty)).pathname).toBe("/");
	expect((await browser.signIn(alice, empty, true)).pathname).toBe("/api/auth/error");
	for (const no of ["false", "off", "0", ""]) {
		const body = { handle: "alice.test", requestSignUp: no, disableRedirect: no };
		const response = await app.browser().post("/bsky/sign-in", body);
		expect([response.status, await response.json()]).toMatchObject([200, { redirect: true }]);
	}
});
