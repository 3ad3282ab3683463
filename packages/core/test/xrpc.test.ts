import type { Account } from "@better-auth-bsky/devnet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { XrpcOptions } from "../src/xrpc-options.ts";
import {
	ALICE,
	type App,
	BOB,
	type Browser,
	newPerson,
	PIXEL,
	startApp,
	useNetwork,
} from "./kit.ts";

const network = await useNetwork({ pdsCount: 2 });

const POST = "app.bsky.feed.post";
const STATUS = "xyz.statusphere.status";

const allow: XrpcOptions["allow"] = [
	"app.bsky.actor.*",
	"com.atproto.repo.*",
	"com.atproto.server.getSession",
	{ nsid: "com.atproto.repo.createRecord", collections: [POST, STATUS] },
	{ nsid: "com.atproto.repo.applyWrites", collections: [STATUS] },
	"com.atproto.sync.getBlob",
	"com.atproto.sync.getRepo",
];

let app: App;
let alice: Account;
let bob: Account;
let browser: Browser;

beforeAll(async () => {
	alice = await network.createAccount(ALICE);
	bob = await network.createAccount({ ...BOB, handle: "bob.pds2.test" });
	app = await startApp(network, { plugin: { xrpc: { allow } } });
	browser = app.browser();
	await browser.signIn(bob);
	await browser.signIn(alice, { link: true });
	await browser.post("/bsky/switch", { did: alice.did });
});
afterAll(() => app.close());

const call = (path: string, init: RequestInit = {}, by = browser) =>
	by.fetch(`/api/auth/bsky/xrpc/${path}`, init);

const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

const post = (nsid: string, body: unknown, headers: Record<string, string> = {}) =>
	call(nsid, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body: JSON.stringify(body),
	});

const record = (repo: string, collection = STATUS) => ({
	repo,
	collection,
	record: { $type: collection, status: "👍", createdAt: new Date().toISOString() },
});

test("reads, as the account that the session acts as", async () => {
	const response = await call("com.atproto.server.getSession");
	expect(response.status).toBe(200);
	expect(await json(response)).toMatchObject({ did: alice.did, handle: alice.handle });
	expect(Object.fromEntries(response.headers)).toMatchObject({
		"content-type": "application/json",
		"cache-control": "private, no-store",
		"x-content-type-options": "nosniff",
		"content-security-policy": "default-src 'none'; sandbox",
		"cross-origin-resource-policy": "same-origin",
	});
});

test("and as another one of theirs, which the request names", async () => {
	const response = await call("com.atproto.server.getSession", {
		headers: { "x-bsky-did": bob.did },
	});
	expect(await json(response)).toMatchObject({ did: bob.did });
	const stranger = await newPerson(network);
	for (const did of [stranger.did, "did:plc:x", "", "alice.test"]) {
		const refused = await call("com.atproto.server.getSession", { headers: { "x-bsky-did": did } });
		expect([refused.status, (await json(refused)).code]).toEqual([403, "NOT_LINKED"]);
	}
});

test("writes a record, which its server then has", async () => {
	const written = await json(await post("com.atproto.repo.createRecord", record(alice.did)));
	expect(written.uri).toContain(`at://${alice.did}/${STATUS}/`);
	const rkey = String(written.uri).split("/").pop();
	const read = await call(
		`com.atproto.repo.getRecord?repo=${alice.did}&collection=${STATUS}&rkey=${rkey}`,
	);
	expect(await json(read)).toMatchObject({ value: { status: "👍" } });
});

test("where a server knows no AppView by itself, it is asked to forward to Bluesky's", async () => {
	const profile = () => call(`app.bsky.actor.getProfile?actor=${alice.did}`);
	using _habit = network.pds.behave("no-appview-forwarding");
	expect(await json(await profile())).toMatchObject({ did: alice.did });
});

test("uploads a picture, and gives it back as it is", async () => {
	const uploaded = await call("com.atproto.repo.uploadBlob", {
		method: "POST",
		headers: { "content-type": "image/png" },
		body: PIXEL,
	});
	expect(uploaded.status).toBe(200);
	const { blob } = (await uploaded.json()) as { blob: { ref: { $link: string } } };
	const write = await post("com.atproto.repo.createRecord", {
		repo: alice.did,
		collection: POST,
		record: {
			$type: POST,
			text: "look",
			createdAt: new Date().toISOString(),
			embed: { $type: "app.bsky.embed.images", images: [{ alt: "A pixel", image: blob }] },
		},
	});
	expect(write.status).toBe(200);
	const read = await call(`com.atproto.sync.getBlob?did=${alice.did}&cid=${blob.ref.$link}`);
	expect(read.headers.get("content-type")).toBe("image/png");
	expect(read.headers.get("content-disposition")).toBe("attachment");
	expect(Buffer.from(await read.arrayBuffer()).equals(PIXEL)).toBe(true);
});

describe("nobody", () => {
	test("who isn't signed in", async () => {
		const response = await call("com.atproto.server.getSession", {}, app.browser());
		expect([response.status, await json(response)]).toEqual([
			401,
			{ error: "AuthMissing", message: "Nobody is signed in.", code: "UNAUTHORIZED" },
		]);
	});

	test("who has connected no account", async () => {
		const eve = app.browser();
		await eve.signUpWithEmail("eve@example.com");
		const response = await call("com.atproto.server.getSession", {}, eve);
		expect([response.status, (await json(response)).code]).toEqual([403, "NOT_LINKED"]);
	});
});
