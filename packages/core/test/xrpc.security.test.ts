import { createConnection } from "node:net";
import { gzipSync } from "node:zlib";
import { APIError } from "better-auth/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refused } from "../src/xrpc/answers.ts";
import { type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, startApp } from "./kit.ts";

const METHOD = "xyz.evil.method";
const FRONT = "https://front.example";

let mallory: EvilServer & { close(): Promise<void> };
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let browser: Browser;

beforeAll(async () => {
	mallory = await startEvilServer();
	world = await startDirectories([mallory]);
	app = await startApp(world, {
		auth: { trustedOrigins: [FRONT, "capacitor://localhost", "myapp://"] },
		plugin: { xrpc: { allow: ["xyz.evil.*", "com.atproto.repo.*"] } },
	});
	browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
});
afterAll(() => Promise.all([app.close(), mallory.close(), world.close()]));

/** What came in at the person's server, each call with its path. */
let came: { method: string; url: string; headers: Record<string, unknown> }[];
beforeEach(() => {
	came = [];
	answerWith(200, {}, "{}");
});

/** Has the server answer every method in one way. */
function answerWith(
	status: number,
	headers: Record<string, string | string[]>,
	body: string | Buffer,
) {
	mallory.xrpc = (request, response) => {
		came.push({
			method: request.method ?? "",
			url: request.url ?? "",
			headers: request.headers,
		});
		request.resume();
		response.writeHead(status, { "content-type": "application/json", ...headers });
		response.end(body);
	};
}

const PATH = "/api/auth/bsky/xrpc/";

/** A request to the very letter, which `fetch` would put in order. */
function raw(method: string, path: string, headers: Record<string, string> = {}): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = createConnection(app.port, "127.0.0.1");
		let text = "";
		socket.on("data", (data) => {
			text += data;
		});
		socket.on("end", () => resolve(text)).on("error", reject);
		const all = {
			host: new URL(app.origin).host,
			cookie: browser.cookie,
			connection: "close",
			...headers,
		};
		const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
		socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
	});
}

const call = (init: RequestInit = {}, nsid = METHOD) => browser.fetch(PATH + nsid, init);

describe("no path leads elsewhere", () => {
	test("what is a method's name, and nothing else", async () => {
		expect(await raw("GET", PATH + METHOD)).toMatch(/^HTTP\/1.1 200/);
		expect(came.map(({ url }) => url)).toEqual([`/xrpc/${METHOD}`]);
	});

	test.each([
		"xyz.evil.method/",
		"xyz.evil.method/x",
		"/xyz.evil.method",
		"/xyz.evil.method@elsewhere",
		"..",
		"../xrpc/xyz.evil.method/..",
		"%2e%2e%2fxyz.evil.method",
		"xyz.evil.method%2f..",
		"xyz%2eevil%2emethod",
		"xyz.evil.%6dethod",
		"xyz.evil.method;x",
		"xyz.evil.method%00",
		"xyz.evil.method%0d%0ahost:%20evil",
		"xyz.evil.method%3fx",
		"xyz.evil.méthod",
		"xyz.evil.method%E2%80%AE",
		"XYZ.evil.method",
		"http://elsewhere.example/xrpc/xyz.evil.method",
		"//elsewhere.example",
		"com.atproto.repo.importRepo",
		"com.atproto.repo.IMPORTREPO",
		"com.atproto.server.getServiceAuth",
		"app.bsky.feed.getTimeline",
		`xyz.evil.${"m".repeat(10_000)}`,
	])("%s", async (nsid) => {
		expect(await raw("GET", PATH + nsid)).toMatch(/^HTTP\/1.1 4/);
		expect(came).toEqual([]);
	});

	test.each(["PUT", "DELETE", "PATCH", "HEAD", "PROPFIND", "get"])("%s", async (verb) => {
		expect(await raw(verb, PATH + METHOD)).toMatch(/^HTTP\/1.1 4/);
		expect(came).toEqual([]);
	});

	test("the query goes along as it is, and changes nothing else", async () => {
		const query = "?a=1&a=2&x=%2F%2Fevil%2F..&u=http://evil/&%00=%0d%0a#no";
		expect(await raw("GET", PATH + METHOD + query)).toMatch(/^HTTP\/1.1 200/);
		expect(came[0]?.url).toBe(`/xrpc/${METHOD}${query.replace("#no", "")}`);
	});
});

describe("headers", () => {
	test("up go those that matter, and nothing else", async () => {
		await call({
			method: "POST",
			headers: {
				"content-type": "application/json",
				"accept-language": "de",
				"atproto-accept-labelers": "did:plc:x",
				"atproto-proxy": "did:web:api.bsky.app#bsky_appview",
				"x-bsky-topics": "a",
				range: "bytes=0-1",
				authorization: "Bearer mine",
				dpop: "mine",
				"x-forwarded-for": "1.2.3.4",
				forwarded: "for=1.2.3.4",
				referer: `${app.origin}/secret`,
				"user-agent": "mine",
				"x-custom": "mine",
				"x-atproto-anything": "mine",
				"if-none-match": "mine",
			},
			body: "{}",
		});
		const [got] = came;
		const { authorization, dpop, host, connection, ...rest } = got?.headers ?? {};
		expect(String(authorization)).toMatch(/^DPoP acc-/);
		expect(String(dpop)).toMatch(/^ey/);
		expect(String(dpop)).not.toContain("mine");
		expect(host).toBe(new URL(mallory.origin).host);
		expect(rest).toEqual({
			accept: "*/*",
			"accept-encoding": "identity",
			"accept-language": "de",
			"atproto-accept-labelers": "did:plc:x",
			"atproto-proxy": "did:web:api.bsky.app#bsky_appview",
			"content-length": "2",
			"content-type": "application/json",
			range: "bytes=0-1",
			"x-bsky-topics": "a",
		});
	});

	test.each([
		"did:web:evil.example#x",
		"did:web:api.bsky.app",
		"",
		"x, did:web:api.bsky.app#bsky_appview",
	])("nobody else is given a proof of who they are: %j", async (service) => {
		const response = await call({ headers: { "atproto-proxy": service } });
		expect([response.status, await response.json()]).toEqual([
			403,
			expect.objectContaining({ code: "METHOD_NOT_ALLOWED" }),
		]);
		expect(came).toEqual([]);
	});

	test("down come those that matter, and nothing else", async () => {
		const passed = {
			"content-language": "de",
			"atproto-repo-rev": "3k",
			"atproto-content-labelers": "did:plc:x",
			"ratelimit-limit": "3000",
			"ratelimit-remaining": "2999",
			"ratelimit-reset": "1",
			"ratelimit-policy": "3000;w=300",
			"retry-after": "1",
		};
		answerWith(
			200,
			{
				...passed,
				"set-cookie": ["a=b", "better-auth.session_token=x; path=/"],
				location: "https://evil.example",
				refresh: "0; url=https://evil.example",
				link: "<https://evil.example>; rel=preload",
				"content-security-policy": "script-src *",
				"access-control-allow-origin": "*",
				"access-control-allow-credentials": "true",
				"clear-site-data": '"*"',
				"service-worker-allowed": "/",
				"strict-transport-security": "max-age=1",
				"www-authenticate": "Basic",
				"dpop-nonce": "n",
				"alt-svc": 'h3=":443"',
				nel: "{}",
				"report-to": "{}",
				"x-frame-options": "ALLOWALL",
				"content-disposition": "inline",
				"cache-control": "public, max-age=1000",
				etag: '"x"',
				"x-powered-by": "evil",
				"cross-origin-resource-policy": "cross-origin",
				"x-content-type-options": "none",
				sourcemap: "https://evil.example",
				"content-location": "/evil",
			},
			"{}",
		);
		const { headers } = await call();
		const { date, connection, "keep-alive": _, ...rest } = Object.fromEntries(headers);
		expect(rest).toEqual({
			...passed,
			"cache-control": "private, no-store",
			"content-security-policy": "default-src 'none'; sandbox",
			"content-type": "application/json",
			"cross-origin-resource-policy": "same-origin",
			vary: "Cookie, Origin, X-Bsky-Did",
			"x-content-type-options": "nosniff",
			...(headers.has("content-length")
				? { "content-length": "2" }
				: { "transfer-encoding": "chunked" }),
		});
	});

	test.each([
		["application/json; charset=utf-8", "application/json"],
		["application/vnd.ipld.car", "application/vnd.ipld.car"],
		["IMAGE/PNG", "image/png"],
		["video/mp4; codecs=x", "video/mp4"],
		["audio/x-flac", "audio/x-flac"],
		["text/html", "application/octet-stream"],
		["text/html, application/json", "application/octet-stream"],
		["application/json, text/html", "application/octet-stream"],
		["application/xhtml+xml", "application/octet-stream"],
		["image/svg+xml", "application/octet-stream"],
		["video/x+xml", "application/octet-stream"],
		["text/javascript", "application/octet-stream"],
		["application/javascript", "application/octet-stream"],
		["text/css", "application/octet-stream"],
		["application/pdf", "application/octet-stream"],
		["application/wasm", "application/octet-stream"],
		["application/manifest+json", "application/octet-stream"],
		["multipart/x-mixed-replace", "application/octet-stream"],
		["text/plain", "application/octet-stream"],
		["", "application/octet-stream"],
		["image/png\ttext/html", "application/octet-stream"],
	])("a %j is handed on as %s", async (type, expected) => {
		answerWith(200, { "content-type": type }, "<script>alert(1)</script>");
		const { headers } = await call();
		expect(headers.get("content-type")).toBe(expected);
		expect(headers.get("content-disposition")).toBe(
			expected === "application/json" ? null : "attachment",
		);
	});

	test.each([
		[206, "bytes 0-1/2", "bytes 0-1/2"],
		[206, "bytes 0-1/*", "bytes 0-1/*"],
		[206, "bytes 0-1/2, bytes 0-1/3", null],
		[206, "<b>", null],
		[200, "bytes 0-1/2", null],
		[416, "bytes */2", "bytes */2"],
		[416, "bytes 0-1/2", null],
	])(
		"with %d, content-range: %s is handed on as %s, to a front end too",
		async (status, range, down) => {
			answerWith(status, { "content-range": range }, "{}");
			const { headers } = await call({ headers: { origin: FRONT, range: "bytes=0-1" } });
			expect(headers.get("content-range")).toBe(down);
			expect(headers.get("access-control-expose-headers")).toContain("content-range");
		},
	);

	test("what is compressed all the same is no answer", async () => {
		answerWith(200, { "content-encoding": "gzip" }, gzipSync("{}"));
		expect((await call()).status).toBe(502);
	});
});

describe("only pages that the app trusts", () => {
	const site = (headers: Record<string, string>, method = "GET", type = "application/json") => {
		const body = method === "GET" ? {} : { "content-type": type, "content-length": "0" };
		return raw(method, PATH + METHOD, { ...body, ...headers });
	};
	const own = () => ({ origin: app.origin });

	test.each([
		["GET", "text", {}],
		["GET", "a script of its own", { "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" }],
		["GET", "a picture of its own", { "sec-fetch-site": "same-origin", "sec-fetch-dest": "image" }],
		["GET", "a film of its own", { "sec-fetch-site": "same-origin", "sec-fetch-dest": "video" }],
		[
			"GET",
			"a front end",
			{ origin: FRONT, "sec-fetch-site": "cross-site", "sec-fetch-dest": "empty" },
		],
		["POST", "a front end", { origin: FRONT, "sec-fetch-site": "cross-site" }],
		["GET", "an app's own scheme", { origin: "capacitor://localhost" }],
		["GET", "an app on a phone", { origin: "myapp://" }],
		["GET", "an app on a phone", { origin: "myapp:///" }],
		["POST", "an app on a phone", { origin: "myapp://" }],
	])("%s by %s is fine", async (method, _who, headers) => {
		expect(await site(headers, method)).toMatch(/^HTTP\/1.1 200/);
		expect(came).toHaveLength(1);
	});

	test("POST by its own page is fine", async () => {
		expect(await site({ ...own(), "sec-fetch-site": "same-origin" }, "POST")).toMatch(/ 200 /);
		expect(await site(own(), "POST")).toMatch(/ 200 /);
	});

	const types = [
		"application/json",
		"text/plain",
		"application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x",
		"image/png",
	];
	const elsewhere: Record<string, string>[] = [
		{ origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-dest": "empty" },
		{ origin: "https://evil.example" },
		{ origin: `${FRONT}.evil.example` },
		{ origin: "null", "sec-fetch-site": "same-origin" },
		{ origin: "null" },
		{ origin: "" },
		{ origin: "/" },
		{ origin: "file://" },
		{ origin: "capacitor://elsewhere" },
		{ origin: "otherapp://" },
		{ origin: "otherapp:///" },
		{ origin: "https://" },
		{ origin: "https:///" },
		{ origin: "myapp:////evil.example" },
		{ "sec-fetch-site": "cross-site" },
		{ "sec-fetch-site": "same-site" },
		{ "sec-fetch-site": "none" },
		{ "sec-fetch-site": "cross-site", referer: "http://localhost/" },
	];
	for (const headers of elsewhere) {
		test(`GET with ${JSON.stringify(headers)} is not`, async () => {
			expect(await site(headers)).toMatch(/ 403 [\s\S]*CROSS_SITE_REQUEST/);
			expect(came).toEqual([]);
		});
		test.each(types)(`POST of %s with ${JSON.stringify(headers)} is not`, async (type) => {
			expect(await site(headers, "POST", type)).toMatch(/^HTTP\/1.1 403/);
			expect(came).toEqual([]);
		});
	}

	test("POST that says nothing of where it comes from is not", async () => {
		expect(await site({}, "POST")).toMatch(/^HTTP\/1.1 403/);
		expect(came).toEqual([]);
	});

	test.each([
		"document",
		"iframe",
		"frame",
		"embed",
		"object",
		"script",
		"style",
		"serviceworker",
		"worker",
		"sharedworker",
		"manifest",
		"font",
		"xslt",
		"report",
		"",
	])("for what would run, or be opened: %j, trusted or not", async (destination) => {
		for (const origin of [{}, own(), { origin: FRONT }]) {
			const headers = { "sec-fetch-site": "same-origin", "sec-fetch-dest": destination, ...origin };
			expect(await site(headers)).toMatch(/ 403 [\s\S]*CROSS_SITE_REQUEST/);
		}
		expect(came).toEqual([]);
	});

	test("CORS is for exactly those", async () => {
		const asks = async (origin: string, method = "OPTIONS") => {
			const response = await fetch(`http://127.0.0.1:${app.port}${PATH}${METHOD}`, {
				method,
				headers: {
					...{ host: new URL(app.origin).host, origin, cookie: browser.cookie },
					"access-control-request-method": "POST",
					"access-control-request-headers": "content-type,x-bsky-did",
				},
			});
			const named = [...response.headers].filter(([name]) => name.startsWith("access-control-"));
			return [response.status, Object.fromEntries(named)] as const;
		};
		const [status, preflight] = await asks(FRONT);
		expect(status).toBe(204);
		expect(preflight).toMatchObject({
			"access-control-allow-origin": FRONT,
			"access-control-allow-credentials": "true",
			"access-control-allow-methods": "GET, POST",
			"access-control-allow-headers": expect.stringMatching(/content-type.*x-bsky-did/),
		});
		const [, read] = await asks(FRONT, "GET");
		expect(read).toMatchObject({
			"access-control-allow-origin": FRONT,
			"access-control-allow-credentials": "true",
			"access-control-expose-headers": expect.stringContaining("atproto-repo-rev"),
		});
		for (const origin of [
			"https://evil.example",
			"null",
			`${FRONT}:8443`,
			`${FRONT}.evil.example`,
			"*",
		]) {
			expect(await asks(origin)).toEqual([403, {}]);
			expect(await asks(origin, "GET")).toEqual([403, {}]);
		}
	});
});

describe("errors", () => {
	test.each<[number, unknown, number, object]>([
		[
			400,
			{ error: "InvalidRequest", message: "No" },
			400,
			{ error: "InvalidRequest", message: "No" },
		],
		[
			404,
			"<html>no</html>",
			404,
			{ error: "XRPCNotSupported", message: "The server answered 404." },
		],
		[418, {}, 418, { error: "InvalidRequest", message: "The server answered 418." }],
		[
			429,
			{ error: "RateLimitExceeded", message: "Slow" },
			429,
			{ error: "RateLimitExceeded", message: "Slow" },
		],
		[
			500,
			{ error: 5, message: { a: 1 } },
			500,
			{ error: "InternalServerError", message: "The server answered 500." },
		],
		[
			503,
			{ error: "<b>", message: "a\u202e\u0000b" },
			503,
			{ error: "NotEnoughResources", message: "ab" },
		],
		[
			401,
			{ error: "AuthMissing", message: "x", code: "SESSION_EXPIRED", token: "t" },
			401,
			{ error: "AuthMissing", message: "x" },
		],
		[
			301,
			{},
			502,
			{ error: "UpstreamFailure", code: "SERVER_UNREACHABLE", message: expect.any(String) },
		],
		[
			302,
			{},
			502,
			{ error: "UpstreamFailure", code: "SERVER_UNREACHABLE", message: expect.any(String) },
		],
		[
			304,
			{},
			502,
			{ error: "UpstreamFailure", code: "SERVER_UNREACHABLE", message: expect.any(String) },
		],
		[
			308,
			{},
			502,
			{ error: "UpstreamFailure", code: "SERVER_UNREACHABLE", message: expect.any(String) },
		],
		[
			403,
			{ error: "ScopeMissingError", message: 'Missing required scope "repo:a.b.c?action=create"' },
			403,
			{
				error: "ScopeMissingError",
				message: 'Missing required scope "repo:a.b.c?action=create"',
				code: "SCOPE_MISSING",
				scope: "repo:a.b.c?action=create",
			},
		],
	])("%d %j is told as %d", async (status, body, told, expected) => {
		const text = typeof body === "string" ? body : JSON.stringify(body);
		answerWith(status, { location: "https://evil.example", "retry-after": "3" }, text);
		const response = await call();
		expect([response.status, await response.json()]).toEqual([told, expected]);
		expect(response.headers.get("location")).toBeNull();
		expect(response.headers.get("content-type")).toBe("application/json");
		if (told !== 502) expect(response.headers.get("retry-after")).toBe("3");
	});

	test.each([
		[new APIError("CONFLICT", { code: "BUSY", message: "No" }), 409, "InvalidRequest", "BUSY"],
		[new APIError("TOO_MANY_REQUESTS", { message: "No" }), 429, "RateLimitExceeded", "UNKNOWN"],
		[new APIError("BAD_GATEWAY", { code: "OUT", message: "No" }), 502, "UpstreamFailure", "OUT"],
	])("what a hook of the app refuses keeps its status: %#", async (error, status, name, code) => {
		const response = refused(error);
		expect([response.status, await response.json()]).toEqual([
			status,
			{ error: name, message: "No", code },
		]);
	});

	test("what a server says is bounded", async () => {
		answerWith(500, {}, JSON.stringify({ error: "E".repeat(5000), message: "m".repeat(50_000) }));
		const { error, message } = (await (await call()).json()) as Record<string, string>;
		expect([error?.length, message?.length]).toEqual([100, 500]);
		answerWith(500, {}, `[${"{},".repeat(100_000)}{}]`);
		expect(await (await call()).json()).toEqual({
			error: "InternalServerError",
			message: "The server answered 500.",
		});
	});

	test("nothing secret is logged, whatever fails", async () => {
		app.logs.length = 0;
		answerWith(500, {}, mallory.secrets.join(" "));
		await call();
		mallory.xrpc = (request) => request.socket.destroy();
		expect((await call()).status).toBe(502);
		for (const secret of mallory.secrets) expect(app.logs.join("\n")).not.toContain(secret);
	});
});

test("off, until the app says what it allows", async () => {
	await using stack = new AsyncDisposableStack();
	const off = await startApp(world);
	stack.defer(() => off.close());
	const theirs = off.browser();
	await theirs.arrive(mallory.approve(await theirs.begin(mallory.did)));
	expect((await theirs.fetch(PATH + METHOD)).status).toBe(404);
	expect(
		(await theirs.fetch(PATH + METHOD, { method: "OPTIONS", headers: { origin: off.origin } }))
			.status,
	).toBe(404);
	expect(came).toEqual([]);
});
