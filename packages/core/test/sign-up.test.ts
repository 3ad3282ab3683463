import { approve } from "@better-auth-bsky/devnet";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { ALICE, type App, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork({ accounts: [ALICE], appView: "none", pdsCount: 2 });
const [first, second] = network.pdses;
if (!first || !second) throw new Error("no servers");

let app: App;
beforeAll(async () => {
	app = await startApp(network, {
		auth: { rateLimit: { enabled: false }, account: { accountLinking: { enabled: true } } },
	});
});
afterAll(() => app.close());

const RETURN = { callbackURL: "/me", newUserCallbackURL: "/welcome", errorCallbackURL: "/oops" };
const create = { ...RETURN, handle: second.url, prompt: "create" };

/** Begins a sign-in; returns where it leads. */
async function begin(browser: ReturnType<App["browser"]>, body: Record<string, unknown>) {
	const response = await browser.post("/bsky/sign-in", body);
	const said = (await response.json()) as { url?: string; code?: string };
	return { status: response.status, ...said };
}

describe("signing up at a server", () => {
	test("makes an account there, and a user here", async () => {
		const browser = app.browser();
		const { url = "" } = await begin(browser, create);
		expect(new URL(url).origin).toBe(second.url);
		const account = { handle: "newcomer.pds2.test", password: "a long password" };
		const back = await approve(url, { account, signUp: { email: "newcomer@example.com" } });
		const end = await browser.arrive(back);
		expect(end.pathname).toBe("/welcome");
		const state = (await browser.json("/bsky/session")) as { did: string; active: boolean };
		expect(state.active).toBe(true);
		expect(await network.liveTokens(state.did)).toHaveLength(1);
	});

	test("ends as a sign-in where the person has an account after all", async () => {
		const person = await network.createAccount({ handle: "elder.pds2.test", pds: second });
		const known = app.browser();
		await known.signIn(person, RETURN);
		const browser = app.browser();
		const { url = "" } = await begin(browser, create);
		const end = await browser.arrive(await approve(url, { account: person }));
		expect(end.pathname).toBe("/me");
	});

	test("leaves nothing where it is cancelled", async () => {
		const before = app.rows("user").length;
		const browser = app.browser();
		const { url = "" } = await begin(browser, create);
		const account = { handle: "nobody.pds2.test", password: "never typed" };
		const end = await browser.arrive(await approve(url, { account, deny: true }));
		expect(end.pathname).toBe("/oops");
		expect(end.searchParams.get("error")).toBe("access_denied");
		expect(app.rows("user")).toHaveLength(before);
	});

	// With a hint, the server asks for that account's password, and for nothing else.
	test.each([
		["a handle", "alice.test"],
		["a DID", network.account("alice.test").did],
		["an e-mail address", "alice@example.com"],
		["nothing", ""],
		["a list", [second.url]],
	])("takes no %s", async (_what, handle) => {
		const answer = await begin(app.browser(), { ...create, handle });
		expect(answer).toMatchObject({ status: 400, code: "SERVER_INVALID" });
	});

	test("takes no prompt that the protocol doesn't know", async () => {
		for (const prompt of ["none", "Create", "create login", 1, ["create"], null]) {
			const { status } = await begin(app.browser(), { ...create, prompt });
			expect([prompt, status]).toEqual([prompt, 400]);
		}
	});

	test("works as a plain form", async () => {
		const browser = app.browser();
		const form = new URLSearchParams(create);
		const headers = { "content-type": "application/x-www-form-urlencoded", origin: app.origin };
		const response = await browser.fetch("/api/auth/bsky/sign-in", {
			method: "POST",
			body: form,
			headers,
		});
		expect(response.status).toBe(302);
		expect(response.headers.get("location")).toContain(second.url);
	});
});

describe("another wish at the server", () => {
	test.each(["login", "consent", "select_account", ""])("%s is passed on", async (prompt) => {
		const browser = app.browser();
		const account = network.account("alice.test");
		const { url = "" } = await begin(browser, { ...RETURN, handle: account.handle, prompt });
		const end = await browser.arrive(await approve(url, { account }));
		expect(["/me", "/welcome"]).toContain(end.pathname);
	});

	test("an account to choose where none is known: the sign-in begins anew, once", async () => {
		const account = network.account("alice.test");
		const browser = app.browser();
		const body = { ...RETURN, handle: account.handle, prompt: "select_account" };
		const { url = "" } = await begin(browser, body);
		const refused = async (asked: string) => {
			// What the reference server answers a confidential client on an empty device.
			const back = await approve(asked, { account, deny: true });
			back.searchParams.set("error", "account_selection_required");
			back.searchParams.delete("error_description");
			return browser.arrive(back);
		};
		const again = await refused(url);
		expect(again.origin).toBe(first.url);
		expect(again.searchParams.get("request_uri")).not.toBe(
			new URL(url).searchParams.get("request_uri"),
		);
		const twice = await refused(again.href);
		expect([twice.pathname, twice.searchParams.get("error")]).toEqual(["/oops", "server_refused"]);
		const third = await begin(browser, body);
		const anew = await refused(third.url ?? "");
		const end = await browser.arrive(await approve(anew, { account }));
		expect(end.pathname).toBe("/me");
	});
});

describe("GET /bsky/server", () => {
	const ask = async (url: string) => {
		const response = await app.browser().get(`/bsky/server?url=${encodeURIComponent(url)}`);
		return { status: response.status, ...((await response.json()) as object) };
	};

	test("says what a form needs to know", async () => {
		expect(await ask(second.url)).toEqual({
			status: 200,
			url: second.url,
			signUp: true,
			inviteCodeRequired: false,
			userDomains: [".pds2.test"],
		});
		expect(await ask(`${first.url}/some/page?a=1`)).toMatchObject({ url: first.url });
	});

	test("is about servers alone", async () => {
		for (const url of ["", "alice.test", "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "ftp://a.example"]) {
			expect(await ask(url)).toMatchObject({ status: 400, code: "SERVER_INVALID" });
		}
		expect((await app.browser().get("/bsky/server")).status).toBe(400);
	});

	test("says that a server is down, or none", async () => {
		expect(await ask("http://127.0.0.1:9")).toMatchObject({
			status: 503,
			code: "SERVER_UNREACHABLE",
		});
		expect(await ask(app.origin)).toMatchObject({ status: 422, code: "SERVER_UNSUPPORTED" });
	});

	test("looks for none outside of a network on this machine", async () => {
		const asked: string[] = [];
		const local = await startApp(network, {
			plugin: {
				fetch: (input, init) => {
					asked.push(String(input instanceof Request ? input.url : input));
					return fetch(input, init);
				},
			},
		});
		try {
			const url = encodeURIComponent("https://server.invalid");
			const response = await local.browser().get(`/bsky/server?url=${url}`);
			expect([response.status, asked]).toEqual([503, []]);
		} finally {
			await local.close();
		}
	});
});

describe("a server that says what it likes", () => {
	const evil: EvilServer[] = [];
	let world: Awaited<ReturnType<typeof startDirectories>>;
	let own: App;
	beforeAll(async () => {
		world = await startDirectories(evil);
		own = await startApp(world, { auth: { rateLimit: { enabled: false } } });
	});
	afterAll(() => Promise.all([own.close(), world.close()]));

	const NONE = { signUp: false, inviteCodeRequired: false, userDomains: [] };
	const OPEN = { ...NONE, signUp: true, userDomains: [".a.test"] };
	const availableUserDomains = [".a.test"];
	const rows: [string, unknown, object][] = [
		["no object", [1], NONE],
		["nothing", undefined, NONE],
		["other types", { inviteCodeRequired: "yes", availableUserDomains: "x", links: 1 }, NONE],
		[
			"domains that are none",
			{ availableUserDomains: ["evil", ".a..b", ".<b>", 1, null, `.${"a".repeat(300)}`] },
			NONE,
		],
		[
			"links that are none",
			{
				availableUserDomains,
				links: { termsOfService: "javascript:alert(1)", privacyPolicy: "https://a:b@c.example" },
			},
			OPEN,
		],
		[
			"links without a lock, or without a host",
			{
				availableUserDomains,
				links: { termsOfService: "http://a.example/", privacyPolicy: "//b" },
			},
			OPEN,
		],
		[
			"all that there is to say",
			{
				availableUserDomains,
				inviteCodeRequired: true,
				links: { termsOfService: "https://a.example/tos", privacyPolicy: "https://a.example/p" },
			},
			{
				...OPEN,
				inviteCodeRequired: true,
				termsOfService: "https://a.example/tos",
				privacyPolicy: "https://a.example/p",
			},
		],
	];
	test.each(rows)("%s", async (_name, body, expected) => {
		const mallory = await startEvilServer({});
		mallory.deviations.metadata = { prompt_values_supported: ["create"] };
		mallory.deviations.server = () => (body === undefined ? { status: 500 } : { body });
		try {
			const { origin: url } = mallory;
			const response = await own.browser().get(`/bsky/server?url=${encodeURIComponent(url)}`);
			expect(await response.json()).toEqual({ url, ...expected });
			const asked = mallory.received.length;
			await own.browser().get(`/bsky/server?url=${encodeURIComponent(url)}`);
			expect(mallory.received).toHaveLength(asked);
		} finally {
			await mallory.close();
		}
	});

	test("lets nobody sign up without saying so", async () => {
		const mallory = await startEvilServer({});
		const body = { handle: mallory.origin, prompt: "create" };
		const refused = await begin(own.browser(), body);
		expect(refused).toMatchObject({ status: 422, code: "SIGN_UP_UNAVAILABLE" });
		expect(mallory.asked("/oauth/par")).toBe(false);
		// The others are no more than wishes.
		const { status } = await begin(own.browser(), { ...body, prompt: "login" });
		expect([status, mallory.pushed.get("prompt")]).toEqual([200, null]);
		mallory.deviations.metadata = { prompt_values_supported: ["login"] };
		await own.close();
		own = await startApp(world, { auth: { rateLimit: { enabled: false } } });
		await begin(own.browser(), { ...body, prompt: "login" });
		expect(mallory.pushed.get("prompt")).toBe("login");
		await mallory.close();
	});
});

test("whoever names many servers keeps nobody from one that was described before", async () => {
	vi.useFakeTimers({ toFake: ["Date"] });
	const honest = await startEvilServer();
	const world = await startDirectories([honest]);
	const own = await startApp(world);
	const describe = async (url: string) =>
		(await own.browser().get(`/bsky/server?${new URLSearchParams({ url })}`)).status;
	expect(await describe(honest.origin)).toBe(200);
	for (const minutes of [1, 30]) {
		vi.setSystemTime(Date.now() + minutes * 61_000);
		// Twenty a minute from each of six addresses.
		for (let port = 1; port <= 120; port++) await describe(`http://127.0.0.1:${port}`);
		expect(await describe(honest.origin)).toBe(200);
	}
	vi.useRealTimers();
	await Promise.all([own.close(), world.close(), honest.close()]);
});
