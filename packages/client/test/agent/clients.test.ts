import { Client as AtcuteClient, ok } from "@atcute/client";
import { Agent } from "@atproto/api";
import { Client as LexClient } from "@atproto/lex-client";
import type { Account } from "@better-auth-bsky/devnet";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type App, newPerson, PIXEL, startApp, useNetwork } from "../../../core/test/kit.ts";
import {
	type BskyAgent,
	bskyErrorCode,
	createBskyAgent,
	missingScope,
} from "../../src/agent/index.ts";
import { createBskySession } from "../../src/session/index.ts";
import { openPage, type Page } from "../page.ts";
import "@atcute/atproto";

const STATUS = "xyz.statusphere.status";
const DESCRIBE = "com.atproto.server.describeServer";
const SESSION = "com.atproto.server.getSession";
const PLAIN = { plugin: { xrpc: { allow: ["com.atproto.repo.*", SESSION] } } };

const network = await useNetwork();
let app: App;
let page: Page;
let alice: Account;
let browser: ReturnType<App["browser"]>;
let fetch: typeof globalThis.fetch;
/** What the browser sent: the method and the path, and whether as whom. */
let sent: string[];

beforeAll(async () => {
	app = await startApp(network, PLAIN);
});
afterAll(() => app.close());
beforeEach(async () => {
	await use(app);
});
afterEach(() => page.close());

async function use(own: App): Promise<void> {
	page = openPage(`${own.origin}/`);
	browser = own.browser();
	alice = await newPerson(network);
	await browser.signIn(alice);
	sent = [];
	fetch = (input, init) => {
		const { pathname } = new URL(String(input), own.origin);
		const { method = "GET", credentials } = init ?? {};
		const did = new Headers(init?.headers).get("x-bsky-did");
		sent.push([method.toUpperCase(), pathname, credentials, did].filter(Boolean).join(" "));
		return browser.fetch(String(input), init);
	};
}

const status = () =>
	({ $type: STATUS, status: "👍", createdAt: new Date().toISOString() }) as const;

/** What somebody's own server has of them. */
async function statusesOf(account: Account): Promise<unknown[]> {
	const reader = new Agent(account.pds.url);
	const { data } = await reader.com.atproto.repo.listRecords({
		repo: account.did,
		collection: STATUS,
	});
	return data.records.map(({ value }) => value.status);
}

interface Reached {
	/** Reads who is signed in. */
	read(): Promise<unknown>;
	/** Writes a record, as whoever it is. */
	write(signal?: AbortSignal): Promise<unknown>;
	/** Uploads a picture; gives its size. */
	upload(): Promise<number>;
	/** Calls what the app doesn't let a browser call. */
	refused(): Promise<unknown>;
}

/** The same with each client, made of the agent as it is. */
const CLIENTS: [name: string, make: (agent: BskyAgent) => Reached][] = [
	[
		"@atproto/api",
		(agent) => {
			const client = new Agent(agent);
			const { repo, server } = client.com.atproto;
			return {
				read: async () => (await server.getSession()).data.did,
				write: (signal) =>
					repo.createRecord(
						{ repo: client.assertDid, collection: STATUS, record: status() },
						signal && { signal },
					),
				upload: async () =>
					(await client.uploadBlob(new Blob([PIXEL], { type: "image/png" }))).data.blob.size,
				refused: () => server.describeServer(),
			};
		},
	],
	[
		"@atproto/lex-client",
		(agent) => {
			const client = new LexClient(agent);
			return {
				read: async () => (await client.listRecords(STATUS)).body.records.length >= 0 && client.did,
				write: (signal) => client.createRecord(status(), undefined, signal && { signal }),
				async upload() {
					const { body } = await client.uploadBlob(PIXEL, { encoding: "image/png" });
					return Number(Object(body.blob).size);
				},
				refused: () =>
					client.getBlob(
						client.assertDid,
						"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
					),
			};
		},
	],
	[
		"@atcute/client",
		({ did, fetchHandler }) => {
			const client = new AtcuteClient({ handler: fetchHandler });
			if (!did) throw new Error("The DID isn't known.");
			return {
				read: async () => (await ok(client.get(SESSION))).did,
				write: (signal) =>
					ok(
						client.post("com.atproto.repo.createRecord", {
							input: { repo: did, collection: STATUS, record: status() },
							...(signal && { signal }),
						}),
					),
				async upload() {
					const { blob } = await ok(
						client.post("com.atproto.repo.uploadBlob", {
							input: new Blob([PIXEL], { type: "image/png" }),
						}),
					);
					return blob.size;
				},
				refused: () => ok(client.get(DESCRIBE)),
			};
		},
	],
];

describe.each(CLIENTS)("%s", (_, make) => {
	const own = () => make(createBskyAgent({ fetch, did: alice.did }));

	test("reads and writes as whoever is signed in", async () => {
		const client = own();
		expect(await client.read()).toBe(alice.did);
		await client.write();
		expect(await statusesOf(alice)).toEqual(["👍"]);
		expect(sent.length).toBe(2);
		for (const line of sent)
			expect(line).toMatch(
				/^(GET|POST) \/api\/auth\/bsky\/xrpc\/com\.atproto\.[\w.]+ include did:plc:/,
			);
	});

	test("uploads a picture", async () => {
		expect(await own().upload()).toBe(PIXEL.byteLength);
	});

	test("is refused with a code of ours", async () => {
		const error = await own()
			.refused()
			.catch((error: unknown) => error);
		expect(error).toBeInstanceOf(Error);
		expect(bskyErrorCode(error)).toBe("METHOD_NOT_ALLOWED");
		expect(missingScope(error)).toBeUndefined();
	});

	test("what its server refuses is that server's answer, without a code", async () => {
		const error = await new Agent(createBskyAgent({ fetch, did: alice.did })).com.atproto.repo
			.getRecord({ repo: alice.did, collection: STATUS, rkey: "nothing" })
			.catch((error: unknown) => error);
		expect(error).toMatchObject({ status: 400, error: "RecordNotFound" });
		expect(bskyErrorCode(error)).toBeUndefined();
	});

	test("nobody is signed in", async () => {
		browser = app.browser();
		expect(
			bskyErrorCode(
				await own()
					.write()
					.catch((error) => error),
			),
		).toBe("UNAUTHORIZED");
	});

	test("is given up", async () => {
		const life = new AbortController();
		const writing = own().write(life.signal);
		life.abort();
		await expect(writing).rejects.toThrow();
		expect(await statusesOf(alice)).toEqual([]);
	});

	test("lacks a scope, which is named", async () => {
		await page.close();
		const narrow = await startApp(network, {
			plugin: {
				...PLAIN.plugin,
				clientMetadata: { scope: `atproto repo:${STATUS}` },
				signInScope: "atproto",
			},
		});
		await use(narrow);
		const error = await own()
			.write()
			.catch((error: unknown) => error);
		expect(bskyErrorCode(error)).toBe("SCOPE_MISSING");
		expect(missingScope(error)).toBe(`repo:${STATUS}?action=create`);
		await narrow.close();
	});

	test("an ended session has its code, and the page hears of it", async () => {
		const session = createBskySession({ fetch });
		const stop = session.$state.listen(() => {});
		await expect.poll(() => session.$state.get().data?.active).toBe(true);
		await network.revoke(alice.handle);
		expect(
			bskyErrorCode(
				await own()
					.write()
					.catch((error) => error),
			),
		).toBe("SESSION_EXPIRED");
		await expect
			.poll(() => session.$state.get().data)
			.toMatchObject({ active: false, did: alice.did });
		stop();
	});
});
