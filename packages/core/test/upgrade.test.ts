import { approve } from "@better-auth-bsky/devnet";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { AtprotoAuthOptions } from "../src/index.ts";
import { type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, expire, newPerson, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork({ appView: "none" });

const STATUS = "repo:xyz.statusphere.status";
const POSTS = "repo:app.bsky.feed.post?action=create";
const DECLARED = `atproto ${STATUS} ${POSTS} account:email blob:image/*`;
const RETURN = { callbackURL: "/me", errorCallbackURL: "/oops" };

let app: App;
beforeAll(async () => {
	app = await startApp(network, {
		auth: { rateLimit: { enabled: false } },
		plugin: { clientMetadata: { scope: DECLARED }, signInScope: `atproto ${STATUS}` },
	});
});
afterAll(() => app.close());

type Browser = ReturnType<App["browser"]>;
type Account = Awaited<ReturnType<typeof newPerson>>;

async function someone() {
	const person = await newPerson(network);
	const browser = app.browser();
	await browser.signIn(person, RETURN);
	return { person, browser };
}

async function upgrade(browser: Browser, body: Record<string, unknown>) {
	const response = await browser.post("/bsky/upgrade", { ...RETURN, ...body });
	const said = (await response.json()) as { url?: string; redirect?: boolean; code?: string };
	return { status: response.status, ...said };
}

const granted = async (browser: Browser, did?: string) => {
	const query = did ? `?did=${did}` : "";
	const state = await browser.json(`/bsky/session${query}`);
	return String(state.grantedScope).split(" ").sort();
};

/** Asks for more, approves as somebody, and says where that ended. */
async function upgraded(browser: Browser, account: Account, body: Record<string, unknown>) {
	const { url = "" } = await upgrade(browser, body);
	return browser.arrive(await approve(url, { account }));
}

const refreshTokens = async (did: string) =>
	(await network.liveTokens(did)).map(({ currentRefreshToken }) => currentRefreshToken);

/** What is replaced or refused is revoked once all else is done. */
const expectLive = (did: string, tokens: unknown) =>
	vi.waitFor(async () => expect(await refreshTokens(did)).toEqual(tokens), 10_000);

describe("asking for more", () => {
	test("brings both, and one session at the server", async () => {
		const { person, browser } = await someone();
		expect(await granted(browser)).toEqual(["atproto", STATUS]);
		const [before] = await refreshTokens(person.did);
		const end = await upgraded(browser, person, { scope: POSTS });
		expect(end.pathname).toBe("/me");
		expect(await granted(browser)).toEqual(["atproto", POSTS, STATUS].sort());
		await expectLive(person.did, [expect.not.stringMatching(before ?? "")]);
		expect(app.rows("account").filter((row) => row.accountId === person.did)).toHaveLength(1);
	});

	test("asks nobody where all of it is allowed already", async () => {
		const { person, browser } = await someone();
		const [before] = await refreshTokens(person.did);
		for (const scope of [STATUS, `atproto ${STATUS}`]) {
			const answer = await upgrade(browser, { scope });
			expect(answer).toEqual({ status: 200, url: `${app.origin}/me`, redirect: true });
		}
		expect(await refreshTokens(person.did)).toEqual([before]);
	});

	test("is refused to somebody else, and leaves the old session as it was", async () => {
		const { person, browser } = await someone();
		const other = await newPerson(network);
		const [before] = await refreshTokens(person.did);
		const end = await upgraded(browser, other, { scope: POSTS });
		expect([end.pathname, end.searchParams.get("error")]).toEqual(["/oops", "wrong_account"]);
		expect(await refreshTokens(person.did)).toEqual([before]);
		await expectLive(other.did, []);
		expect(app.rows("account").filter((row) => row.accountId === other.did)).toEqual([]);
		expect(await granted(browser)).toEqual(["atproto", STATUS]);
	});

	test("that is denied changes nothing", async () => {
		const { person, browser } = await someone();
		const [before] = await refreshTokens(person.did);
		const { url = "" } = await upgrade(browser, { scope: POSTS });
		const end = await browser.arrive(await approve(url, { account: person, deny: true }));
		expect([end.pathname, end.searchParams.get("error")]).toEqual(["/oops", "access_denied"]);
		expect(await refreshTokens(person.did)).toEqual([before]);
	});

	test("that takes too long changes nothing, and neither does one that comes back twice", async () => {
		const { person, browser } = await someone();
		const [before] = await refreshTokens(person.did);
		const late = await upgrade(browser, { scope: POSTS });
		app.database.exec("update bskyState set expiresAt = '2020-01-01T00:00:00Z'");
		const back = await approve(late.url ?? "", { account: person });
		for (const url of [back, back]) {
			const end = await browser.arrive(url);
			expect(end.searchParams.get("error")).toBe("state_not_found");
		}
		expect(await refreshTokens(person.did)).toContain(before);
		expect(await granted(browser)).toEqual(["atproto", STATUS]);
		const end = await upgraded(browser, person, { scope: POSTS });
		expect(end.pathname).toBe("/me");
		expect(await granted(browser)).toEqual(["atproto", POSTS, STATUS].sort());
	});

	test("that the app's rule refuses is revoked, and leaves the old session as it was", async () => {
		let mayComeIn = true;
		const strict = await startApp(network, {
			auth: { rateLimit: { enabled: false } },
			plugin: {
				clientMetadata: { scope: DECLARED },
				signInScope: `atproto ${STATUS}`,
				allowSignIn: () => mayComeIn,
			},
		});
		onTestFinished(() => strict.close());
		const person = await newPerson(network);
		const browser = strict.browser();
		await browser.signIn(person, RETURN);
		const before = await refreshTokens(person.did);
		const rows = strict.rows("bskySession");
		mayComeIn = false;
		const end = await upgraded(browser, person, { scope: POSTS });
		const said = [end.pathname, end.searchParams.get("error")];
		expect(said).toEqual(["/oops", "sign_in_not_allowed"]);
		await expectLive(person.did, before);
		expect(strict.rows("bskySession")).toEqual(rows);
		mayComeIn = true;
		expect((await upgraded(browser, person, { scope: POSTS })).pathname).toBe("/me");
	});

	test("lasts: what was allowed in two steps goes through a refresh", async () => {
		const { person, browser } = await someone();
		await upgraded(browser, person, { scope: POSTS });
		const union = ["atproto", POSTS, STATUS].sort();
		for (let times = 0; times < 2; times++) {
			const [before] = await refreshTokens(person.did);
			await expire(app, person.did);
			expect(await granted(browser)).toEqual(union);
			expect(await refreshTokens(person.did)).not.toEqual([before]);
		}
		const agent = await app.auth.api.getBskyAgent({ trustedDid: person.did });
		await agent.post({ text: "still allowed" });
	});

	test("twice at once leaves one session", async () => {
		const { person, browser } = await someone();
		const urls = await Promise.all(
			[POSTS, "blob:image/*"].map((scope) => upgrade(browser, { scope })),
		);
		for (const { url = "" } of urls) {
			const end = await browser.arrive(await approve(url, { account: person }));
			expect(end.pathname).toBe("/me");
		}
		await expectLive(person.did, [expect.any(String)]);
	});

	test("a part that is refused is asked for again", async () => {
		const { person, browser } = await someone();
		const { url = "" } = await upgrade(browser, { scope: `account:email ${POSTS}` });
		const narrow = `atproto ${STATUS} ${POSTS}`;
		await browser.arrive(await approve(url, { account: person, scope: narrow }));
		expect(await granted(browser)).toEqual(narrow.split(" ").sort());
		const again = await upgrade(browser, { scope: "account:email" });
		expect(new URL(again.url ?? "").pathname).toBe("/oauth/authorize");
		await browser.arrive(await approve(again.url ?? "", { account: person }));
		expect(await granted(browser)).toEqual([...narrow.split(" "), "account:email"].sort());
	});

	test("of a session that has ended begins a new one", async () => {
		const { person, browser } = await someone();
		await browser.post("/bsky/disconnect", {});
		const end = await upgraded(browser, person, { scope: POSTS });
		expect(end.pathname).toBe("/me");
		expect(await granted(browser)).toEqual(["atproto", POSTS, STATUS].sort());
	});

	test("of another one of one's accounts changes nothing else", async () => {
		const { person, browser } = await someone();
		const second = await newPerson(network);
		await browser.signIn(second, RETURN);
		await browser.signIn(person, RETURN);
		const before = await browser.json("/bsky/session");
		const end = await upgraded(browser, second, { scope: POSTS, did: second.did });
		expect(end.pathname).toBe("/me");
		expect(await granted(browser, second.did)).toContain(POSTS);
		expect(await browser.json("/bsky/session")).toEqual(before);
	});

	test("of an account that was disconnected in between connects nothing", async () => {
		const { person, browser } = await someone();
		const second = await newPerson(network);
		await browser.signIn(second, RETURN);
		const { url = "" } = await upgrade(browser, { scope: POSTS, did: second.did });
		const row = app.rows("account").find(({ accountId }) => accountId === second.did);
		const unlinked = await browser.post("/unlink-account", { accountId: row?.id });
		expect(unlinked.status).toBe(200);
		const end = await browser.arrive(await approve(url, { account: second }));
		expect([end.pathname, end.searchParams.get("error")]).toEqual(["/oops", "not_linked"]);
		await expectLive(second.did, []);
		await expectLive(person.did, [expect.any(String)]);
	});
});

describe("what it has it keeps", () => {
	const EVERYTHING = "repo:* blob:*/* rpc:*?aud=did:web:api.bsky.app%23bsky_appview";
	const EMAIL = "account:email";
	const BLOBS = "blob:image/*";
	const rows: [name: string, plugin: AtprotoAuthOptions, granted: string, asked: string][] = [
		[
			"where a server has written it in other words",
			{ clientMetadata: { scope: `atproto transition:generic ${EMAIL}` } },
			EVERYTHING,
			`${EMAIL} transition:generic`,
		],
		[
			"where a server has granted a part of a scope",
			{
				clientMetadata: { scope: `atproto repo:* ${STATUS} ${EMAIL}` },
				signInScope: `atproto ${STATUS}`,
			},
			`${STATUS}?action=create`,
			`${EMAIL} ${STATUS}`,
		],
		[
			"and nothing of what else it might have come from, beside a permission set",
			{ clientMetadata: { scope: `atproto include:app.bsky.authCreatePosts repo:* ${EMAIL}` } },
			"repo:app.bsky.feed.like?action=create",
			`${EMAIL} include:app.bsky.authCreatePosts`,
		],
		[
			"where the server refuses more, and the app asks for less",
			{
				clientMetadata: { scope: `atproto ${STATUS} ${BLOBS} ${EMAIL}` },
				scopeFallback: `atproto ${STATUS}`,
			},
			`${STATUS} ${BLOBS}`,
			`${STATUS} ${BLOBS}`,
		],
	];
	test.each(rows)("%s", async (_, plugin, granted, asked) => {
		const server = await startEvilServer({});
		const world = await startDirectories([server]);
		const own = await startApp(world, { plugin });
		onTestFinished(async () => {
			await Promise.all([own.close(), server.close(), world.close()]);
		});
		server.deviations.token = { scope: `atproto ${granted}` };
		const browser = own.browser();
		await browser.arrive(server.approve(await browser.begin(server.did)));
		server.deviations.par = (honest, { form }) =>
			plugin.scopeFallback && form.get("scope")?.includes(EMAIL)
				? { status: 400, body: { error: "invalid_scope" } }
				: { status: 201, body: honest };
		expect((await upgrade(browser, { scope: EMAIL })).status).toBe(200);
		expect(server.pushed.get("scope")?.split(" ").sort()).toEqual(
			`atproto ${asked}`.split(" ").sort(),
		);
	});
});

describe("what can't be asked for", () => {
	test("nobody's, another's, nothing, or what isn't declared", async () => {
		const { browser } = await someone();
		const other = await newPerson(network);
		await app.browser().signIn(other, RETURN);
		const stranger = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
		for (const did of [other.did, stranger, "x"]) {
			const answer = await upgrade(browser, { scope: POSTS, did });
			expect(answer).toMatchObject({ status: 404, code: "NOT_LINKED" });
		}
		for (const scope of ["transition:generic", "repo:xyz.statusphere.status?action=create"]) {
			const answer = await upgrade(browser, { scope });
			expect(answer).toMatchObject({ status: 400, code: "SCOPE_NOT_DECLARED" });
		}
		for (const scope of ["", " ", undefined, ["x"], 1]) {
			expect((await upgrade(browser, { scope })).status).toBe(400);
		}
		expect(await upgrade(app.browser(), { scope: POSTS })).toMatchObject({ status: 401 });
	});

	test("to a place that isn't trusted", async () => {
		const { browser } = await someone();
		for (const name of ["callbackURL", "errorCallbackURL"]) {
			const answer = await upgrade(browser, { scope: STATUS, [name]: "https://evil.example/" });
			expect([name, answer.status]).toEqual([name, 403]);
		}
	});
});

describe("a plain form", () => {
	const send = async (browser: Browser, fields: Record<string, string>) => {
		const response = await browser.fetch("/api/auth/bsky/upgrade", {
			method: "POST",
			headers: { "content-type": "application/x-www-form-urlencoded", origin: app.origin },
			body: new URLSearchParams({ ...RETURN, ...fields }),
		});
		return [response.status, response.headers.get("location")];
	};
	test("is led on, also with a failure", async () => {
		const { browser } = await someone();
		const [status, location] = await send(browser, { scope: POSTS, did: "" });
		expect([status, location]).toEqual([302, expect.stringContaining("/oauth/authorize")]);
		expect(await send(browser, { scope: STATUS })).toEqual([302, `${app.origin}/me`]);
		expect(await send(app.browser(), { scope: POSTS })).toEqual([
			302,
			expect.stringContaining("/oops?error=UNAUTHORIZED"),
		]);
	});
});

describe("a server that refuses all for one scope", () => {
	const evil: EvilServer[] = [];
	let world: Awaited<ReturnType<typeof startDirectories>>;
	beforeAll(async () => {
		world = await startDirectories(evil);
	});
	afterAll(() => world.close());

	const rows: [string, unknown, number, string[]][] = [
		["without a fallback", undefined, 500, ["all"]],
		["with one", `atproto ${STATUS}`, 200, ["all", `atproto ${STATUS}`]],
		[
			"with a function",
			(refused: string) => refused.replace(` ${POSTS}`, ""),
			200,
			["all", "less"],
		],
		["with one that knows nothing", () => undefined, 500, ["all"]],
		["with one that gives no text", async () => `atproto ${STATUS}`, 500, ["all"]],
		["with one that wasn't declared", () => "atproto repo:*", 400, ["all"]],
		["with one that is refused, too", () => `atproto ${POSTS}`, 500, ["all", `atproto ${POSTS}`]],
	];
	test.each(rows)("%s", async (name, scopeFallback, status, asked) => {
		const mallory = await startEvilServer({});
		evil[0] = mallory;
		const pushed: string[] = [];
		mallory.deviations.par = (honest, { form }) => {
			const scope = form.get("scope") ?? "";
			pushed.push(scope);
			const isRefused = scope.includes(POSTS);
			return isRefused
				? { status: 400, body: { error: "invalid_scope" } }
				: { status: 201, body: honest };
		};
		const plugin = {
			clientMetadata: { scope: DECLARED },
			scopeFallback: scopeFallback as string | undefined,
		};
		const own = await startApp(world, { auth: { rateLimit: { enabled: false } }, plugin });
		try {
			const body = { handle: mallory.did, callbackURL: "/me" };
			const response = await own.browser().post("/bsky/sign-in", body);
			expect(response.status).toBe(status);
			const names = { all: DECLARED, less: DECLARED.replace(` ${POSTS}`, "") };
			expect(pushed).toEqual(asked.map((each) => Object(names)[each] ?? each));
			if (name === "with one that gives no text") {
				expect(own.logs.join()).toContain("scopeFallback gave no text.");
			}
		} finally {
			await own.close();
			await mallory.close();
		}
	});
});
