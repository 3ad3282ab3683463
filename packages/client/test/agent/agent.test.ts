import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bskyErrorCode, createBskyAgent } from "../../src/agent/index.ts";
import { createBskySession } from "../../src/session/index.ts";
import { openPage, type Page } from "../page.ts";

let page: Page;
beforeEach(() => {
	page = openPage();
});
afterEach(() => page.close());

interface Sent {
	url: string;
	init: RequestInit;
}

/** A `fetch` that answers, and remembers. */
function answering(answer: () => Response = () => Response.json({})) {
	const sent: Sent[] = [];
	const fetch: typeof globalThis.fetch = async (input, init = {}) => {
		sent.push({ url: String(input), init });
		return answer();
	};
	return { fetch, sent };
}

const refusing = (body: object, status: number) =>
	answering(() => Response.json(body, { status, headers: { "retry-after": "7" } }));

const PATH = "/xrpc/app.bsky.feed.getTimeline";

describe("where it goes", () => {
	test.each([
		[{}, "/api/auth/bsky/xrpc/app.bsky.feed.getTimeline"],
		[{ baseURL: "/auth" }, "/auth/bsky/xrpc/app.bsky.feed.getTimeline"],
		[{ baseURL: "/auth/" }, "/auth/bsky/xrpc/app.bsky.feed.getTimeline"],
		[
			{ baseURL: "https://api.example/deep/auth//" },
			"https://api.example/deep/auth/bsky/xrpc/app.bsky.feed.getTimeline",
		],
		[
			{ baseURL: "https://api.example/auth" },
			"https://api.example/auth/bsky/xrpc/app.bsky.feed.getTimeline",
		],
	])("%j", async (options, url) => {
		const { fetch, sent } = answering();
		await createBskyAgent({ ...options, fetch }).fetchHandler(`${PATH}?limit=2&tags=a%2Fb`);
		expect(sent[0]?.url).toBe(`${url}?limit=2&tags=a%2Fb`);
		expect(sent[0]?.init.credentials).toBe("include");
	});

	test.each([
		"https://evil.example/xrpc/app.bsky.feed.getTimeline",
		"//evil.example/xrpc/app.bsky.feed.getTimeline",
		"/xrpc//evil.example",
		"/xrpc/../session",
		"/xrpc/a..b",
		"/xrpc/.a.b",
		"/xrpc/a.b/../../session",
		"/xrpc/a.b/c",
		"/xrpc/%2e%2e/session",
		"/xrpc/a.b;c",
		"/xrpc/a.b\\c",
		"/xrpc/a.b#c",
		"/xrpc/a.b\n",
		"/xrpc/session",
		"/xrpc/",
		"/xrpc",
		"xrpc/app.bsky.feed.getTimeline",
		"",
	])("nowhere else: %j", async (path) => {
		const { fetch, sent } = answering();
		await expect(createBskyAgent({ fetch }).fetchHandler(path)).rejects.toThrow(TypeError);
		expect(sent).toEqual([]);
	});
});

describe("whom it acts as", () => {
	test("nobody is named where the app names nobody", async () => {
		const { fetch, sent } = answering();
		const agent = createBskyAgent({ fetch });
		await agent.fetchHandler(PATH, { headers: { accept: "application/json" } });
		expect([...new Headers(sent[0]?.init.headers)]).toEqual([["accept", "application/json"]]);
		expect(agent.did).toBeUndefined();
		expect(() => agent.assertDid).toThrow("who is signed in");
	});

	test("the DID that is given", async () => {
		const { fetch, sent } = answering();
		const agent = createBskyAgent({ fetch, did: "did:plc:alice" });
		await agent.fetchHandler(PATH, { headers: { "x-bsky-did": "did:plc:bob" } });
		expect(new Headers(sent[0]?.init.headers).get("x-bsky-did")).toBe("did:plc:alice");
		expect([agent.did, agent.assertDid]).toEqual(["did:plc:alice", "did:plc:alice"]);
		expect({ ...agent }.did).toBe("did:plc:alice");
	});

	test("else whoever the page's session is, as it changes", async () => {
		const { fetch } = answering(() => Response.json({ active: true, did: "did:plc:alice" }));
		const agent = createBskyAgent({ fetch });
		const { $state, refetch } = createBskySession({ fetch });
		const stop = $state.listen(() => {});
		await refetch();
		expect(agent.did).toBe("did:plc:alice");
		expect(createBskyAgent({ fetch, baseURL: "/api/auth/" }).did).toBe("did:plc:alice");
		stop();
	});
});

describe("what it sends", () => {
	const bodies: [string, () => BodyInit][] = [
		["a text", () => "héllo"],
		["bytes", () => new TextEncoder().encode("héllo")],
		["a blob", () => new Blob(["héllo"])],
		["a file", () => new File(["héllo"], "a.txt")],
		["a stream", () => new Blob(["héllo"]).stream()],
	];
	test.each(bodies)("%s, which can be sent by HTTP/1.1", async (_, body) => {
		const { fetch, sent } = answering();
		const headers = { "content-type": "text/x" };
		await createBskyAgent({ fetch }).fetchHandler(PATH, { method: "POST", headers, body: body() });
		const whole = sent[0]?.init.body;
		expect(whole).not.toBeInstanceOf(ReadableStream);
		expect(await new Response(whole ?? null).text()).toBe("héllo");
		expect(new Headers(sent[0]?.init.headers).get("content-type")).toBe("text/x");
	});

	test("an endless stream is given up with its signal", async () => {
		const cancelled = vi.fn();
		const { fetch, sent } = answering();
		const life = new AbortController();
		const { signal } = life;
		const body = new ReadableStream({ cancel: cancelled });
		const calling = createBskyAgent({ fetch }).fetchHandler(PATH, { method: "POST", body, signal });
		life.abort();
		await expect(calling).rejects.toMatchObject({ name: "AbortError" });
		expect(cancelled).toHaveBeenCalledOnce();
		expect(sent).toEqual([]);
	});
});

describe("what it is answered", () => {
	const call = (fetch: typeof globalThis.fetch) =>
		createBskyAgent({ fetch })
			.fetchHandler(PATH)
			.catch((error: unknown) => error);

	test("what the app refuses is thrown", async () => {
		const body = { error: "RateLimitExceeded", message: "Too many.", code: "TOO_MANY_CALLS" };
		const error = await call(refusing(body, 429).fetch);
		expect(error).toBeInstanceOf(Error);
		expect(error).toMatchObject({ message: "Too many.", status: 429, body });
		expect(new Headers(Object(error).headers).get("retry-after")).toBe("7");
		expect(bskyErrorCode(new Error("wrapped", { cause: error }))).toBe("TOO_MANY_CALLS");
	});

	test.each([
		["no code", { error: "RecordNotFound", message: "No." }],
		["a scope that is missing", { error: "ScopeMissingError", message: "", code: "SCOPE_MISSING" }],
		["a code that is no text", { code: 42 }],
	])("what a server refuses is answered, to be read: %s", async (_, body) => {
		const response = await call(refusing(body, 403).fetch);
		expect(response).toBeInstanceOf(Response);
		expect(response instanceof Response && (await response.json())).toEqual(body);
	});

	test("so is what isn't JSON", async () => {
		const response = await call(answering(() => new Response("<html>", { status: 502 })).fetch);
		expect(response instanceof Response && (await response.text())).toBe("<html>");
	});

	test("whatever the app refuses with is known", () => {
		const source = readFileSync(new URL("../../../core/src/errors.ts", import.meta.url), "utf8");
		const [, table = ""] = /\bCALL_SENTENCES\b[^{]*\{([^}]*)\}/.exec(source) ?? [];
		const calls = [...table.matchAll(/^\t(\w+): /gm)].map(([, code]) => code);
		const acting = ["UNAUTHORIZED", "SESSION_EXPIRED", "NOT_LINKED", "IMPERSONATED", "BANNED_USER"];
		const codes = [...calls, ...acting, "ACCOUNT_DEACTIVATED", "SERVER_UNREACHABLE"];
		expect(codes).toContain("CALL_STALLED");
		const known = codes.map((code) =>
			bskyErrorCode(Object.assign(new Error(), { body: { code } })),
		);
		expect(known).toEqual(codes);
	});

	test.each([
		["by its usual place", { baseURL: "/api/auth" }],
		["with a slash", { baseURL: "/api/auth/" }],
		[
			"by a fetch of its own",
			{ fetch: async (...args: Parameters<typeof fetch>) => fetch(...args) },
		],
	])(
		"the page hears of a session that has ended, where its server is called %s",
		async (_, own) => {
			const asked: string[] = [];
			vi.stubGlobal("fetch", async (url: string) => {
				asked.push(url);
				return Response.json({ code: "SESSION_EXPIRED" }, { status: 401 });
			});
			const { $state, refetch } = createBskySession();
			const stop = $state.listen(() => {});
			await refetch();
			await createBskyAgent(own)
				.fetchHandler(PATH)
				.catch(() => {});
			const again = asked.slice(asked.findIndex((url) => url.includes(PATH)));
			expect(again).toEqual([expect.stringContaining(PATH), "/api/auth/bsky/session"]);
			stop();
		},
	);

	test("a code that nobody knows is no code of ours", async () => {
		const error = await call(refusing({ code: "INVALID_ORIGIN", message: "No." }, 403).fetch);
		expect(error).toMatchObject({ body: { code: "INVALID_ORIGIN" } });
		expect(bskyErrorCode(error)).toBeUndefined();
	});
});
