import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { HandleResolver } from "@atproto/oauth-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { DOCUMENT } from "../base/bounded-answer.ts";
import { limitedFetch } from "../base/fetch.ts";
import { identityResolverOf } from "./identity-resolver.ts";

const fetch = limitedFetch({ allowHttp: true, limits: DOCUMENT });

/** The directory and the handle service of everybody here. */
const handles = new Map<string, string>();
const filler = new Map<string, string>();
let asked: string[] = [];
/** Set: nothing is answered before it resolves. */
let pause: Promise<void> | undefined;
let down = false;
const server = createServer(async (request, response) => {
	asked.push(request.url ?? "");
	await pause;
	const [status, body] = answerTo(request);
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});
let url: string;

function answerTo(request: IncomingMessage): [number, unknown] {
	if (down) return [503, {}];
	const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
	const handle = searchParams.get("handle");
	const did = handle ? handles.get(handle) : decodeURIComponent(pathname.slice(1));
	if (handle) return did ? [200, { did }] : [400, { error: "InvalidRequest" }];
	const named = [...handles].find(([, of]) => of === did)?.[0];
	if (!did || !named) return [404, {}];
	const also = [`at://${named}`, ...(filler.has(did) ? [`https://${filler.get(did)}`] : [])];
	return [200, { id: did, alsoKnownAs: also }];
}

beforeAll(async () => {
	await new Promise<void>((listen) => server.listen(0, "127.0.0.1", listen));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const DID = `did:plc:${"a".repeat(24)}`;
let resolver: ReturnType<typeof identityResolverOf>;

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["Date"] });
	handles.clear();
	filler.clear();
	handles.set("alice.test", DID);
	resolver = identityResolverOf({ handleResolver: url, plcDirectoryUrl: url }, fetch);
	asked = [];
});
afterEach(() => {
	pause = undefined;
	down = false;
	vi.useRealTimers();
});

const pass = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

describe("what is remembered", () => {
	test("who somebody is, for five minutes", async () => {
		const alice = await resolver.resolve("alice.test");
		expect(alice).toMatchObject({ did: DID, handle: "alice.test" });
		expect(await resolver.resolve(DID)).toEqual(alice);
		pass(4.9);
		expect(await resolver.resolve("alice.test")).toEqual(alice);
		expect(asked).toHaveLength(2);
		pass(0.1);
		await resolver.resolve("alice.test");
		expect(asked).toHaveLength(4);
	});

	test("what was found when it was asked anew, for everybody", async () => {
		await resolver.resolve("alice.test");
		handles.delete("alice.test");
		handles.set("alicia.test", DID);
		expect(await resolver.resolve(DID)).toMatchObject({ handle: "alice.test" });
		const alicia = { did: DID, handle: "alicia.test" };
		expect(await resolver.resolve("alicia.test", { noCache: true })).toMatchObject(alicia);
		expect(await resolver.resolve(DID)).toMatchObject(alicia);
		// The document doesn't name it any more, whoever else still does.
		await expect(resolver.resolve("alice.test")).rejects.toThrow("does not include");
	});

	test("nothing of a handle or a DID that is no longer there", async () => {
		await resolver.resolve("alice.test");
		handles.clear();
		await expect(resolver.resolve("alice.test", { noCache: true })).rejects.toThrow();
		await expect(resolver.resolve("alice.test")).rejects.toThrow();
		await expect(resolver.resolve(DID, { noCache: true })).rejects.toThrow();
		await expect(resolver.resolve(DID)).rejects.toThrow();
	});

	test("what was known, while nobody can tell", async () => {
		await resolver.resolve("alice.test");
		down = true;
		await expect(resolver.resolve("alice.test", { noCache: true })).rejects.toThrow();
		expect(await resolver.resolve("alice.test")).toMatchObject({ did: DID });
	});

	test("no more than 4 MB of documents", async () => {
		const dids = Array.from({ length: 100 }, (_, i) => `did:plc:${"b".repeat(22)}${letters(i)}`);
		for (const [i, did] of dids.entries()) {
			handles.set(`person-${i}.test`, did);
			filler.set(did, "x".repeat(60_000));
			await resolver.resolve(did);
		}
		asked = [];
		for (const did of dids.toReversed()) await resolver.resolve(did);
		const documents = asked.filter((path) => path.includes("did"));
		expect(documents.length).toBeGreaterThan(25);
		expect(documents.length).toBeLessThan(50);
	});
});

const letters = (n: number) => String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26));

describe("what is not shared", () => {
	test("a look-up under way: each caller has one of their own", async () => {
		let go = () => {};
		pause = new Promise((resolve) => {
			go = resolve;
		});
		const first = resolver.resolve("alice.test");
		const second = resolver.resolve("alice.test");
		await vi.waitUntil(() => asked.length === 2);
		go();
		await Promise.all([first, second]);
	});

	test("a caller's patience: whoever gives up ends nobody else's look-up", async () => {
		let go = () => {};
		pause = new Promise((resolve) => {
			go = resolve;
		});
		const impatient = new AbortController();
		const first = resolver.resolve("alice.test", { signal: impatient.signal });
		const second = resolver.resolve("alice.test");
		await vi.waitUntil(() => asked.length === 2);
		impatient.abort(new Error("enough"));
		await expect(first).rejects.toThrow("enough");
		go();
		expect(await second).toMatchObject({ did: DID });
	});
});

describe("an app's own handle resolver", () => {
	const own = (handleResolver: HandleResolver) =>
		identityResolverOf({ handleResolver, plcDirectoryUrl: url }, fetch);

	test("is asked, and its answers remembered", async () => {
		const resolve = vi.fn<HandleResolver["resolve"]>(
			async () => "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa",
		);
		const resolver = own({ resolve });
		for (let i = 0; i < 3; i++) await resolver.resolve("alice.test");
		expect(resolve).toHaveBeenCalledOnce();
	});

	test("that says null is asked again", async () => {
		const resolve = vi.fn<HandleResolver["resolve"]>(async () => null);
		const resolver = own({ resolve });
		for (let i = 0; i < 3; i++) {
			await expect(resolver.resolve("alice.test")).rejects.toThrow("does not resolve");
		}
		expect(resolve).toHaveBeenCalledTimes(3);
	});

	test("that heeds no signal holds nobody up", async () => {
		const resolver = own({ resolve: () => new Promise(() => {}) });
		const controller = new AbortController();
		const asked = resolver.resolve("alice.test", { signal: controller.signal });
		controller.abort(new Error("enough"));
		await expect(asked).rejects.toThrow("enough");
	});

	test("that throws at once is one that can't tell", async () => {
		const resolver = own({
			resolve: () => {
				throw new Error("not today");
			},
		});
		await expect(resolver.resolve("alice.test")).rejects.toThrow("not today");
		// Of a DID it is known all the same who it is, if not by which name.
		expect(await resolver.resolve(DID)).toMatchObject({ did: DID, handle: "handle.invalid" });
	});
});

test("a DID that is longer than any may be is none", async () => {
	const long = `did:web:${"a".repeat(60_000)}`;
	handles.set("long.test", long);
	for (const handleResolver of [url, { resolve: async () => long as `did:web:${string}` }]) {
		const own = identityResolverOf({ handleResolver, plcDirectoryUrl: url }, fetch);
		await expect(own.resolve("long.test")).rejects.toThrow(/does not resolve/i);
	}
});
