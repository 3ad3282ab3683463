import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, SECRET, startApp } from "./kit.ts";

/** Her server keeps to the protocol: here others are the danger. */
let alice: Awaited<ReturnType<typeof startEvilServer>>;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let browser: Browser;

beforeAll(async () => {
	alice = await startEvilServer({ handle: "alice.test" });
	world = await startDirectories([alice]);
	app = await startApp(world);
});
afterAll(() => Promise.all([app.close(), alice.close(), world.close()]));
beforeEach(() => {
	for (const table of [
		"bskyState",
		"bskySession",
		"bskyRevocation",
		"session",
		"account",
		"user",
	]) {
		app.database.exec(`delete from ${table}`);
	}
	browser = app.browser();
	alice.deviations = {};
	alice.received.length = 0;
});

const COOKIE = "better-auth.bsky_state";
const error = (url: URL) => url.searchParams.get("error");
/** The callback as the browser opens it in the end, past the bounce between loopback hosts. */
const begun = async (from = browser) => {
	const url = alice.approve(await from.begin(alice.handle));
	url.hostname = "localhost";
	return url;
};
const exchanges = () => alice.received.filter(({ path }) => path === "/oauth/token").length;
/** `url` with other parameters; undefined takes one away. */
const changed = (url: URL, changes: Record<string, string | undefined>) => {
	const copy = new URL(url);
	for (const [name, value] of Object.entries(changes)) {
		if (value === undefined) copy.searchParams.delete(name);
		else copy.searchParams.set(name, value);
	}
	return copy;
};
const sign = (value: string, secret = SECRET) =>
	encodeURIComponent(`${value}.${createHmac("sha256", secret).update(value).digest("base64")}`);

/** Browsers of people who have never been here, and of those who have begun a sign-in themselves. */
async function visitors(): Promise<Browser[]> {
	const known = app.browser();
	await known.begin(alice.handle);
	return [app.browser(), known];
}

async function signsNobodyIn(
	url: URL,
	from: Browser,
	code: string | RegExp = "state_not_found",
): Promise<void> {
	expect(error(await from.arrive(url))).toMatch(code);
	expect(await from.user()).toBeNull();
	expect(app.rows("session")).toHaveLength(0);
}

describe("a callback opened in another browser", () => {
	test("signs nobody in there, and still works where it belongs", async () => {
		const url = await begun();
		for (const victim of await visitors()) await signsNobodyIn(url, victim);
		expect((await browser.arrive(url)).pathname).toBe("/me");
		expect(await browser.user()).toMatchObject({ bskyDid: alice.did });
	});

	test("not even in one that has begun a sign-in of its own", async () => {
		const url = await begun();
		const victim = app.browser();
		const own = await begun(victim);
		await signsNobodyIn(url, victim);
		expect((await victim.arrive(own)).pathname).toBe("/me");
		expect((await browser.arrive(url)).pathname).toBe("/me");
	});

	test("connects nothing to who is signed in there", async () => {
		const url = await begun();
		for (const [index, victim] of (await visitors()).entries()) {
			const email = `victim-${index}@example.com`;
			await victim.signUpWithEmail(email);
			expect(error(await victim.arrive(url))).toBe("state_not_found");
			expect(await victim.user()).toMatchObject({ email, bskyDid: null });
		}
		expect(app.rows("account").map((row) => row.providerId)).toEqual(["credential", "credential"]);
	});

	test("connects nothing there that was begun by somebody signed in here", async () => {
		await browser.signUpWithEmail("mallory@example.com");
		const url = await begun();
		for (const [index, victim] of (await visitors()).entries()) {
			await victim.signUpWithEmail(`victim-${index}@example.com`);
			expect(error(await victim.arrive(url))).toBe("state_not_found");
			expect(await victim.user()).toMatchObject({ bskyDid: null });
		}
		expect(await browser.user()).toMatchObject({ bskyDid: null });
	});

	test("spoils nothing with an error either", async () => {
		const url = await begun();
		const denial = changed(url, { code: undefined, error: "access_denied" });
		for (const victim of await visitors()) await signsNobodyIn(denial, victim);
		expect((await browser.arrive(url)).pathname).toBe("/me");
	});
});

describe("the cookie of the browser", () => {
	test("is for nobody to read, and for a short time", async () => {
		const response = await browser.post("/bsky/sign-in", { handle: alice.handle });
		const [cookie = ""] = response.headers.getSetCookie();
		expect(cookie).toContain(COOKIE);
		expect(cookie).toMatch(/; HttpOnly/i);
		expect(cookie).toMatch(/; SameSite=Lax/i);
		expect(cookie).toMatch(/; Max-Age=3600/i);
	});

	test("planted, forged, unsigned or of another kind leads to no sign-in", async () => {
		const url = await begun();
		const genuine = browser.cookies.get(COOKIE) ?? "";
		const [value = "", signature = ""] = decodeURIComponent(genuine).split(".");
		await browser.signUpWithEmail("mallory@example.com");
		const session = browser.cookies.get("better-auth.session_token") ?? "";
		app.database.exec("delete from session");
		const forged = [
			"",
			"x",
			".",
			value,
			encodeURIComponent(`${value}.`),
			encodeURIComponent(`.${signature}`),
			encodeURIComponent(`x.${signature}`),
			encodeURIComponent(`${value}.${"A".repeat(43)}=`),
			encodeURIComponent(`${value}x.${signature}`),
			sign(value, "another-secret-that-is-long-enough-0123456789"),
			sign(value, ""),
			sign("planted"),
			session,
			"%00",
			"%E0%A4%A",
			"x".repeat(3000),
		];
		for (const cookie of forged) {
			const victim = app.browser();
			victim.setCookie(COOKIE, cookie);
			await signsNobodyIn(url, victim);
		}
		// Where the signature holds, so does everything else.
		const other = app.browser();
		other.setCookie(COOKIE, sign(value));
		expect((await other.arrive(url)).pathname).toBe("/me");
	});

	test("that is forged is replaced by a fresh one, not kept", async () => {
		for (const planted of [
			"known",
			sign("known", "another-secret-0123456789012345678901234"),
			"",
		]) {
			const victim = app.browser();
			victim.setCookie(COOKIE, planted);
			const url = await begun(victim);
			const kept = decodeURIComponent(victim.cookies.get(COOKIE) ?? "");
			expect(kept).toMatch(/^[\w-]{32}\./);
			const mallory = app.browser();
			mallory.setCookie(COOKIE, planted);
			await signsNobodyIn(url, mallory);
		}
	});

	test("is another one in every browser", async () => {
		const cookies = new Set<string | undefined>();
		for (let i = 0; i < 5; i++) {
			const other = app.browser();
			await other.begin(alice.handle);
			cookies.add(other.cookies.get(COOKIE));
		}
		expect(cookies.size).toBe(5);
	});
});

describe("a state", () => {
	test("works once", async () => {
		const url = await begun();
		expect((await browser.arrive(url)).pathname).toBe("/me");
		const user = await browser.user();
		for (let i = 0; i < 2; i++) expect(error(await browser.arrive(url))).toBe("state_not_found");
		// The person stays signed in as they were, and the session at their server lives on.
		expect(await browser.user()).toEqual(user);
		expect(app.rows("session")).toHaveLength(1);
		expect(await (await browser.post("/bsky/restore", {})).json()).toMatchObject({ active: true });
	});

	test("works once also for two callbacks at the same moment", async () => {
		for (let i = 0; i < 5; i++) {
			const other = app.browser();
			const url = await begun(other);
			const ends = await Promise.all(Array.from({ length: 4 }, () => other.arrive(url)));
			const errors = ends.map(error).filter((code) => code !== null);
			expect(errors).toEqual(["state_not_found", "state_not_found", "state_not_found"]);
			expect(app.rows("session")).toHaveLength(i + 1);
			expect(exchanges()).toBe(i + 1);
		}
		expect(app.rows("user")).toHaveLength(1);
		expect(app.rows("bskySession")).toHaveLength(1);
	});

	test("is used up by a failure", async () => {
		const url = await begun();
		alice.deviations.token = () => ({ status: 400, body: { error: "invalid_grant" } });
		await signsNobodyIn(url, browser, "server_refused");
		alice.deviations = {};
		await signsNobodyIn(url, browser);
	});

	test("missing, empty, forged, doubled or of another kind is none", async () => {
		const url = await begun();
		const state = url.searchParams.get("state") ?? "";
		const rows = app.rows("bskyState");
		const other = `${state.slice(0, -1)}${state.endsWith("A") ? "B" : "A"}`;
		for (const forged of [undefined, "", "x", other, ` ${state}`, `${state}\0`, `${state}%00`]) {
			await signsNobodyIn(changed(url, { state: forged }), browser);
		}
		for (const key of rows.flatMap((row) => [row.key, row.id, row.state])) {
			await signsNobodyIn(changed(url, { state: String(key).slice(0, 4000) }), browser);
		}
		const twice = new URL(url);
		twice.searchParams.append("state", state);
		await signsNobodyIn(twice, browser);
		expect(app.rows("bskyState")).toEqual(rows);
		expect((await browser.arrive(url)).pathname).toBe("/me");
	});

	test("expired is none", async () => {
		const url = await begun();
		const update = app.database.prepare("update bskyState set expiresAt = ?");
		update.run(new Date(Date.now() - 1).toISOString());
		await signsNobodyIn(url, browser);
	});

	test("is stored under a digest, sealed", async () => {
		const url = await begun();
		const stored = JSON.stringify(app.rows("bskyState"));
		const [cookie = ""] = decodeURIComponent(browser.cookies.get(COOKIE) ?? "").split(".");
		for (const secret of [url.searchParams.get("state"), url.searchParams.get("code"), cookie]) {
			expect(secret?.length).toBeGreaterThan(10);
			expect(stored).not.toContain(secret);
		}
		expect(stored).not.toMatch(/verifier|dpop|callback|"d"/i);
	});
});

describe("a code", () => {
	test("missing, empty or doubled is none", async () => {
		for (const change of [{ code: undefined }, { code: "" }]) {
			const url = changed(await begun(), change);
			await signsNobodyIn(url, browser, /^(invalid_callback_request|server_refused)$/);
		}
		const twice = await begun();
		twice.searchParams.append("code", "another");
		await signsNobodyIn(twice, browser, "invalid_callback_request");
		expect(exchanges()).toBe(0);
	});

	test("beside an error is no sign-in", async () => {
		const url = changed(await begun(), { error: "access_denied" });
		await signsNobodyIn(url, browser, "access_denied");
		expect(exchanges()).toBe(0);
	});
});

test("a POST to the callback does nothing", async () => {
	const url = await begun();
	const response = await browser.fetch(url, {
		method: "POST",
		body: url.searchParams,
	});
	expect(response.status).toBe(404);
	expect((await browser.arrive(url)).pathname).toBe("/me");
});
