import { createConnection, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type AppOptions, type Browser, startApp } from "./kit.ts";

const METHOD = "xyz.evil.method";
const PATH = "/api/auth/bsky/xrpc/";
const LIMITS = { idleTimeout: 2, maxCallsPerUser: 2 };

let mallory: EvilServer & { close(): Promise<void> };
let world: Awaited<ReturnType<typeof startDirectories>>;
/** What would have ended the process. */
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
	mallory = await startEvilServer();
	world = await startDirectories([mallory]);
	process.on("unhandledRejection", note);
});
afterAll(() => {
	process.off("unhandledRejection", note);
	return Promise.all([mallory.close(), world.close()]);
});
beforeEach(() => {
	unhandled.length = 0;
	mallory.deviations = {};
});

interface Opened extends AsyncDisposable {
	app: App;
	browser: Browser;
}

async function open(plugin: AppOptions["plugin"] = {}): Promise<Opened> {
	const xrpc = { allow: ["xyz.evil.*", "com.atproto.repo.*"], ...LIMITS };
	const app = await startApp(world, { plugin: { xrpc, ...plugin } });
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
	return { app, browser, [Symbol.asyncDispose]: () => app.close() };
}

/** A connection of its own, with one request on it, and whatever comes back by then. */
function ask({ app, browser }: Opened, request: string, headers: Record<string, unknown> = {}) {
	const socket = createConnection(app.port, "127.0.0.1");
	const one = { socket, got: "" };
	socket.on("error", () => {}).on("data", (data) => (one.got += data.toString("latin1")));
	const all = { host: new URL(app.origin).host, origin: app.origin, cookie: browser.cookie };
	const lines = Object.entries({ ...all, ...headers }).map(
		([name, text]) => `${name}: ${text}\r\n`,
	);
	socket.write(`${request} HTTP/1.1\r\n${lines.join("")}\r\n`);
	return one;
}

const until = async (is: () => boolean) => {
	while (!is()) await sleep(10);
};

/** Has the server write each answer by hand; its connections. */
function answerRaw(text: string): Socket[] {
	const sockets: Socket[] = [];
	mallory.xrpc = ({ socket }) => {
		sockets.push(socket);
		socket.write(text, "latin1");
	};
	return sockets;
}

/** Nothing is under way any more: as many calls as there may be go at once. */
async function allIsOver({ browser }: Opened) {
	mallory.xrpc = (request, response) => {
		request.resume();
		response.writeHead(200).end("{}");
	};
	const calls = Array.from({ length: LIMITS.maxCallsPerUser }, () =>
		browser.get(`/bsky/xrpc/${METHOD}`),
	);
	for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
	expect(unhandled).toEqual([]);
}

describe("a server's answer that is given up leaves no connection open", () => {
	const endless = "transfer-encoding: chunked\r\n\r\n1\r\nx\r\n";
	const refused = `HTTP/1.1 401 No\r\nwww-authenticate: DPoP error="invalid_token"\r\n${endless}`;

	test.each([
		["with a status that nothing has", `HTTP/1.1 999 X\r\n${endless}`],
		["the same, by a little", `HTTP/1.1 600 X\r\n${endless}`],
		["that leads elsewhere", `HTTP/1.1 302 X\r\nlocation: /\r\n${endless}`],
		["that is compressed", `HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\n${endless}`],
		["too large", `HTTP/1.1 200 X\r\ncontent-length: ${2 ** 40}\r\n\r\n`],
		["that refuses a token, which can't be replaced", refused],
	])("%s", async (_how, text) => {
		await using opened = await open();
		mallory.deviations = { token: () => ({ status: 503 }) };
		const sockets = answerRaw(text);
		expect((await opened.browser.get(`/bsky/xrpc/${METHOD}`)).status).toBe(502);
		expect(sockets.length).toBeGreaterThan(0);
		await until(() => sockets.every(({ destroyed }) => destroyed));
		await allIsOver(opened);
	});
});

test.each([204, 205])("a %d says of no body how long it is", async (status) => {
	await using opened = await open();
	// Whoever believed it would take the next answer of the connection for the body of this one.
	mallory.xrpc = (_request, response) => response.writeHead(status, { "content-length": 9 }).end();
	const one = ask(opened, `GET ${PATH}${METHOD}`);
	await until(() => one.got.includes("\r\n\r\n"));
	expect(one.got).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
	expect(one.got).not.toMatch(/content-length: 9/i);
	one.socket.destroy();
});

describe("a browser that goes away", () => {
	const ways: [string, AppOptions["plugin"]][] = [
		["", {}],
		[", with the app's own fetch", { fetch: (input, init) => fetch(input, init) }],
		[
			", with one that heeds no signal",
			{ fetch: (input, init) => fetch(input, { ...init, signal: null }) },
		],
	];
	test.each(ways)("before the answer has begun ends no process%s", async (_how, plugin) => {
		await using opened = await open(plugin);
		let answer: (() => void) | undefined;
		let isClosed = false;
		mallory.xrpc = (_request, response) => {
			response.on("close", () => (isClosed = true));
			answer = () => response.writeHead(200, { "content-length": 99 }).write("{");
		};
		const { socket } = ask(opened, `GET ${PATH}${METHOD}`);
		await until(() => answer !== undefined);
		socket.destroy();
		await sleep(100);
		answer?.();
		await until(() => isClosed);
		await allIsOver(opened);
	});

	test.each([
		["uploadBlob", { "content-length": 1000 }],
		["uploadBlob", { "content-length": 1_000_000 }],
		["uploadBlob", { "transfer-encoding": "chunked" }],
		["createRecord", { "content-length": 1000 }],
	])("in the middle of a body is nothing for the log: %s, %j", async (method, headers) => {
		await using opened = await open();
		mallory.xrpc = (request) => request.on("error", () => {}).resume();
		opened.app.logs.length = 0;
		const type = { "content-type": "video/mp4", ...headers };
		const { socket } = ask(opened, `POST ${PATH}com.atproto.repo.${method}`, type);
		socket.write("1\r\n{\r\n");
		await sleep(200);
		socket.destroy();
		await sleep(200);
		expect(opened.app.logs).toEqual([]);
		await allIsOver(opened);
	});
});

test.each([1000, 1_000_000])("a body of %d bytes that stops is one that stalls", async (length) => {
	await using opened = await open();
	mallory.xrpc = (request) => request.on("error", () => {}).resume();
	const headers = { "content-type": "video/mp4", "content-length": length };
	const one = ask(opened, `POST ${PATH}com.atproto.repo.uploadBlob`, headers);
	one.socket.write("x");
	await until(() => one.got.includes("CALL_STALLED"));
	expect(one.got).toMatch(/^HTTP\/1.1 504/);
	one.socket.destroy();
	await allIsOver(opened);
});

test("a browser that sends no more, and has its answer, is not waited for", async () => {
	await using opened = await open();
	mallory.xrpc = (_request, response) => response.writeHead(200).end("{}");
	const headers = { "content-type": "video/mp4", "content-length": 1_000_000 };
	const one = ask(opened, `POST ${PATH}com.atproto.repo.uploadBlob`, headers);
	let isClosed = false;
	one.socket.on("close", () => (isClosed = true)).write("x");
	await until(() => isClosed);
	expect(one.got).toMatch(/^HTTP\/1.1 200/);
	await allIsOver(opened);
});

test.each([200, 401, 403, 500])(
	"an app's own fetch that heeds no signal holds up no call: %d",
	async (status) => {
		await using opened = await open({
			fetch: (input, init) => fetch(input, { ...init, signal: null }),
		});
		const sockets = answerRaw(`HTTP/1.1 ${status} X\r\ncontent-length: 99\r\n\r\n{`);
		const response = await opened.browser.get(`/bsky/xrpc/${METHOD}`).catch(() => null);
		if (status !== 200) expect(response?.status).toBe(status);
		await until(() => sockets.every(({ destroyed }) => destroyed));
		await allIsOver(opened);
	},
);

test("what a call on the server fails with holds no token, however it is printed", async () => {
	await using opened = await open();
	const headers = { cookie: opened.browser.cookie };
	const { fetchHandler } = await opened.app.auth.api.getBskySessionFetch({ headers });
	const agent = await opened.app.auth.api.getBskyAgent({ headers });
	const body = () => new Blob(["x"]).stream();
	const calls = [
		() => fetchHandler(`/xrpc/${METHOD}`),
		() => fetchHandler("/xrpc/com.atproto.repo.uploadBlob", { method: "POST", body: body() }),
		() => agent.call("com.atproto.repo.listRecords"),
	];
	for (const call of calls) {
		mallory.xrpc = ({ socket }) => socket.destroy();
		const error: unknown = await call().catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(Error);
		const printed = inspect(error, { depth: 20, showHidden: true });
		for (const secret of mallory.secrets) expect(printed).not.toContain(secret);
		expect(printed).not.toMatch(/DPoP ey|dpop: /i);
	}
});
