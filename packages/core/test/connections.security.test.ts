import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DOCUMENT } from "../src/base/bounded-answer.ts";
import { limitedFetch } from "../src/base/fetch.ts";
import { searchActors } from "../src/identity/actors.ts";
import { type Internet, openInternet } from "./internet.ts";

let internet: Internet;
beforeEach(() => {
	internet = openInternet();
});
afterEach(() => internet[Symbol.dispose]());

const json = (body: unknown) => (_request: IncomingMessage, response: ServerResponse) =>
	void response.setHeader("keep-alive", "timeout=600").end(JSON.stringify(body));

const dialled = (name: string) => internet.dialled.filter((to) => to === `${name}:443`).length;

test("suggestions use connections again, also after answers that are none", async () => {
	let n = 0;
	await internet.publish("appview.honest", (request, response) => {
		if (++n % 3 === 0) response.writeHead(500).end("x".repeat(1000));
		else json({ actors: [] })(request, response);
	});
	for (let i = 0; i < 100; i++) {
		const search = searchActors(new URL("https://appview.honest"), `a${i}.test`, 6, {
			allowHttp: false,
		});
		await search.catch(() => {});
	}
	expect(n).toBe(200);
	// Two for each: the search, and the account of that very name.
	expect(dialled("appview.honest")).toBeLessThanOrEqual(4);
});

/** Says nothing, and counts who is there. */
function silence() {
	const there = new Set<unknown>();
	const seen = { now: there, most: 0 };
	const listener: RequestListener = ({ socket }) => {
		there.add(socket);
		seen.most = Math.max(seen.most, there.size);
		socket.on("close", () => there.delete(socket));
	};
	return { seen, listener };
}

const TIMEOUT = 5000;
const fetch = limitedFetch({ allowHttp: false, limits: DOCUMENT, timeout: TIMEOUT });
/** So many handshakes take a busy machine some seconds. */
const patient = limitedFetch({ allowHttp: false, limits: DOCUMENT, timeout: 9500 });
const timesOut = (url: string, ask = fetch) =>
	expect(ask(url)).rejects.toMatchObject({ name: "TimeoutError" });

test("a silent server gets a hundred connections, and holds up nobody else", async () => {
	const { seen, listener } = silence();
	await internet.publish("silent.evil", listener);
	await internet.publish("quick.honest", json({}));
	const all = Promise.all(Array.from({ length: 300 }, () => timesOut("https://silent.evil/")));
	await expect.poll(() => seen.most, { timeout: TIMEOUT - 500 }).toBe(100);
	const before = performance.now();
	expect((await fetch("https://quick.honest/")).status).toBe(200);
	expect(performance.now() - before).toBeLessThan(1000);
	await all;
	expect(seen.most).toBe(100);
	await expect.poll(() => seen.now.size).toBe(0);
});

test("the ports of a host are no hosts of their own", async () => {
	const { seen, listener } = silence();
	const ports = [443, 8443, 9443];
	for (const port of ports) await internet.publish("silent.evil", listener, port);
	const all = ports.flatMap((port) =>
		Array.from({ length: 60 }, () => timesOut(`https://silent.evil:${port}/`, patient)),
	);
	await Promise.all(all);
	expect(seen.most).toBe(100);
	await expect.poll(() => seen.now.size).toBe(0);
});

test("all servers together get five hundred and twelve", async () => {
	const { seen, listener } = silence();
	const names = Array.from({ length: 7 }, (_, i) => `silent-${i}.evil`);
	for (const name of names) await internet.publish(name, listener);
	const all = names.flatMap((name) =>
		Array.from({ length: 100 }, () => timesOut(`https://${name}/`, patient)),
	);
	await Promise.all(all);
	expect(seen.most).toBeGreaterThan(300);
	expect(seen.most).toBeLessThanOrEqual(512);
	await expect.poll(() => seen.now.size, { timeout: 20_000 }).toBe(0);
	// And then everybody else is served again.
	await internet.publish("quick.honest", json({}));
	expect((await fetch("https://quick.honest/")).status).toBe(200);
});
