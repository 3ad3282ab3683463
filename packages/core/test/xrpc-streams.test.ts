import { createConnection, type Socket } from "node:net";
import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, startApp } from "./kit.ts";

const METHOD = "xyz.evil.method";
const UPLOAD = "com.atproto.repo.uploadBlob";
const PATH = "/api/auth/bsky/xrpc/";
const KB = 1024;
const MB = KB * KB;

const LIMITS = {
	maxUploadSize: 4 * MB,
	maxDownloadSize: 4 * MB,
	idleTimeout: 1,
	minBytesPerSecond: 10 * KB,
	maxCallsPerUser: 2,
	maxCalls: 3,
};

let mallory: EvilServer & { close(): Promise<void> };
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let browser: Browser;

beforeAll(async () => {
	mallory = await startEvilServer();
	world = await startDirectories([mallory]);
	app = await startApp(world, {
		plugin: { xrpc: { allow: ["xyz.evil.*", "com.atproto.repo.*"], ...LIMITS } },
	});
	browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
});
afterAll(() => Promise.all([app.close(), mallory.close(), world.close()]));

/** What the person's server got of each body, and how it ended. */
let got: { size: number; end: "whole" | "broken" }[];
beforeEach(() => {
	got = [];
	mallory.xrpc = (request, response) => {
		const one = { size: 0, end: "broken" as "whole" | "broken" };
		got.push(one);
		request.on("data", (data) => {
			one.size += data.length;
		});
		request.on("end", () => {
			one.end = "whole";
			response.writeHead(200, { "content-type": "application/json" }).end("{}");
		});
		request.on("error", () => {});
	};
});

interface Raw {
	socket: Socket;
	/** All that has come back by then. */
	answer: Promise<string>;
}

/** An upload by hand: its head, and then whatever is written. */
function upload(headers: Record<string, string | number>, { port } = app): Raw {
	const socket = createConnection(port, "127.0.0.1");
	const answer = new Promise<string>((resolve) => {
		let text = "";
		socket.on("data", (data) => {
			text += data;
		});
		socket.on("error", () => {}).on("close", () => resolve(text));
	});
	const all = {
		...{ host: new URL(app.origin).host, origin: app.origin, cookie: browser.cookie },
		...{ connection: "close", "content-type": "video/mp4" },
		...headers,
	};
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
	socket.write(`POST ${PATH}${UPLOAD} HTTP/1.1\r\n${lines.join("")}\r\n`);
	return { socket, answer };
}

const chunk = (size: number) =>
	Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), Buffer.alloc(size), Buffer.from("\r\n")]);

/** As a browser reads: piece by piece, and no answer is waited for to its end. */
const open = (init: RequestInit = {}) =>
	fetch(`http://127.0.0.1:${app.port}${PATH}${METHOD}`, {
		...init,
		headers: { host: new URL(app.origin).host, cookie: browser.cookie },
	});

const codeOf = (answer: string) => /"code":"(\w+)"/.exec(answer)?.[1];
const until = async (is: () => boolean) => {
	while (!is()) await sleep(10);
};
/** Nothing is under way any more: as many calls as there may be go at once. */
async function allIsOver() {
	mallory.xrpc = (_request, response) => response.writeHead(200).end("{}");
	const calls = Array.from({ length: LIMITS.maxCallsPerUser }, () =>
		browser.get(`/bsky/xrpc/${METHOD}`),
	);
	for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
}

describe("bodies", () => {
	test.each([0, 1, 300 * KB, 3 * MB, 4 * MB])("of %d bytes, with their length", async (size) => {
		const { socket, answer } = upload({ "content-length": size });
		socket.write(Buffer.alloc(size));
		expect(await answer).toMatch(/^HTTP\/1.1 200/);
		expect(got).toEqual([{ size, end: "whole" }]);
	});

	test.each([1, 300 * KB, 3 * MB])("of %d bytes, in chunks", async (size) => {
		const { socket, answer } = upload({ "transfer-encoding": "chunked" });
		socket.write(Buffer.concat([chunk(size), Buffer.from("0\r\n\r\n")]));
		expect(await answer).toMatch(/^HTTP\/1.1 200/);
		expect(got).toEqual([{ size, end: "whole" }]);
	});

	test("that the app's own fetch leaves unread: the connection goes on", async () => {
		const other = await startApp(world, {
			plugin: {
				xrpc: { allow: [UPLOAD] },
				fetch: async (input, init) =>
					String(input instanceof Request ? input.url : input).endsWith(UPLOAD)
						? Response.json({})
						: fetch(input, init),
			},
		});
		const { origin } = other;
		const person = other.browser();
		await person.arrive(mallory.approve(await person.begin(mallory.did)));
		const own = { host: new URL(origin).host, origin, cookie: person.cookie };
		const { socket, answer } = upload(
			{ ...own, connection: "keep-alive", "content-length": 4 * MB },
			other,
		);
		socket.write(Buffer.alloc(4 * MB));
		socket.write(`GET /api/auth/ok HTTP/1.1\r\nhost: ${own.host}\r\nconnection: close\r\n\r\n`);
		expect((await answer).match(/HTTP\/1.1 200/g)).toHaveLength(2);
		await other.close();
	});

	test("none at all, and none of any type", async () => {
		const response = await browser.fetch(PATH + METHOD, { method: "POST" });
		expect(response.status).toBe(200);
		expect(got).toEqual([{ size: 0, end: "whole" }]);
	});

	test.each(["gzip", "br", "GZIP", "gzip, identity", "x"])(
		"compressed, as %s: refused, and not handed on as what they aren't",
		async (encoding) => {
			const { socket, answer } = upload({ "content-length": 10, "content-encoding": encoding });
			socket.write(Buffer.alloc(10));
			expect(codeOf(await answer)).toBe("BODY_INVALID");
			expect(got).toEqual([]);
		},
	);

	test.each([{ "content-length": 10 }, { "transfer-encoding": "chunked" }])(
		"without a type, where nobody reads them: refused, and not handed on as none: %j",
		async (length) => {
			const { socket, answer } = upload({ "content-type": "", ...length });
			socket.write("content-length" in length ? Buffer.alloc(10) : "1\r\nx\r\n0\r\n\r\n");
			expect(codeOf(await answer)).toBe("BODY_INVALID");
			expect(got).toEqual([]);
		},
	);

	test("too long by their own word: told before anything is sent on, and the answer arrives", async () => {
		const { socket, answer } = upload({ "content-length": 4 * MB + 1 });
		socket.write(Buffer.alloc(4 * MB + 1));
		expect(codeOf(await answer)).toBe("PAYLOAD_TOO_LARGE");
		expect(got).toEqual([]);
	});

	test("too long in chunks: no more is sent on, and the answer arrives", async () => {
		const { socket, answer } = upload({ "transfer-encoding": "chunked" });
		for (let sent = 0; sent < 5 * MB; sent += MB) socket.write(chunk(MB));
		socket.write("0\r\n\r\n");
		const text = await answer;
		expect(text).toMatch(/^HTTP\/1.1 413/);
		expect(codeOf(text)).toBe("PAYLOAD_TOO_LARGE");
		await until(() => got.length === 1);
		expect(got[0]?.end).toBe("broken");
		expect(got[0]?.size).toBeLessThanOrEqual(4 * MB);
	});

	test("that a server answers before it has read them: whoever sends them reads it, and goes on", async () => {
		mallory.xrpc = (_request, response) => response.writeHead(200).end("{}");
		const { socket, answer } = upload({ "content-length": 3 * MB, connection: "keep-alive" });
		socket.write(Buffer.alloc(3 * MB));
		socket.write(`GET ${PATH}${METHOD} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
		expect((await answer).match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 401"]);
	});

	test("longer than they said: the rest is no part of them", async () => {
		const { socket, answer } = upload({ "content-length": 10 });
		socket.write(Buffer.alloc(20));
		// Node may read the rest before its answer has left.
		expect(await answer).toMatch(/^HTTP\/1.1 (?:200|400)/);
		expect(got[0]?.size ?? 0).toBeLessThanOrEqual(10);
	});

	test.each([0.25, 0.5, 0.75])("given up at %d of them: nothing whole arrives", async (part) => {
		const { socket } = upload({ "content-length": 2 * MB });
		socket.write(Buffer.alloc(2 * MB * part));
		await until(() => (got[0]?.size ?? 0) > 0);
		socket.destroy();
		await allIsOver();
		expect(got).toEqual([{ size: expect.any(Number), end: "broken" }]);
	});

	test("refused before they are read: the answer arrives all the same", async () => {
		const { socket, answer } = upload({ "content-length": 3 * MB, origin: "https://evil.example" });
		socket.write(Buffer.alloc(3 * MB));
		expect(await answer).toMatch(/^HTTP\/1.1 403/);
		expect(got).toEqual([]);
	});
});

describe("silence, slowness and size have limits of their own", () => {
	test("a browser that stops in the middle", async () => {
		const { socket, answer } = upload({ "content-length": 2 * MB });
		socket.write(Buffer.alloc(MB));
		const text = await answer;
		expect([text.slice(0, 12), codeOf(text)]).toEqual(["HTTP/1.1 504", "CALL_STALLED"]);
		await allIsOver();
		expect(got[0]?.end).toBe("broken");
	});

	test("a browser that sends a byte now and then", async () => {
		const { socket, answer } = upload({ "content-length": 2 * MB });
		const timer = setInterval(() => socket.write(Buffer.alloc(10)), 50);
		socket.write(Buffer.alloc(300));
		expect(codeOf(await answer)).toBe("CALL_STALLED");
		clearInterval(timer);
		await allIsOver();
	});

	test("a slow one goes on for longer than all of it may be silent", async () => {
		const { socket, answer } = upload({ "content-length": 2 * MB });
		for (let sent = 0; sent < 2 * MB; sent += 256 * KB) {
			socket.write(Buffer.alloc(256 * KB));
			await sleep(300);
		}
		expect(await answer).toMatch(/^HTTP\/1.1 200/);
		expect(got).toEqual([{ size: 2 * MB, end: "whole" }]);
	});

	test("a server that never answers", async () => {
		mallory.xrpc = () => {};
		const response = await open();
		expect([response.status, await response.json()]).toEqual([
			504,
			expect.objectContaining({ error: "UpstreamTimeout", code: "CALL_STALLED" }),
		]);
		await allIsOver();
	});

	test.each(["stops", "sends a byte now and then"])(
		"a server that %s in the middle",
		async (how) => {
			let isClosed = false;
			mallory.xrpc = (_request, response) => {
				response.writeHead(200, { "content-type": "application/octet-stream" });
				response.write(Buffer.alloc(KB));
				const timer = setInterval(() => how !== "stops" && response.write("x"), 50);
				response.on("close", () => {
					clearInterval(timer);
					isClosed = true;
				});
			};
			const response = await open();
			expect(response.status).toBe(200);
			await expect(response.arrayBuffer()).rejects.toThrow();
			await until(() => isClosed);
			await allIsOver();
		},
	);

	test("an endless answer", async () => {
		let isClosed = false;
		mallory.xrpc = (_request, response) => {
			response.writeHead(200, { "content-type": "application/octet-stream" });
			response.on("close", () => {
				isClosed = true;
			});
			const write = () => {
				while (!isClosed && response.write(Buffer.alloc(64 * KB)));
			};
			response.on("drain", write);
			write();
		};
		const response = await open();
		await expect(response.arrayBuffer()).rejects.toThrow();
		await until(() => isClosed);
		await allIsOver();
	});

	test("one that is too large by its own word isn't begun", async () => {
		mallory.xrpc = (_request, response) =>
			response.writeHead(200, { "content-length": 4 * MB + 1 }).write("x");
		const response = await open();
		expect([response.status, await response.json()]).toEqual([
			502,
			expect.objectContaining({ code: "ANSWER_TOO_LARGE" }),
		]);
		await allIsOver();
	});

	test("a browser that goes away ends the call at the server", async () => {
		let isClosed = false;
		mallory.xrpc = (_request, response) => {
			response.writeHead(200, { "content-type": "application/octet-stream" });
			response.on("close", () => {
				isClosed = true;
			});
			response.write(Buffer.alloc(KB));
		};
		const controller = new AbortController();
		const response = await open({ signal: controller.signal });
		controller.abort();
		await response.body?.cancel().catch(() => {});
		await until(() => isClosed);
	});

	test("a server that is down, or hangs up", async () => {
		mallory.xrpc = (request) => request.socket.destroy();
		const response = await open();
		expect([response.status, await response.json()]).toEqual([
			502,
			expect.objectContaining({ error: "UpstreamFailure", code: "SERVER_UNREACHABLE" }),
		]);
	});
});

describe("so many calls at a time", () => {
	test("the next waits for one to end", async () => {
		const waiting: (() => void)[] = [];
		mallory.xrpc = (_request, response) => waiting.push(() => response.writeHead(200).end("{}"));
		const calls = Array.from({ length: 5 }, () => browser.get(`/bsky/xrpc/${METHOD}`));
		await until(() => waiting.length === 2);
		await sleep(100);
		expect(waiting).toHaveLength(2);
		for (let done = 0; done < 5; done++) {
			await until(() => waiting.length > 0);
			waiting.shift()?.();
		}
		expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(5).fill(200));
	});

	test("and more than can wait are told to come back", async () => {
		const waiting: (() => void)[] = [];
		mallory.xrpc = (_request, response) => waiting.push(() => response.writeHead(200).end("{}"));
		const calls = Array.from({ length: 12 }, () => browser.get(`/bsky/xrpc/${METHOD}`));
		let told = 0;
		for (const call of calls) void call.then(() => told++);
		await until(() => told === 2);
		const timer = setInterval(() => waiting.shift()?.(), 50);
		const answers = await Promise.all(calls);
		clearInterval(timer);
		const statuses = answers.map(({ status }) => status).toSorted();
		expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
		const refused = answers.find(({ status }) => status === 429);
		expect(refused?.headers.get("retry-after")).toBe("1");
		expect(await refused?.json()).toMatchObject({
			error: "RateLimitExceeded",
			code: "TOO_MANY_CALLS",
		});
	});
});

test("large answers go through, as fast as they are read", async () => {
	const size = 3 * MB;
	mallory.xrpc = (_request, response) => {
		response.writeHead(200, { "content-type": "application/vnd.ipld.car" });
		Readable.from([Buffer.alloc(size, "x")]).pipe(response);
	};
	const response = await open();
	expect((await response.arrayBuffer()).byteLength).toBe(size);
});

test("what an app sends itself may take longer than a usual call", async () => {
	const size = 20 * MB;
	const headers: Record<string, unknown>[] = [];
	mallory.xrpc = (request, response) => {
		headers.push(request.headers);
		let got = 0;
		request.on("data", (data) => {
			got += data.length;
		});
		request.pause();
		setTimeout(() => request.resume(), 11_000);
		request.on("end", () => response.writeHead(200).end(String(got)));
	};
	const { fetchHandler } = await app.auth.api.getBskySessionFetch({
		headers: { cookie: browser.cookie },
	});
	const bytes = new Uint8Array(size);
	const bodies = [
		bytes,
		bytes.buffer,
		new DataView(bytes.buffer),
		new Uint8Array(size + 10).subarray(5, size + 5),
		new Blob([bytes], { type: "video/mp4" }),
		new File([bytes], "a.mp4", { type: "video/mp4" }),
		Readable.from(pieces(bytes)),
		Readable.from(pieces(bytes)).pipe(new PassThrough()),
		pieces(bytes),
	];
	const sent = bodies.map(async (body) => {
		const type = body instanceof Blob ? {} : { "content-type": "video/mp4" };
		const init = { method: "POST", headers: type, body: body as never, duplex: "half" };
		const response = await fetchHandler(`/xrpc/${UPLOAD}`, init as RequestInit);
		return response.text();
	});
	expect(await Promise.all(sent)).toEqual(bodies.map(() => String(size)));
	const length = String(size);
	// What comes piece by piece doesn't say how long it is.
	const lengths = headers.map((each) => each["content-length"]).filter(Boolean);
	expect(lengths).toEqual([length, length, length, length, length, length]);
	expect(new Set(headers.map((each) => each["content-type"]))).toEqual(new Set(["video/mp4"]));
}, 30_000);

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += MB) yield bytes.subarray(at, at + MB);
}
