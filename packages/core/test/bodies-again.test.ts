import { expect, test } from "vitest";
import { openApps, signIn, useWorld } from "./accounts-kit.ts";

const world = await useWorld();
const open = openApps(world);

/** Somebody's calls, at a server that asks for another nonce in the middle of the next one. */
async function calls() {
	const person = await world.newPerson();
	let isFirst = true;
	person.xrpc = async (request, response) => {
		let length = 0;
		for await (const part of request) length += part.length;
		const headers = { "content-type": "application/json", "dpop-nonce": crypto.randomUUID() };
		if (isFirst) {
			isFirst = false;
			const said = { ...headers, "www-authenticate": 'DPoP error="use_dpop_nonce"' };
			response.writeHead(401, said).end('{"error":"use_dpop_nonce"}');
		} else response.writeHead(200, headers).end(JSON.stringify({ length }));
	};
	const app = await open();
	const browser = app.browser();
	await signIn(browser, person);
	const made = await app.auth.api.getBskySessionFetch({ headers: { cookie: browser.cookie } });
	return { person, ...made };
}

const LARGE = new Uint8Array(3_000_000);

test.each<[string, NonNullable<RequestInit["body"]>]>([
	["a text", "a".repeat(LARGE.length)],
	["a Blob", new Blob([LARGE])],
	["bytes", LARGE],
	["a view of them", new DataView(LARGE.buffer)],
])("a large body that can be read again is sent again: %s", async (_name, body) => {
	const { fetchHandler } = await calls();
	const response = await fetchHandler("/xrpc/xyz.evil.method", { method: "POST", body });
	expect([response.status, await response.json()]).toEqual([200, { length: LARGE.length }]);
});

test("a path may be a URL of the person's own server", async () => {
	const { person, fetchHandler } = await calls();
	const url = new URL("/xrpc/xyz.evil.method", person.origin);
	expect((await fetchHandler(url as never)).status).toBe(200);
});
