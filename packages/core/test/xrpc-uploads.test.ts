import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "@better-auth-bsky/devnet";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bskyErrorCode } from "../src/errors.ts";
import { type App, type Browser, expire, newPerson, PIXEL, startApp, useNetwork } from "./kit.ts";

const KB = 1024;
const network = await useNetwork({ pdsCount: 2 });
const UPLOAD = "/api/auth/bsky/xrpc/com.atproto.repo.uploadBlob";

let app: App;
let browser: Browser;
let person: Account;

const MADE = {
	plugin: { xrpc: { allow: ["com.atproto.repo.*", "com.atproto.server.getSession"] } },
};

beforeAll(async () => {
	app = await startApp(network, MADE);
	browser = app.browser();
	person = await newPerson(network);
	await browser.signIn(person);
});
afterAll(() => app.close());

/** So many pieces of a picture, with something in between. */
const pieces = (count: number, between: (at: number) => unknown = () => {}) =>
	new ReadableStream<Uint8Array>({
		async start(controller) {
			for (let at = 0; at < count; at++) {
				controller.enqueue(at === 0 ? PIXEL : new Uint8Array(100 * KB));
				await sleep(20);
				await between(at);
			}
			controller.close();
		},
	});

/** The same, for a server. */
async function* parts() {
	for await (const part of pieces(5)) yield part;
}

const upload = (
	body: ReadableStream<Uint8Array>,
	by = browser,
	headers: Record<string, string> = {},
) =>
	by.fetch(UPLOAD, {
		method: "POST",
		headers: { "content-type": "image/png", ...headers },
		body,
		duplex: "half",
	} as RequestInit);

const sizeOf = async (response: Response) => {
	const { blob } = (await response.json()) as { blob?: { size: number } };
	return [response.status, blob?.size];
};

const FIVE = PIXEL.length + 400 * KB;

describe("an upload that can be sent once only", () => {
	test("passes at the first try, with a token and a nonce that are fresh", async () => {
		await expire(app, person.did);
		expect(await sizeOf(await upload(pieces(5)))).toEqual([200, FIVE]);
	});

	test("at a server that wants another nonce each time", async () => {
		using _habit = network.pds.behave("new-nonce-each-answer");
		expect(await sizeOf(await upload(pieces(5)))).toEqual([200, FIVE]);
	});

	test("goes on while the tokens are replaced in the middle", async () => {
		const before = await network.liveTokens(person.did);
		const response = await upload(
			pieces(5, async (at) => {
				if (at !== 2) return;
				await expire(app, person.did);
				expect((await browser.get("/bsky/xrpc/com.atproto.server.getSession")).status).toBe(200);
			}),
		);
		expect(await sizeOf(response)).toEqual([200, FIVE]);
		const after = await network.liveTokens(person.did);
		expect(after[0]?.tokenId).not.toBe(before[0]?.tokenId);
	});

	test("of a session that is revoked between two pieces: that call ends as its server says, the next says so", async () => {
		const own = app.browser();
		const who = await newPerson(network);
		await own.signIn(who);
		const response = await upload(
			pieces(5, async (at) => {
				if (at === 2) await own.post("/bsky/disconnect", {});
			}),
			own,
		);
		expect([200, 401]).toContain(response.status);
		const next = await upload(pieces(2), own);
		expect([next.status, await next.json()]).toEqual([
			next.status === 403 ? 403 : 401,
			expect.objectContaining({ code: next.status === 403 ? "NOT_LINKED" : "SESSION_EXPIRED" }),
		]);
	});

	test("of two accounts of one person at two servers, at once: each is where it belongs", async () => {
		const own = app.browser();
		const [first, second] = [
			await newPerson(network),
			await newPerson(network, { handle: "second.pds2.test" }),
		];
		await own.signIn(first);
		await own.signIn(second, { link: true });
		const calls = Array.from({ length: 12 }, async (_, index) => {
			const { did } = index % 2 ? first : second;
			const named = { "x-bsky-did": did };
			const [uploaded, session] = await Promise.all([
				upload(pieces(1 + (index % 3)), own, named),
				own.fetch("/api/auth/bsky/xrpc/com.atproto.server.getSession", { headers: named }),
			]);
			expect(uploaded.status).toBe(200);
			expect(await session.json()).toMatchObject({ did });
		});
		await Promise.all(calls);
	});
});

describe("on the server", () => {
	const headers = () => ({ cookie: browser.cookie });

	test("a stream passes at the first try, too", async () => {
		await expire(app, person.did);
		const agent = await app.auth.api.getBskyAgent({ headers: headers() });
		const { data } = await agent.uploadBlob(pieces(5) as never, { encoding: "image/png" });
		expect(data.blob.size).toBe(FIVE);
	});

	test.each<[string, () => unknown]>([
		["a stream of Node's", () => Readable.from(parts())],
		["a stream of Node's that has begun", () => Readable.from(parts()).pipe(new PassThrough())],
		["what yields pieces", () => parts()],
	])("so does %s", async (_, body) => {
		await expire(app, person.did);
		using _habit = network.pds.behave("new-nonce-each-answer");
		const { fetchHandler } = await app.auth.api.getBskySessionFetch({ headers: headers() });
		const response = await fetchHandler("/xrpc/com.atproto.repo.uploadBlob", {
			method: "POST",
			headers: { "content-type": "image/png" },
			body: body() as never,
			duplex: "half",
		} as RequestInit);
		expect(await sizeOf(response)).toEqual([200, FIVE]);
	});

	test("what its own stream fails with is what it fails with", async () => {
		const own = new Error("mine");
		const failing = pieces(3, (at) => {
			if (at === 1) throw own;
		});
		const { fetchHandler } = await app.auth.api.getBskySessionFetch({ headers: headers() });
		const call = fetchHandler("/xrpc/com.atproto.repo.uploadBlob", {
			method: "POST",
			headers: { "content-type": "image/png" },
			body: failing,
		});
		await expect(call).rejects.toBe(own);
	});

	test("a plain fetch acts as a person, for any client", async () => {
		const { did, fetchHandler } = await app.auth.api.getBskySessionFetch({ headers: headers() });
		expect(did).toBe(person.did);
		const response = await fetchHandler("/xrpc/com.atproto.server.getSession");
		expect(await response.json()).toMatchObject({ did });
		expect(
			await sizeOf(
				await fetchHandler("/xrpc/com.atproto.repo.uploadBlob", {
					method: "POST",
					headers: { "content-type": "image/png" },
					body: pieces(5),
				}),
			),
		).toEqual([200, FIVE]);
		for (const path of [
			"//evil.example/xrpc/x",
			"http://evil.example/xrpc/x",
			"https:evil.example",
		]) {
			await expect(fetchHandler(path), path).rejects.toThrow(TypeError);
		}
		const job = await app.auth.api.getBskySessionFetch({ trustedDid: did });
		expect(job.did).toBe(did);
		const nobody = app.auth.api.getBskySessionFetch({ headers: {} });
		await expect(nobody).rejects.toMatchObject({ body: { code: "UNAUTHORIZED" } });
		const stranger = await newPerson(network);
		const theirs = await app.auth.api
			.getBskySessionFetch({ headers: headers(), did: stranger.did })
			.catch(bskyErrorCode);
		expect(theirs).toBe("NOT_LINKED");
	});
});

afterEach(() => {
	for (const line of app.logs) expect(line).not.toMatch(/DPoP |eyJ/);
});
