import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EvilServer, newDid, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, startApp } from "./kit.ts";

const STATUS = "xyz.statusphere.status";
const OTHER = "app.bsky.feed.post";
const CREATE = "com.atproto.repo.createRecord";
const APPLY = "com.atproto.repo.applyWrites";

let mallory: EvilServer & { close(): Promise<void> };
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let browser: Browser;
/** Bodies that have come. */
let came: string[];
/** What they are said to be, and where they have come to. */
let saidOf: { type: string | undefined; url: string | undefined }[];

beforeAll(async () => {
	mallory = await startEvilServer();
	world = await startDirectories([mallory]);
	app = await startApp(world, {
		plugin: {
			xrpc: {
				allow: [
					"com.atproto.repo.*",
					...[CREATE, APPLY].map((nsid) => ({ nsid, collections: [STATUS] })),
				],
			},
		},
	});
	browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
});
afterAll(() => Promise.all([app.close(), mallory.close(), world.close()]));
beforeEach(() => {
	came = [];
	saidOf = [];
	mallory.xrpc = async (request, response) => {
		saidOf.push({ type: request.headers["content-type"], url: request.url });
		let text = "";
		for await (const part of request) text += part;
		came.push(text);
		response.writeHead(200, { "content-type": "application/json" }).end("{}");
	};
});

const write = (nsid: string, body: string | Uint8Array<ArrayBuffer>, type = "application/json") =>
	browser.fetch(`/api/auth/bsky/xrpc/${nsid}`, {
		method: "POST",
		headers: { "content-type": type },
		body,
	});

const own = (fields: object = {}) =>
	JSON.stringify({ repo: mallory.did, collection: STATUS, ...fields });
const writes = (...collections: unknown[]) =>
	JSON.stringify({ repo: mallory.did, writes: collections.map((collection) => ({ collection })) });

test.each([
	[CREATE, () => own()],
	["com.atproto.repo.putRecord", () => own({ collection: OTHER })],
	["com.atproto.repo.deleteRecord", () => own({ collection: OTHER })],
	[APPLY, () => writes(STATUS, STATUS)],
	[APPLY, () => writes()],
])("%s of what is allowed goes through", async (nsid, body) => {
	expect((await write(nsid, body())).status).toBe(200);
	expect(came).toEqual([body()]);
});

const NAMES = [CREATE, "com.atproto.repo.putRecord", "com.atproto.repo.deleteRecord", APPLY];

test.each(
	NAMES.flatMap((nsid) =>
		[newDid(), "mallory.test", "", null, undefined, 5, ["DID"], { did: 1 }].map(
			(repo) => [nsid, repo] as const,
		),
	),
)("%s in the repository %j is refused here", async (nsid, repo) => {
	const body = own({ repo, writes: [{ collection: STATUS }] });
	const response = await write(nsid, body.replace("DID", mallory.did));
	expect([response.status, await response.json()]).toEqual([
		403,
		expect.objectContaining({ error: "Forbidden", code: "NOT_YOUR_REPO" }),
	]);
	expect(came).toEqual([]);
});

test.each<[string, () => string]>([
	[CREATE, () => own({ collection: OTHER })],
	[CREATE, () => own({ collection: `${STATUS}.x` })],
	[CREATE, () => own({ collection: STATUS.toUpperCase() })],
	[CREATE, () => own({ collection: [STATUS] })],
	[CREATE, () => own({ collection: undefined })],
	[CREATE, () => own({ collection: OTHER, writes: [{ collection: STATUS }] })],
	[APPLY, () => writes(STATUS, OTHER)],
	[APPLY, () => writes(undefined)],
])("%s in another collection is refused: %#", async (nsid, body) => {
	const response = await write(nsid, body());
	expect([response.status, await response.json()]).toEqual([
		403,
		expect.objectContaining({ code: "METHOD_NOT_ALLOWED" }),
	]);
	expect(came).toEqual([]);
});

const fill = (make: (n: number) => string) => {
	const parts = Array.from({ length: 60_000 }, (_, n) => make(n)).join();
	return parts.slice(0, parts.lastIndexOf(",", 1_000_000));
};

test.each<[string, () => string]>([
	["names that nobody has had yet", () => `[${fill((n) => `{"k${n}":1}`)}]`],
	["as many in one object", () => `[{${fill((n) => `"k${n}":1`)}}]`],
	["nothing in each", () => `[${"{},".repeat(330_000)}{}]`],
	["numbers", () => `[{"a":[${"1.5,".repeat(240_000)}1]}]`],
])("a body that costs too much to be read, of %s, is refused", async (_, json) => {
	const body = own({ writes: "HERE" }).replace('"HERE"', json());
	const response = await write(APPLY, body);
	expect([response.status, await response.json()]).toEqual([
		400,
		expect.objectContaining({ code: "BODY_INVALID" }),
	]);
	expect(came).toEqual([]);
});

test("two hundred posts at once go through, with all that posts may have", async () => {
	const link = (n: number) => ({ $type: "app.bsky.richtext.facet#link", uri: `https://a.b/${n}` });
	const image = {
		alt: "an image ".repeat(10),
		aspectRatio: { width: 4, height: 3 },
		image: { $type: "blob", ref: { $link: "bafkrei" }, mimeType: "image/jpeg", size: 123456 },
	};
	const value = {
		text: "x".repeat(300),
		langs: ["en", "de"],
		facets: Array.from({ length: 8 }, (_, n) => ({
			index: { byteStart: n, byteEnd: n + 5 },
			features: [link(n)],
		})),
		embed: { $type: "app.bsky.embed.images", images: Array(4).fill(image) },
	};
	const body = own({ writes: Array(200).fill({ collection: STATUS, value }) });
	expect((await write(APPLY, body)).status).toBe(200);
});

test("of a member that is there twice, the one that was looked at is sent", async () => {
	const twice = own().replace("{", `{"repo":"${newDid()}","collection":"${OTHER}",`);
	expect((await write(CREATE, twice)).status).toBe(200);
	expect(JSON.parse(came[0] ?? "")).toEqual({ repo: mallory.did, collection: STATUS });
	expect(came[0]?.match(/repo/g)).toHaveLength(1);
	const reversed = own().replace("}", `,"collection":"${OTHER}"}`);
	expect((await write(CREATE, reversed)).status).toBe(403);
});

test.each<[string, string | Uint8Array<ArrayBuffer>]>([
	["nothing", ""],
	["no JSON", "{"],
	["a list", "[]"],
	["null", "null"],
	["a text", '"x"'],
	["letters that are none", new Uint8Array([0x7b, 0xff, 0x7d])],
	["what is nested without an end", `{"repo":${"[".repeat(400_000)}`],
	["what is nested deeply", `{"repo":"x","a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`],
])("a body of %s is none", async (_what, body) => {
	const response = await write(CREATE, body);
	expect([response.status, await response.json()]).toEqual([
		response.status === 403 ? 403 : 400,
		expect.objectContaining({ code: response.status === 403 ? "NOT_YOUR_REPO" : "BODY_INVALID" }),
	]);
	expect(came).toEqual([]);
});

test.each([
	["9007199254740991", 200],
	["-9007199254740991", 200],
	["0.5", 200],
	["1.0", 200],
	["9007199254740993", 400],
	["-9223372036854775808", 400],
	["12345678901234567890", 400],
	["1e999", 400],
	["-1e999", 400],
])("no number becomes another one: %s", async (number, status) => {
	const body = own({ record: { deep: [{ n: "N" }] } }).replace('"N"', number);
	const response = await write(CREATE, body);
	expect(response.status).toBe(status);
	if (status === 200) expect(JSON.parse(came[0] ?? "")).toEqual(JSON.parse(body));
	else
		expect([await response.json(), came]).toEqual([
			expect.objectContaining({ code: "BODY_INVALID" }),
			[],
		]);
});

test.each([0, 5, "x", null, {}, [null], [5], ["x"], [[]]])("writes of %j are none", async (all) => {
	const response = await write(APPLY, JSON.stringify({ repo: mallory.did, writes: all }));
	expect(response.status).toBe(400);
	expect(came).toEqual([]);
});

test("a body of any other type is read as the JSON that it has to be", async () => {
	for (const type of ["text/plain", "application/cbor", "multipart/form-data; boundary=x"]) {
		expect((await write(CREATE, own({ repo: newDid() }), type)).status).toBe(403);
		expect((await write(CREATE, "\u00a2", type)).status).toBe(400);
	}
	expect(came).toEqual([]);
});

test("more than a megabyte of records is too much", async () => {
	const response = await write(CREATE, own({ text: "x".repeat(1024 * 1024) }));
	expect([response.status, await response.json()]).toEqual([
		413,
		expect.objectContaining({ error: "PayloadTooLarge", code: "PAYLOAD_TOO_LARGE" }),
	]);
});

describe("no server reads anything else than what was looked at", () => {
	test.each([
		// The reference server would read another text.
		"application/json; charset=utf-7",
		"application/json; charset=utf-16le",
		// Others choose by it how they read.
		"application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x",
		"application/cbor",
		"text/plain",
	])("by what it is called: %s", async (type) => {
		expect((await write(CREATE, own(), type)).status).toBe(200);
		expect(saidOf).toEqual([{ type: "application/json", url: `/xrpc/${CREATE}` }]);
	});

	test("from the address", async () => {
		await write(`${CREATE}?collection=${OTHER}&repo=${newDid()}`, own());
		expect(saidOf).toEqual([{ type: "application/json", url: `/xrpc/${CREATE}` }]);
	});

	const also = (member: string, value: unknown) => own({ [member]: value });
	test.each<[string, () => string]>([
		[CREATE, () => also("Collection", OTHER)],
		[CREATE, () => also("COLLECTION", STATUS)],
		[CREATE, () => also("Repo", newDid())],
		["com.atproto.repo.putRecord", () => also("rEPO", newDid())],
		[APPLY, () => writes(STATUS).replace('"writes"', '"Writes":[],"writes"')],
		// Go's parser folds that, too.
		[APPLY, () => writes(STATUS).replace('"writes"', '"write\u017f":[],"writes"')],
		[APPLY, () => writes(STATUS).replace('"collection"', '"Collection":"x","collection"')],
	])("%s with a member that some take for another", async (nsid, body) => {
		const response = await write(nsid, body());
		expect([response.status, await response.json()]).toEqual([
			400,
			expect.objectContaining({ code: "BODY_INVALID" }),
		]);
		expect(came).toEqual([]);
	});
});
