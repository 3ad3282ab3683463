import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { publicFetch } from "./public-fetch.ts";

/** Says how long a body is that it got, and how long it was said to be. */
const server = createServer(async (request, response) => {
	let size = 0;
	for await (const chunk of request) size += chunk.length;
	response.end(JSON.stringify([size, request.headers["content-length"] ?? null]));
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
afterAll(() => {
	server.closeAllConnections();
	server.close();
});
// An address in place of a name: there is nothing to look up, so nothing is refused here.
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const MB = 1024 * 1024;

function streamOf(chunks: number) {
	let left = chunks;
	return new ReadableStream<Uint8Array>({
		pull(controller) {
			if (left-- > 0) controller.enqueue(new Uint8Array(MB));
			else controller.close();
		},
	});
}

async function post(body: NonNullable<RequestInit["body"]> | null): Promise<unknown> {
	const request = new Request(url, { method: "POST", body, duplex: "half" });
	const answer = await publicFetch(request, AbortSignal.timeout(10_000));
	const reader = answer.body?.getReader();
	return JSON.parse(new TextDecoder().decode((await reader?.read())?.value));
}

test("a body of a usual size goes out with its length", async () => {
	expect(await post("code=1")).toEqual([6, "6"]);
	expect(await post(new Uint8Array(3 * MB))).toEqual([3 * MB, `${3 * MB}`]);
	expect(await post(streamOf(8))).toEqual([8 * MB, `${8 * MB}`]);
	expect(await post(null)).toEqual([0, "0"]);
});

test("a larger one as it comes", async () => {
	expect(await post(new Uint8Array(20 * MB))).toEqual([20 * MB, null]);
	expect(await post(streamOf(12))).toEqual([12 * MB, null]);
});

test("one that never comes is not waited for longer than the request may take", async () => {
	const body = new ReadableStream<Uint8Array>();
	const request = new Request(url, { method: "POST", body, duplex: "half" });
	const reason = new Error("time is up");
	const controller = new AbortController();
	setTimeout(() => controller.abort(reason), 50);
	await expect(publicFetch(request, controller.signal)).rejects.toBe(reason);
});
