import { afterAll, describe, expect, test } from "vitest";
import { DOCUMENT, XRPC } from "../src/base/bounded-answer.ts";
import { limitedFetch } from "../src/base/fetch.ts";
import { FaultServer } from "./faults-server.ts";

const server = await FaultServer.start();
afterAll(() => server.close());

const fetch = limitedFetch({ allowHttp: true, limits: XRPC });
const fetchDocument = limitedFetch({ allowHttp: true, limits: DOCUMENT });
const read = async (fault: string, init?: RequestInit, from = fetch) =>
	(await from(`${server.url}/${fault}`, init)).text();

/** How much memory the process takes at most while it waits, beyond what it had, in bytes. */
async function memoryDuring(work: Promise<unknown>): Promise<number> {
	const before = process.memoryUsage().rss;
	let peak = before;
	const timer = setInterval(() => {
		peak = Math.max(peak, process.memoryUsage().rss);
	}, 5);
	await work.finally(() => clearInterval(timer));
	return Math.max(peak, process.memoryUsage().rss) - before;
}

describe.each([
	["an answer of XRPC", fetch],
	["a document", fetchDocument],
])("%s", (_what, from) => {
	test.each(["huge", "huge in chunks", "endless", "bomb"])(
		"%s: cut at the size limit",
		async (fault) => {
			// Once to warm up: the first answer of any size costs some memory.
			await expect(read(fault, {}, from)).rejects.toThrow("Response too large");
			const work = expect(read(fault, {}, from)).rejects.toThrow("Response too large");
			expect(await memoryDuring(work)).toBeLessThan(100_000_000);
		},
	);
});

test("a body that nobody reads is not loaded", async () => {
	const grown = await memoryDuring(
		(async () => {
			const response = await fetch(`${server.url}/endless`);
			await new Promise((resolve) => setTimeout(resolve, 1000));
			await response.body?.cancel();
		})(),
	);
	expect(grown).toBeLessThan(50_000_000);
});

test.concurrent.each(["hang", "drip"])("%s: cut after ten seconds", async (fault) => {
	const start = performance.now();
	await expect(read(fault)).rejects.toThrow(/aborted/);
	const seconds = (performance.now() - start) / 1000;
	expect(seconds).toBeGreaterThan(9);
	expect(seconds).toBeLessThan(15);
});

test("a POST is not redirected", async () => {
	const post = { method: "POST", body: "refresh_token=secret" };
	await expect(read("redirect/post", post)).rejects.toThrow("fetch failed");
	expect(server.strayed("post")).toEqual([]);
	const request = new Request(`${server.url}/redirect/post`, post);
	await expect(fetch(request)).rejects.toThrow("fetch failed");
	expect(server.strayed("post")).toEqual([]);
});

test("a GET is, and takes no token along to another server", async () => {
	const headers = { authorization: "DPoP secret", cookie: "a=secret" };
	expect(await read("redirect/get", { headers })).toBe("{}");
	const [strayed, ...more] = server.strayed("get");
	expect(more).toEqual([]);
	expect(strayed?.method).toBe("GET");
	expect(JSON.stringify(strayed)).not.toContain("secret");
});
