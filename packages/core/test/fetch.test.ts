import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { DOCUMENT, XRPC } from "../src/base/bounded-answer.ts";
import { limitedFetch } from "../src/base/fetch.ts";

type Listener = (response: ServerResponse, request: IncomingMessage) => unknown;

let listener: Listener;
const received: { url: string; method: string; headers: IncomingMessage["headers"] }[] = [];
const server = createServer((request, response) => {
	const { url = "", method = "", headers } = request;
	received.push({ url, method, headers });
	request.resume();
	listener(response, request);
});
await new Promise<void>((resolve) => server.listen(0, () => resolve()));
const { port } = server.address() as AddressInfo;
/** Two names of one server. */
const [HERE, THERE] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];

afterAll(() => {
	server.closeAllConnections();
	server.close();
});
beforeEach(() => {
	received.length = 0;
	listener = (response) => response.end("{}");
});

const fetch = limitedFetch({ allowHttp: true, limits: DOCUMENT, timeout: 500 });
const call = limitedFetch({ allowHttp: true, limits: XRPC, timeout: 500 });

const redirectTo = (location: string, status = 302) => {
	listener = (response, { url }) => {
		if (url === "/end") response.end("the end");
		else response.writeHead(status, { location }).end("moved");
	};
};
const paths = () => received.map(({ url }) => url);

describe("redirects", () => {
	test.each([301, 302, 303, 307, 308])("a GET follows %i", async (status) => {
		redirectTo("/end", status);
		const response = await fetch(`${HERE}/start`);
		expect(await response.text()).toBe("the end");
		expect(response.url).toBe(`${HERE}/end`);
		await fetch(`${HERE}/start`, { method: "HEAD" });
		expect(received.map(({ method }) => method)).toEqual(["GET", "GET", "HEAD", "HEAD"]);
	});

	test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("a %s follows none", async (method) => {
		for (const status of [301, 302, 303, 307, 308]) {
			received.length = 0;
			redirectTo("/end", status);
			const error = await fetch(`${HERE}/start`, { method }).catch((e: unknown) => e);
			expect(error).toMatchObject({ name: "TypeError", message: "fetch failed" });
			expect(paths()).toEqual(["/start"]);
		}
	});

	test("a caller who wants none gets none", async () => {
		redirectTo("/end");
		await expect(fetch(`${HERE}/a`, { redirect: "error" })).rejects.toThrow("fetch failed");
		await expect(fetch(new Request(`${HERE}/b`, { redirect: "error" }))).rejects.toThrow();
		for (const method of ["GET", "POST"]) {
			const response = await fetch(`${HERE}/c`, { redirect: "manual", method });
			expect([response.status, response.headers.get("location")]).toEqual([302, "/end"]);
		}
		expect(paths()).toEqual(["/a", "/b", "/c", "/c"]);
	});

	test("five are followed, no more", async () => {
		listener = (response, { url = "" }) => {
			const left = Number(url.slice(1));
			if (left === 0) response.end("the end");
			else response.writeHead(302, { location: `/${left - 1}` }).end();
		};
		expect(await (await fetch(`${HERE}/5`)).text()).toBe("the end");
		received.length = 0;
		await expect(fetch(`${HERE}/6`)).rejects.toThrow("fetch failed");
		expect(received).toHaveLength(6);
	});

	test("what proves who one is stays with the server it was meant for", async () => {
		const headers = { authorization: "DPoP t", dpop: "proof", cookie: "c=1", accept: "text/plain" };
		redirectTo(`${THERE}/end`);
		await fetch(`${HERE}/start`, { headers });
		expect(received[1]?.headers).toMatchObject({ accept: "text/plain" });
		for (const name of ["authorization", "dpop", "cookie"]) {
			expect(received[1]?.headers).not.toHaveProperty(name);
		}
		received.length = 0;
		redirectTo("/end");
		await fetch(`${HERE}/start`, { headers });
		expect(received[1]?.headers).toMatchObject(headers);
	});

	test("to what can't be called are failures of the network", async () => {
		for (const to of [
			"http://[bad",
			"data:,x",
			"file:///etc/passwd",
			"http://u:p@localhost/",
			"",
		]) {
			redirectTo(to);
			const error = await fetch(`${HERE}/start`).catch((e: unknown) => e);
			expect([to, String(error)]).toEqual([to, "TypeError: fetch failed"]);
		}
	});

	test("all of them have one deadline", async () => {
		listener = (response) =>
			setTimeout(() => response.writeHead(302, { location: "/again" }).end(), 200);
		await expect(fetch(`${HERE}/start`)).rejects.toMatchObject({ name: "TimeoutError" });
		expect(received.length).toBeLessThan(5);
	});
});

describe("an app's own fetch", () => {
	test("is asked for each hop, and for none that isn't allowed", async () => {
		const asked: string[] = [];
		const own: typeof globalThis.fetch = async (input, init) => {
			const request = new Request(input, init);
			asked.push(`${request.redirect} ${request.url}`);
			const { pathname } = new URL(request.url);
			if (pathname === "/in") return Response.redirect("https://127.0.0.1/x");
			if (pathname === "/plain") return Response.redirect("http://a.example.com/x");
			return pathname === "/end" ? new Response("end") : Response.redirect("https://b.com/end");
		};
		const fetch = limitedFetch({ allowHttp: false, fetch: own, limits: DOCUMENT });
		expect(await (await fetch("https://a.com/start")).text()).toBe("end");
		expect(asked).toEqual(["manual https://a.com/start", "manual https://b.com/end"]);
		asked.length = 0;
		for (const path of ["in", "plain"]) {
			await expect(fetch(`https://a.com/${path}`)).rejects.toThrow("fetch failed");
		}
		for (const url of ["https://localhost/", "https://[::1]/", "http://a.com/", "data:,x"]) {
			await expect(fetch(url)).rejects.toThrow("fetch failed");
		}
		expect(asked).toEqual(["manual https://a.com/in", "manual https://a.com/plain"]);
	});

	test("may fail in any words", async () => {
		const failures = [
			Object.assign(new Error("getaddrinfo EAI_AGAIN a.com"), { code: "EAI_AGAIN" }),
			new TypeError("Failed to fetch"),
			Object.assign(new Error("Unable to connect"), { code: "ConnectionRefused" }),
			new Error("Network connection lost."),
		];
		for (const cause of failures) {
			const own = () => Promise.reject(cause);
			const fetch = limitedFetch({ allowHttp: true, fetch: own, limits: XRPC });
			await expect(fetch(HERE)).rejects.toMatchObject({ message: "fetch failed", cause });
		}
		const fetch = limitedFetch({
			allowHttp: true,
			fetch: () => Promise.reject("text"),
			limits: XRPC,
		});
		const cause = { message: 'fetch threw what is no Error: "text".' };
		await expect(fetch(HERE)).rejects.toMatchObject({ message: "fetch failed", cause });
	});

	test("may keep a copy of each answer, as Next.js does: nobody waits for both to be given up", async () => {
		const keeping = limitedFetch({
			allowHttp: true,
			limits: XRPC,
			async fetch(...request) {
				const response = await globalThis.fetch(...request);
				response.clone();
				return response;
			},
		});
		listener = (response) => response.writeHead(502).end("x".repeat(100_000));
		const { body } = await keeping(HERE);
		const late = new Promise((resolve) => setTimeout(resolve, 1000, "still waiting"));
		expect(await Promise.race([body?.cancel(), late])).toBeUndefined();
	});

	test("has its time, whether it heeds a signal or not", async () => {
		const never = () => new Promise<never>(() => {});
		const silent = () => new Response(new ReadableStream({ pull: never }));
		for (const own of [never, async () => silent()]) {
			for (const limits of [XRPC, DOCUMENT]) {
				const fetch = limitedFetch({ allowHttp: true, fetch: own, limits, timeout: 50 });
				const read = async () => (await fetch(HERE)).text();
				await expect(read()).rejects.toMatchObject({ name: "TimeoutError" });
			}
		}
	});

	test("may have a body that fails in any words", async () => {
		for (const limits of [XRPC, DOCUMENT]) {
			const cause = new Error("error reading a body from connection");
			const body = () => new ReadableStream({ pull: (controller) => controller.error(cause) });
			const own = () => Promise.resolve(new Response(body()));
			const fetch = limitedFetch({ allowHttp: true, fetch: own, limits });
			const read = async () => (await fetch(HERE)).text();
			await expect(read()).rejects.toMatchObject({ message: "terminated", cause });
		}
	});
});

describe("what goes wrong", () => {
	const failure = async (send = fetch, init?: RequestInit) => {
		try {
			await (await send(`${HERE}/start`, init)).text();
		} catch (error) {
			return error;
		}
		return null;
	};
	const answers: [string, Listener, string][] = [
		["no answer", () => {}, "TimeoutError"],
		["a dropped connection", (response) => response.destroy(), "TypeError: fetch failed"],
		["garbage", (response) => response.socket?.end("garbage"), "TypeError: fetch failed"],
		[
			"a status that there isn't",
			(response) => response.socket?.end("HTTP/1.1 999 Yes\r\ncontent-length: 0\r\n\r\n"),
			"TypeError: fetch failed",
		],
		[
			"half a body",
			(response) =>
				void response.writeHead(200, { "content-length": 9 }).write("1", () => response.destroy()),
			"TypeError: terminated",
		],
		["a body that stops", (response) => response.write("1"), "TimeoutError"],
		[
			"a gzip that is none",
			(response) => response.writeHead(200, { "content-encoding": "gzip" }).end("text"),
			"TypeError: terminated",
		],
	];
	test.each(answers)("%s", async (_name, answer, expected) => {
		listener = answer;
		for (const send of [fetch, call]) {
			expect(String(await failure(send))).toMatch(new RegExp(`^${expected}`));
		}
	});

	test("a caller's own reason stays its own", async () => {
		listener = () => {};
		const reason = new Error("never mind");
		expect(await failure(fetch, { signal: AbortSignal.abort(reason) })).toBe(reason);
		const controller = new AbortController();
		setTimeout(() => controller.abort(reason), 50);
		expect(await failure(fetch, { signal: controller.signal })).toBe(reason);
		listener = (response) => response.write("1");
		setTimeout(() => late.abort(reason), 50);
		const late = new AbortController();
		expect(await failure(call, { signal: late.signal })).toBe(reason);
	});

	test("a caller's own mistake is told as it is", async () => {
		await expect(fetch("http://[bad")).rejects.toThrow(/Invalid URL|parse URL/);
		await expect(fetch(HERE, { headers: { x: "中文" } })).rejects.not.toThrow("fetch failed");
	});
});

describe("how much is read", () => {
	const json = { "content-type": "application/json" };
	const tooLarge = { name: "AnswerTooLargeError" };
	const say = (body: string | Buffer, status = 200, headers = {}) => {
		listener = (response) => response.writeHead(status, { ...json, ...headers }).end(body);
	};

	test("of a document 64 kB, unpacked", async () => {
		say(`"${"x".repeat(65_534)}"`);
		expect(await (await fetch(HERE)).json()).toHaveLength(65_534);
		say(`"${"x".repeat(65_535)}"`);
		await expect(fetch(HERE)).rejects.toMatchObject(tooLarge);
		say(gzipSync(`"${"x".repeat(65_535)}"`), 200, { "content-encoding": "gzip" });
		await expect(fetch(HERE)).rejects.toMatchObject(tooLarge);
	});

	test("of a document 500 values", async () => {
		const list = (length: number) => JSON.stringify(Array.from({ length }, (_, i) => i));
		say(list(500));
		expect(await (await fetch(HERE)).json()).toHaveLength(500);
		say(list(501));
		await expect(fetch(HERE)).rejects.toMatchObject(tooLarge);
		expect(await (await call(HERE)).json()).toHaveLength(501);
	});

	test("of an answer of XRPC 8 MB", async () => {
		const patient = limitedFetch({ allowHttp: true, limits: XRPC, timeout: 30_000 });
		say(Buffer.alloc(8 * 1024 * 1024));
		expect((await (await patient(HERE)).arrayBuffer()).byteLength).toBe(8 * 1024 * 1024);
		say(Buffer.alloc(8 * 1024 * 1024 + 1));
		await expect((await patient(HERE)).arrayBuffer()).rejects.toMatchObject(tooLarge);
	});

	test("nothing of what says itself that it is too large", async () => {
		for (const [send, size] of [[fetch, 65_537] as const, [call, 8 * 1024 * 1024 + 1] as const]) {
			listener = (response) => response.writeHead(200, { "content-length": size }).write("x");
			const before = performance.now();
			await expect(send(HERE)).rejects.toMatchObject(tooLarge);
			expect(performance.now() - before).toBeLessThan(400);
		}
		// A HEAD has no body that could be.
		listener = (response) => response.writeHead(200, { "content-length": 1e9 }).end();
		expect((await call(HERE, { method: "HEAD" })).headers.get("content-length")).toBe("1000000000");
	});

	test("of a refusal's large page its status", async () => {
		for (const body of ["x".repeat(65_537), `[${"1,".repeat(600)}1]`]) {
			say(body, 404);
			const response = await fetch(HERE);
			expect([response.status, await response.text()]).toEqual([404, ""]);
		}
	});
});
