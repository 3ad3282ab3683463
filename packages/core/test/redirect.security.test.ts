import { request as httpRequest } from "node:http";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { seal } from "../src/base/seal.ts";
import { EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { openInternet } from "./internet.ts";
import { type App, type Browser, SECRET, startApp } from "./kit.ts";
import { PRODUCTION, startInProduction } from "./production.ts";

let mallory: Awaited<ReturnType<typeof startEvilServer>>;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let browser: Browser;

beforeAll(async () => {
	mallory = await startEvilServer();
	world = await startDirectories([mallory]);
	app = await startApp(world);
});
afterAll(() => Promise.all([app.close(), mallory.close(), world.close()]));
beforeEach(() => {
	app.database.exec("delete from bskyState");
	browser = app.browser();
});
afterEach(() => {
	mallory.deviations = {};
});

const NAMES = ["callbackURL", "errorCallbackURL", "newUserCallbackURL"];

/** Ways to make one parser see a path where another one sees a host. */
const BYPASSES = (origin: string): string[] => {
	const { host } = new URL(origin);
	return [
		"https://evil.example",
		"https:evil.example",
		"https:/evil.example",
		"https:///evil.example",
		"https:\\\\evil.example",
		"HtTpS://evil.example",
		"http://evil.example",
		"//evil.example",
		"///evil.example",
		"////evil.example",
		"/\\evil.example",
		"\\/evil.example",
		"\\\\evil.example",
		"/\\/evil.example",
		"/%5cevil.example",
		"/%5C/evil.example",
		"/%2fevil.example",
		"/%2F%2Fevil.example",
		"/\t/evil.example",
		"/\n/evil.example",
		"/\r\n/evil.example",
		"\t//evil.example",
		" //evil.example",
		"\u0000//evil.example",
		"/\u0085/evil.example",
		"evil.example",
		"@evil.example",
		".evil.example",
		`http://${host}@evil.example`,
		`http://${host}:pw@evil.example`,
		`http://${host}%40evil.example`,
		`http://${host}%00.evil.example`,
		`http://${host}.evil.example`,
		`http://evil.example\\@${host}/`,
		`http://evil.example#@${host}/`,
		`http://evil.example?@${host}/`,
		`https://${host}`,
		"http://localhost:1",
		"http://127.0.0.1:1",
		`${origin}1/me`,
		`${origin}.evil.example`,
		`${origin}@evil.example/me`,
		"javascript:alert(1)",
		"JaVaScRiPt:alert(1)",
		"java\nscript:alert(1)",
		`javascript://${host}/%0aalert(1)`,
		"data:text/html,<script>alert(1)</script>",
		"vbscript:x",
		"blob:https://evil.example/1",
		"file:///etc/passwd",
		"about:blank",
		"https://evil。example",
		"https://ｅvil.example",
		"null",
		"//[::1]",
		"http://[::ffff:7f00:1]",
	];
};

const form = (fields: URLSearchParams | Record<string, string>, headers = {}) =>
	browser.fetch("/api/auth/bsky/sign-in", {
		method: "POST",
		body: new URLSearchParams(fields),
		headers,
	});

/** A refusal that sends nobody anywhere. */
async function refused(response: Response, what: string): Promise<void> {
	expect([what, response.status]).toEqual([what, expect.toSatisfy((s) => s === 403 || s === 400)]);
	expect(response.headers.get("location")).toBeNull();
	expect(await response.text()).not.toContain("evil");
}

/** A form that may be refused; if not, it leads back here in the end, whatever that is. */
async function staysHere(response: Response, name: string): Promise<void> {
	if (response.status !== 302) return refused(response, "a form");
	const callback = mallory.approve(response.headers.get("location") ?? "", wayTo(name));
	expect((await browser.arrive(callback)).origin).toBe(app.origin);
	app.database.exec("delete from user");
}

/** The response that makes the callback go to one of the URLs; each other user is a new one. */
const wayTo = (name: string) =>
	name === "errorCallbackURL" ? { code: undefined, error: "access_denied" } : {};

describe.each(NAMES)("%s to a foreign place", (name) => {
	test("is refused, in JSON and in a form", async () => {
		for (const url of BYPASSES(app.origin)) {
			await refused(await browser.post("/bsky/sign-in", { handle: mallory.did, [name]: url }), url);
			await refused(await form({ handle: mallory.did, [name]: url }), url);
		}
		expect(app.rows("bskyState")).toHaveLength(0);
	});

	test("is refused when the app's own code hands it on", async () => {
		const { api } = app.auth;
		for (const url of BYPASSES(app.origin)) {
			for (const headers of [undefined, new Headers({ "user-agent": "x" })]) {
				const call = api.signInBsky({
					body: { handle: mallory.did, [name]: url },
					...(headers && { headers }),
				});
				await expect(call, url).rejects.toMatchObject({ status: "FORBIDDEN" });
			}
		}
		expect(app.rows("bskyState")).toHaveLength(0);
		for (const url of ["/me", `${app.origin}/me`]) {
			const { url: to } = await api.signInBsky({ body: { handle: mallory.did, [name]: url } });
			expect(to).toContain(mallory.origin);
		}
	});

	test("stays here where only a careless reader sees it lead away", async () => {
		const { host } = new URL(app.origin);
		for (const url of [`http://${host}\\.evil.example`, `http://${host}\\@evil.example`]) {
			await staysHere(await form({ handle: mallory.did, [name]: url }), name);
		}
	});

	test("is refused when it comes twice, or as something else than text", async () => {
		const evil = "https://evil.example";
		const json: unknown[] = [
			[evil],
			["/me", evil],
			{ 0: evil },
			{ toString: evil, href: evil },
			7,
			true,
		];
		for (const value of json) {
			const body = { handle: mallory.did, [name]: value };
			await refused(await browser.post("/bsky/sign-in", body), JSON.stringify(value));
		}
		for (const values of [
			["/me", evil],
			[evil, "/me"],
		]) {
			const fields = new URLSearchParams({ handle: mallory.did });
			for (const value of values) fields.append(name, value);
			await staysHere(await form(fields), name);
		}
		for (const key of [`${name}[]`, `${name}[0]`, name.toUpperCase(), ` ${name}`]) {
			await staysHere(await form({ handle: mallory.did, [key]: evil }), name);
		}
	});

	test("is not reached by a clever mix of all that", async () => {
		const piece = fc.constantFrom(
			...["/", "//", "\\", "%2f", "%5c", "%09", "\t", "\n", ".", "..", "@", ":", "?", "#", ";"],
			...["evil.example", "http:", "https:", "javascript:", app.origin, new URL(app.origin).host],
		);
		const url = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""));
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(
					url,
					url.map((rest) => `/${rest}`),
				),
				async (url) => {
					const body = { handle: mallory.did, [name]: url };
					const response = await browser.post("/bsky/sign-in", body);
					if (!response.ok) return;
					const { url: authorization } = (await response.json()) as { url: string };
					const end = await browser.fetch(
						mallory.approve(authorization, wayTo(name)).href.replace("127.0.0.1", "localhost"),
					);
					const location = end.headers.get("location") ?? "";
					// Absolute, so that no browser has to make sense of it.
					expect(location.startsWith(`${app.origin}/`), `${url} -> ${location}`).toBe(true);
					app.database.exec("delete from user");
				},
			),
			{ numRuns: 60 },
		);
	});
});

describe("the page that asks", () => {
	test("is one that the app trusts, also in the app's own call: else paths are the base URL's", async () => {
		const foreign = [
			"https://evil.example",
			"null",
			`${app.origin}.evil.example`,
			"//evil.example",
		];
		for (const origin of [
			...foreign,
			`${app.origin}@evil.example`,
			"javascript:alert(1)",
			app.origin,
		]) {
			const { headers, response } = await app.auth.api.signInBsky({
				body: { handle: mallory.did, callbackURL: "/me" },
				headers: new Headers({ origin }),
				returnHeaders: true,
			});
			for (const line of headers.getSetCookie()) browser.keepCookie(line);
			const end = await browser.arrive(mallory.approve(response.url));
			expect([origin, end.href]).toEqual([origin, `${app.origin}/me`]);
		}
	});
});

describe("the callback", () => {
	const extra = Object.fromEntries(
		[...NAMES, "redirectTo", "redirect_uri", "errorURL", "returnTo"].map((name) => [
			name,
			"https://evil.example",
		]),
	);

	test("takes nothing of where to go from its own query", async () => {
		for (const host of ["127.0.0.1", "localhost"]) {
			const arrive = async (changes: Record<string, string | undefined>) => {
				const url = mallory.approve(await browser.begin(mallory.did), { ...extra, ...changes });
				// One of them bounces, and leaves such parameters behind already.
				url.hostname = host;
				return browser.arrive(url);
			};
			expect((await arrive({})).href).toBe(`${app.origin}/me`);
			const denied = await arrive({ code: undefined, error: "access_denied" });
			expect(denied.origin).toBe(app.origin);
			expect((await arrive({ state: "x" })).origin).toBe(app.origin);
		}
	});
});

describe("the bounce between loopback hosts", () => {
	/** A request with headers that no browser sends, to the server as it is. */
	const raw = (headers: Record<string, string>, path: string) =>
		new Promise<string | null>((resolve) => {
			const sent = httpRequest(
				{ host: "127.0.0.1", port: app.port, path, headers, setHost: false },
				(response) => {
					response.resume();
					resolve(response.headers.location ?? null);
				},
			);
			// Refused before anything answers: as good.
			sent.on("error", () => resolve(null));
			sent.end();
		});
	const callback = (state: string) => `/api/auth/bsky/callback?code=c&iss=x&state=${state}`;
	const sealed = (baseURL: string) =>
		seal(SECRET, { purpose: "bsky-origin", id: "n" }, baseURL).then((text) => `n.${text}`);
	let path: string;
	beforeEach(async () => {
		path = callback(await sealed(`${app.origin}/api/auth`));
	});

	test("leads to another name of this machine's port only, whatever its state says", async () => {
		const host = `127.0.0.1:${app.port}`;
		expect(new URL((await raw({ host }, path)) ?? "").searchParams.has("bsky_bounced")).toBe(true);
		const places = [
			"http://localhost:1",
			"http://localhost",
			"http://evil.example",
			`http://evil.example:${app.port}`,
			`http://localhost.evil.example:${app.port}`,
			`http://localhost:${app.port}@evil.example:${app.port}`,
			`https://localhost:${app.port}`,
			"https://evil.example",
			"javascript:alert(1)",
		];
		for (const place of places) {
			const location = await raw({ host }, callback(await sealed(`${place}/api/auth`)));
			expect([place, new URL(location ?? "").origin]).toEqual([place, app.origin]);
		}
		expect(new URL((await raw({ host }, callback("s"))) ?? "").origin).toBe(app.origin);
	});

	test("leads to where it began only, whatever the headers say", async () => {
		const port = app.port;
		const hosts = [
			"evil.example",
			"evil.example:80",
			`localhost.evil.example:${port}`,
			`127.0.0.1.evil.example:${port}`,
			`127.0.0.1:${port}@evil.example`,
			`evil.example@127.0.0.1:${port}`,
			`127.0.0.1:${port}/evil.example`,
			`127.0.0.1:${port}\\evil.example`,
			`127.0.0.1:${port}#evil.example`,
			`127.0.0.1:${port}?evil.example`,
			"127.0.0.1, evil.example",
			"127.0.0.1 evil.example",
			"2130706433",
			"0x7f000001",
			"[::1]",
			"[::1]:1",
			"127.0.0.1:1",
			"localhost:1",
			"",
		];
		for (const host of hosts) {
			const location = await raw({ host }, path);
			if (location !== null) expect([host, new URL(location).origin]).toEqual([host, app.origin]);
		}
		const forwarded: Record<string, string>[] = [
			{ "x-forwarded-host": "evil.example" },
			{ "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
			{ forwarded: "host=evil.example;proto=https" },
			{ "x-original-host": "evil.example", "x-host": "evil.example" },
		];
		for (const header of forwarded) {
			for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
				const location = await raw({ host, ...header }, path);
				expect(new URL(location ?? "").origin).toBe(app.origin);
			}
		}
	});

	test("takes nothing along but the response's own parameters", async () => {
		const location = await raw(
			{ host: `127.0.0.1:${app.port}` },
			`${path}&callbackURL=//evil.example&code=2&x=1`,
		);
		const { searchParams } = new URL(location ?? "");
		expect([...searchParams.keys()]).toEqual(["state", "iss", "bsky_bounced"]);
	});
});

describe("a hostile server's authorization page", () => {
	const SCHEMES = [
		"javascript:alert(1)//",
		"java\tscript:alert(1)",
		" javascript:alert(1)",
		"data:text/html,<script>alert(1)</script>",
		"vbscript:x",
		"file:///etc/passwd",
		"blob:https://evil.example/1",
		"intent://evil#Intent;end",
		"//evil.example/authorize",
		"/authorize",
		"",
		null,
		7,
		["https://evil.example"],
	];

	test("is a web page, or nobody goes there", async () => {
		for (const authorization_endpoint of SCHEMES) {
			// Another server each time: their metadata are remembered.
			const other = await startEvilServer({ did: mallory.did });
			other.deviations.metadata = { authorization_endpoint };
			const response = await browser.post("/bsky/sign-in", { handle: other.origin });
			const text = await response.text();
			expect([authorization_endpoint, response.status]).toEqual([authorization_endpoint, 422]);
			expect(text).not.toMatch(/javascript|evil|passwd/);
			const posted = await form({ handle: other.origin });
			expect(new URL(posted.headers.get("location") ?? "").origin).toBe(app.origin);
			await other.close();
		}
		expect(app.rows("bskyState")).toHaveLength(0);
	});

	test("gets its own request and nothing that changes it", async () => {
		mallory.deviations.par = { request_uri: "x&redirect_uri=https://evil.example#" };
		const { searchParams, hash } = new URL(await browser.begin(mallory.did));
		expect([...searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
		expect(hash).toBe("");
	});

	test("in production is https, not something on the person's own machine", async () => {
		using internet = openInternet();
		let evil = new EvilServer("https://nobody.evil");
		const shop = await startInProduction(internet, () => evil);
		const pages = [
			"http://127.0.0.1:1/authorize",
			"http://localhost:1/authorize",
			"http://[::1]:1/authorize",
			"http://evil-0.evil/authorize",
			...SCHEMES,
		];
		for (const [index, authorization_endpoint] of pages.entries()) {
			const name = `evil-${index}.evil`;
			evil = new EvilServer(`https://${name}`, { handle: name });
			evil.deviations.metadata = { authorization_endpoint };
			await internet.publish(name, evil.listener);
			const response = await shop.browser().post("/bsky/sign-in", { handle: evil.did });
			expect([authorization_endpoint, response.status]).toEqual([authorization_endpoint, 422]);
			expect(await response.text()).not.toMatch(/127|localhost|evil/);
		}
		expect(shop.rows("bskyState")).toHaveLength(0);
		expect(shop.origin).toBe(PRODUCTION);
		await shop.close();
	});
});
