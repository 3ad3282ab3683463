import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { AllowCall, XrpcCall, XrpcOptions } from "../src/xrpc-options.ts";
import { type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type AppOptions, type Browser, startApp } from "./kit.ts";

const METHOD = "xyz.evil.method";

let mallory: EvilServer & { close(): Promise<void> };
let world: Awaited<ReturnType<typeof startDirectories>>;

beforeAll(async () => {
	mallory = await startEvilServer();
	world = await startDirectories([mallory]);
});
afterAll(() => Promise.all([mallory.close(), world.close()]));

let came = 0;
beforeEach(() => {
	came = 0;
	mallory.xrpc = (request, response) => {
		came++;
		request.resume();
		response.writeHead(200, { "content-type": "application/json" }).end("{}");
	};
});

async function open(xrpc: Partial<XrpcOptions>, auth: AppOptions["auth"] = {}) {
	const app = await startApp(world, {
		auth,
		plugin: { xrpc: { allow: ["xyz.evil.*", "com.atproto.repo.uploadBlob"], ...xrpc } },
	});
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
	return { app, browser, [Symbol.asyncDispose]: () => app.close() };
}

const read = (browser: Browser) => browser.get(`/bsky/xrpc/${METHOD}`);
const upload = (browser: Browser) =>
	browser.fetch("/api/auth/bsky/xrpc/com.atproto.repo.uploadBlob", {
		method: "POST",
		headers: { "content-type": "image/png" },
		body: "x",
	});
const write = (browser: Browser) => browser.post(`/bsky/xrpc/${METHOD}`, {});

const counted = () => {
	const counts = new Map<string, number>();
	const values = new Map<string, string>();
	return {
		storage: {
			get: async (key: string) => values.get(key) ?? null,
			set: async (key: string, value: string) => void values.set(key, value),
			delete: async (key: string) => void values.delete(key),
			getAndDelete: async (key: string) => values.get(key) ?? null,
			increment: async (key: string) => {
				counts.set(key, (counts.get(key) ?? 0) + 1);
				return counts.get(key) ?? 0;
			},
		},
	};
};

describe("calls of one user are counted", () => {
	const window = 60 * 60;
	const rateLimit = {
		read: { window, max: 3 },
		write: { window, max: 2 },
		upload: { window, max: 1 },
	};

	test.each<[string, () => AppOptions["auth"]]>([
		["in memory", () => ({ rateLimit: { enabled: true, storage: "memory" } })],
		["in the database", () => ({ rateLimit: { enabled: true, storage: "database" } })],
		[
			"in the secondary storage",
			() => ({
				rateLimit: { enabled: true, storage: "secondary-storage" },
				secondaryStorage: counted().storage,
				session: { storeSessionInDatabase: true },
			}),
		],
		[
			"in the app's own storage",
			() => {
				const { storage } = counted();
				return {
					rateLimit: {
						enabled: true,
						customStorage: {
							get: async () => undefined,
							set: async () => {},
							consume: async (key: string, { max }: { max: number }) => ({
								allowed: (await storage.increment(key)) <= max,
								retryAfter: null,
							}),
						},
					},
				} as AppOptions["auth"];
			},
		],
	])("%s, each kind by itself", async (_where, auth) => {
		await using opened = await open({ rateLimit }, auth());
		const { browser } = opened;
		const statuses = async (calls: Promise<Response>[]) =>
			(await Promise.all(calls)).map(({ status }) => status).toSorted();
		const five = Array.from({ length: 5 });
		expect(await statuses(five.map(() => read(browser)))).toEqual([200, 200, 200, 429, 429]);
		expect(await statuses([write(browser), write(browser), write(browser)])).toEqual([
			200, 200, 429,
		]);
		expect(await statuses([upload(browser), upload(browser)])).toEqual([200, 429]);
		const refused = await read(browser);
		expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
		expect(await refused.json()).toMatchObject({
			error: "RateLimitExceeded",
			code: "TOO_MANY_CALLS",
		});
		expect(came).toBe(6);
	});

	test("and not where better-auth counts nothing, or the app wants no limit", async () => {
		await using off = await open({ rateLimit });
		for (let i = 0; i < 5; i++) expect((await read(off.browser)).status).toBe(200);
		await using without = await open({ rateLimit: false }, { rateLimit: { enabled: true } });
		for (let i = 0; i < 150; i++) expect((await read(without.browser)).status).toBe(200);
	});
});

describe("a function of the app's", () => {
	test("is asked what no entry names, and told all there is to know", async () => {
		const allow = vi.fn<AllowCall>(({ method }) => method === "GET");
		await using opened = await open({ allow: ["xyz.evil.named", allow] });
		const { browser } = opened;
		expect((await read(browser)).status).toBe(200);
		expect((await write(browser)).status).toBe(403);
		expect((await browser.get("/bsky/xrpc/xyz.evil.named")).status).toBe(200);
		expect((await browser.get("/bsky/xrpc/com.atproto.server.getServiceAuth")).status).toBe(403);
		const user = await browser.user();
		expect(allow.mock.calls.map(([call]) => call)).toEqual(
			["GET", "POST"].map((method) => ({
				...{ nsid: METHOD, method, did: mallory.did, service: null },
				user: expect.objectContaining({ id: user?.id }),
			})),
		);
	});

	test.each<[string, AllowCall]>([
		[
			"throws",
			() => {
				throw new Error("no");
			},
		],
		["rejects", () => Promise.reject("no")],
		["says nothing", () => undefined as never],
		["says 1", () => 1 as never],
		["says no", async () => false],
		[
			"changes what it is given",
			((call: XrpcCall) => Object.assign(call, { did: "x" }) && false) as AllowCall,
		],
	])("that %s lets nobody", async (_how, allow) => {
		await using opened = await open({ allow });
		expect((await read(opened.browser)).status).toBe(403);
		expect(came).toBe(0);
	});
});

test("an answer may be kept by its browser where the app says so", async () => {
	await using opened = await open({
		allow: [{ nsid: METHOD, cacheControl: "private, max-age=60" }],
	});
	const response = await read(opened.browser);
	expect(response.headers.get("cache-control")).toBe("private, max-age=60");
	mallory.xrpc = (_request, answer) => answer.writeHead(400).end("{}");
	expect((await read(opened.browser)).headers.get("cache-control")).toBe("private, no-store");
	// The same address is another account's from then on.
	const { did } = await opened.browser.json("/bsky/session");
	const switched = await opened.browser.post("/bsky/switch", { did });
	expect(switched.headers.get("clear-site-data")).toBe('"cache"');
});

test("people behind one address share no limit, whatever a page of another origin is told", async () => {
	const front = "https://front.example.com";
	const rate = { window: 60, max: 1 };
	const rateLimit = { read: rate, write: rate, upload: rate };
	const customRules = { "/bsky/sign-in": false, "/bsky/callback": false } as const;
	await using opened = await open(
		{ rateLimit },
		{ trustedOrigins: [front], rateLimit: { enabled: true, customRules } },
	);
	const headers = { origin: front };
	const call = () => opened.browser.fetch(`/api/auth/bsky/xrpc/${METHOD}`, { headers });
	expect((await call()).status).toBe(200);
	// Each of them counts for the address, too: better-auth's own limit is in nobody's words.
	for (let times = 0; times < 40; times++) {
		const response = await call();
		expect(response.headers.get("access-control-allow-origin")).toBe(front);
		expect(await response.json()).toMatchObject({
			error: "RateLimitExceeded",
			code: "TOO_MANY_CALLS",
		});
	}
});
