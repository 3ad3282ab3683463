import { approve } from "@better-auth-bsky/devnet";
import { type Send, sendTo } from "@better-auth-bsky/tools/http-browser";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { seal } from "../src/base/seal.ts";
import {
	type App,
	type AppOptions,
	Browser,
	newPerson,
	newPrivateKey,
	SECRET,
	startApp,
	useNetwork,
} from "./kit.ts";

/**
 * A callback that comes back to `clientOrigin` is led on to where it began, and to no other place,
 * whoever wrote its state.
 */

const network = await useNetwork({ appView: "none" });
const privateKey = newPrivateKey();

const PRODUCTION = "https://production.dev";
const PREVIEW = "https://one.previews.dev";
const STRAY = "https://stray.dev";

const apps = new Map<string, App>();

const deploy = async (origin: string, auth: AppOptions["auth"] = {}) => {
	const plugin = { allowHttp: true, privateKey, clientOrigin: PRODUCTION };
	const app = await startApp(network, { baseURL: origin, plugin, auth });
	apps.set(new URL(origin).host, app);
	return app;
};

let production: App;
beforeAll(async () => {
	production = await deploy(PRODUCTION, { trustedOrigins: ["https://*.previews.dev"] });
	await network.publishOrigin(PRODUCTION, production.port);
	await deploy(PREVIEW);
	await deploy(STRAY);
});
afterAll(() => Promise.all([...apps.values()].map((app) => app.close())));
beforeEach(() => {
	for (const { logs } of apps.values()) logs.length = 0;
});

const send: Send = (request) => {
	const app = apps.get(request.headers.get("host") ?? "");
	return sendTo(`http://127.0.0.1:${app?.port}`)(request);
};
const browserAt = (origin: string) => new Browser(origin, send);

const CALLBACK = "/api/auth/bsky/callback";
const callback = (state: string, origin = PRODUCTION) =>
	new URL(`${origin}${CALLBACK}?${new URLSearchParams({ state, code: "c", iss: network.pdsUrl })}`);

/** Where the production app sends a browser that comes back with a state. */
async function led(state: string): Promise<URL> {
	const answer = await browserAt(PRODUCTION).fetch(callback(state));
	expect(answer.status).toBe(302);
	return new URL(answer.headers.get("location") ?? "");
}

const sealed = (origin: string, { boundTo = "n", secret = SECRET } = {}) =>
	seal(secret, { purpose: "bsky-origin", id: boundTo }, `${origin}/api/auth`).then(
		(text) => `n.${text}`,
	);

const OTHER_SECRET = "another-secret-that-is-long-enough-0123456789";

test("a state that this app didn't make leads nowhere else", async () => {
	const honest = await sealed(PREVIEW);
	expect((await led(honest)).origin).toBe(PREVIEW);
	const forged: [string, string][] = [
		["a host in plain text", `n.${PREVIEW}/api/auth`],
		["base64", `n.${Buffer.from(PREVIEW).toString("base64url")}`],
		["another secret", await sealed(PREVIEW, { secret: OTHER_SECRET })],
		["that of another sign-in", await sealed(PREVIEW, { boundTo: "m" })],
		["its random part changed", `m${honest}`],
		["cut", honest.slice(0, -2)],
		["changed", honest.replace(/..$/, (end) => (end === "00" ? "01" : "00"))],
		["more than one", `${honest}.${honest.split(".")[1]}x`.replace(".", ".00.")],
		["nothing", "n."],
		["another purpose", `n.${await seal(SECRET, { purpose: "bsky-state", id: "n" }, PREVIEW)}`],
	];
	for (const [what, state] of forged) {
		const to = await led(state);
		expect([what, to.origin, to.searchParams.get("error")]).toEqual([
			what,
			PRODUCTION,
			"state_not_found",
		]);
	}
});

test("nor one that it made for a host that isn't trusted there", async () => {
	const places = [
		STRAY,
		"https://evil.example",
		"https://one.previews.dev.evil.example",
		"https://evil.example#.previews.dev",
		"http://one.previews.dev",
		"http://localhost:3000",
		"javascript:alert(1)//",
		"not an address",
	];
	for (const place of places) {
		const to = await led(await sealed(place));
		expect([place, to.origin]).toEqual([place, PRODUCTION]);
		expect(to.searchParams.get("error")).toMatch(/client_misconfigured|state_not_found/);
	}
	expect(production.logs.join("\n")).toContain(`"${STRAY}" isn't led back there`);
});

test("whoever brings it again and again gets one line a minute, and no error", async () => {
	const state = await sealed("https://evil.example");
	vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ["Date"] });
	for (let times = 0; times < 5; times++) await led(state);
	vi.useRealTimers();
	const lines = production.logs.filter((line) => line.includes("https://evil.example"));
	expect(lines).toHaveLength(1);
	expect(lines[0]).toMatch(/^warn .* If that is a host of yours, add it to `trustedOrigins`/);
});

test("a sign-in of such a host ends in words, and leaves no token", async () => {
	const person = await newPerson(network);
	const browser = browserAt(STRAY);
	const end = await browser.arrive(
		await approve(await browser.begin(person.handle), { account: person }),
	);
	expect([end.origin, end.searchParams.get("error")]).toEqual([PRODUCTION, "client_misconfigured"]);
	expect(await network.liveTokens(person.did)).toEqual([]);
});

test("another browser is signed in nowhere, and the right one still is", async () => {
	const person = await newPerson(network);
	const browser = browserAt(PREVIEW);
	const back = await approve(await browser.begin(person.handle), { account: person });
	expect(back.origin).toBe(PRODUCTION);
	const own = browserAt(PREVIEW);
	await own.begin(person.handle);
	for (const foreign of [browserAt(PREVIEW), browserAt(PRODUCTION), own]) {
		const end = await foreign.arrive(back);
		expect([end.origin, end.searchParams.get("error")]).toEqual([PREVIEW, "state_not_found"]);
		for (const { rows } of apps.values()) expect(rows("session")).toEqual([]);
	}
	expect((await browser.arrive(back)).href).toBe(`${PREVIEW}/me`);
	// Once.
	expect((await browser.arrive(back)).searchParams.get("error")).toBe("state_not_found");
});

test("nothing but the response's own parameters goes along, once", async () => {
	const url = callback(await sealed(PREVIEW));
	url.search += "&callbackURL=//evil.example&code=2&x=1";
	const answer = await browserAt(PRODUCTION).fetch(url);
	const to = new URL(answer.headers.get("location") ?? "");
	expect([to.origin, ...to.searchParams.keys()]).toEqual([PREVIEW, "state", "iss", "bsky_bounced"]);
	// A preview that sends it back doesn't make a loop.
	to.host = new URL(PRODUCTION).host;
	const again = await browserAt(PRODUCTION).fetch(to);
	expect(again.headers.get("location")).toMatch(/error=state_not_found/);
	expect(again.headers.get("cache-control")).toBe("no-store");
});

test("a preview's client is the shared one, and its own documents stay its own", async () => {
	const id = `${PRODUCTION}/api/auth/bsky/client-metadata.json`;
	expect(await browserAt(PRODUCTION).json("/bsky/client-metadata.json")).toMatchObject({
		client_id: id,
		redirect_uris: [PRODUCTION + CALLBACK],
	});
	// A session that began before the option was set goes on as the client that it began as.
	expect(await browserAt(PREVIEW).json("/bsky/client-metadata.json")).toMatchObject({
		client_id: id.replace(PRODUCTION, PREVIEW),
	});
});

/** What a job asks, where no request says at which preview. */
test.each([
	["a loopback address", "http://localhost:3000"],
	["a host inside", "http://app.internal:3000"],
	["a preview", "https://two.previews.dev"],
])("a job acts with sessions of all previews, where it runs at %s", async (_, fallback) => {
	const person = await newPerson(network);
	const browser = browserAt(PREVIEW);
	const back = await approve(await browser.begin(person.handle), { account: person });
	expect((await browser.arrive(back)).pathname).toBe("/me");
	const jobs = await startApp(network, {
		baseURL: { allowedHosts: ["*.previews.dev"], protocol: "https", fallback },
		plugin: { allowHttp: true, privateKey, clientOrigin: PRODUCTION },
		auth: { database: apps.get(new URL(PREVIEW).host)?.database },
	});
	const agent = await jobs.auth.api.getBskyAgent({ trustedDid: person.did });
	expect(agent.did).toBe(person.did);
	await jobs.close();
});
