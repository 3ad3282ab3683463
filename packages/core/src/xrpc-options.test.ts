import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ruleOf } from "./xrpc/allowed.ts";
import { resolveXrpc, type XrpcOptions } from "./xrpc-options.ts";

const rules = (...allow: Extract<XrpcOptions["allow"], readonly unknown[]>) => {
	const resolved = resolveXrpc({ allow });
	if (!resolved) throw new Error("There are no rules.");
	return resolved;
};

const TIMELINE = "app.bsky.feed.getTimeline";
const CREATE = "com.atproto.repo.createRecord";

describe("a mistake is refused at the start, by the option's name", () => {
	test.each([
		"*",
		"app",
		"app.*",
		"app.bsky",
		"app.bsky.feed.get*",
		"app.bsky.*.getTimeline",
		"*.bsky.feed",
		`${TIMELINE}/`,
		`/${TIMELINE}`,
		` ${TIMELINE}`,
		"app.bsky.feed.getTimeline*",
		"app..feed.getTimeline",
		".app.bsky.feed",
		"APP.bsky.feed.getTimeline",
		"app.bsky.feed.get-timeline",
		"app.bsky.feed.get%54imeline",
		"app.bsky.feed.getTimeline?x=1",
		"app.bsky.feed.2",
		"app.bsky.feed.",
		"",
		`app.bsky.${"x".repeat(320)}`,
	])("allow: %s", (nsid) => {
		expect(() => rules(TIMELINE, nsid)).toThrow(/xrpc\.allow\[1\]/);
		expect(() => rules(TIMELINE, { nsid })).toThrow(/xrpc\.allow\[1\]/);
	});

	test.each([
		"com.atproto.repo.createrecord",
		"com.atproto.repo.CREATERECORD",
		"com.atproto.repo.putrecord",
		"com.atproto.repo.DeleteRecord",
		"com.atproto.repo.applywrites",
	])("%s, whose bodies nobody would look at", (nsid) => {
		expect(() => rules(TIMELINE, nsid)).toThrow(
			/xrpc\.allow\[1\].*is written com\.atproto\.repo\./,
		);
	});

	test.each([
		"com.atproto.server.*",
		"com.atproto.admin.*",
		"com.atproto.identity.*",
		"com.atproto.temp.*",
	])("%s, which would hand out accounts", (nsid) => {
		expect(() => rules(nsid)).toThrow(/each method/);
	});

	test.each<[string, object]>([
		["xrpc.allow", {}],
		["xrpc.allow", { allow: [] }],
		["xrpc.allow", { allow: "app.bsky.feed.*" }],
		["xrpc.allow[0]", { allow: [5] }],
		["xrpc.allow[0].nsd", { allow: [{ nsd: CREATE }] }],
		["xrpc.allow[1]", { allow: [TIMELINE, TIMELINE] }],
		["xrpc.allow[1]", { allow: [CREATE, { nsid: CREATE, collections: ["a.b.c"] }] }],
		["xrpc.allow[0].collections", { allow: [{ nsid: CREATE, collections: [] }] }],
		["xrpc.allow[0].collections", { allow: [{ nsid: CREATE, collections: "a.b.c" }] }],
		["xrpc.allow[0].collections[0]", { allow: [{ nsid: CREATE, collections: ["a.b.*"] }] }],
		["xrpc.allow[0].collections", { allow: [{ nsid: TIMELINE, collections: ["a.b.c"] }] }],
		[
			"xrpc.allow[0].collections",
			{ allow: [{ nsid: "com.atproto.repo.*", collections: ["a.b.c"] }] },
		],
		["xrpc.allow[0].cacheControl", { allow: [{ nsid: TIMELINE, cacheControl: "public" }] }],
		[
			"xrpc.allow[0].cacheControl",
			{ allow: [{ nsid: TIMELINE, cacheControl: "private, public" }] },
		],
		[
			"xrpc.allow[0].cacheControl",
			{ allow: [{ nsid: TIMELINE, cacheControl: "private, s-maxage=60" }] },
		],
		[
			"xrpc.allow[0].cacheControl",
			{ allow: [{ nsid: TIMELINE, cacheControl: "private\r\nx: y" }] },
		],
		["xrpc.services[0]", { allow: [TIMELINE], services: ["did:web:api.bsky.app"] }],
		["xrpc.services[0]", { allow: [TIMELINE], services: ["https://api.bsky.app"] }],
		["xrpc.services", { allow: [TIMELINE], services: "did:web:api.bsky.app#bsky_appview" }],
		["xrpc.maxUploadSize", { allow: [TIMELINE], maxUploadSize: "50 MB" }],
		["xrpc.maxDownloadSize", { allow: [TIMELINE], maxDownloadSize: 0 }],
		["xrpc.idleTimeout", { allow: [TIMELINE], idleTimeout: -1 }],
		["xrpc.minBytesPerSecond", { allow: [TIMELINE], minBytesPerSecond: Number.NaN }],
		["xrpc.maxCalls", { allow: [TIMELINE], maxCalls: 1.5 }],
		["xrpc.rateLimit", { allow: [TIMELINE], rateLimit: true }],
		["xrpc.rateLimit.reads", { allow: [TIMELINE], rateLimit: { reads: { window: 1, max: 1 } } }],
		["xrpc.rateLimit.read.max", { allow: [TIMELINE], rateLimit: { read: { window: 1, max: 0 } } }],
		[
			"xrpc.rateLimit.read.window",
			{ allow: [TIMELINE], rateLimit: { read: { window: 3601, max: 1 } } },
		],
		["xrpc.maxUpload", { allow: [TIMELINE], maxUpload: 1 }],
	])("%s of %j", (option, options) => {
		expect(() => resolveXrpc(options as XrpcOptions)).toThrow(`atprotoAuth({ ${option} })`);
	});
});

describe("the most specific entry counts", () => {
	const some = rules(
		"com.atproto.*",
		{ nsid: "com.atproto.repo.*", cacheControl: "private, max-age=5" },
		{ nsid: CREATE, collections: ["a.b.c"] },
		"com.atproto.server.getSession",
	);

	test("a name before a group, a longer group before a shorter one", () => {
		expect(ruleOf(some, CREATE)).toEqual({ collections: ["a.b.c"] });
		expect(ruleOf(some, "com.atproto.repo.getRecord")).toEqual({
			cacheControl: "private, max-age=5",
		});
		expect(ruleOf(some, "com.atproto.sync.getRepo")).toEqual({});
		expect(ruleOf(some, "com.atproto.server.getSession")).toEqual({});
		expect(ruleOf(some, TIMELINE)).toBeNull();
	});

	test("no group and no function allows what hands out credentials or changes accounts", () => {
		const all = rules("com.atproto.*", "com.atproto.repo.*", () => true);
		for (const nsid of [
			"com.atproto.server.getServiceAuth",
			"com.atproto.server.createAppPassword",
			"com.atproto.admin.deleteAccount",
			"com.atproto.identity.signPlcOperation",
			"com.atproto.temp.checkSignupQueue",
			"com.atproto.repo.importRepo",
		]) {
			const mixed = fc.string({ unit: fc.constantFrom("u", "l"), minLength: 40, maxLength: 40 });
			fc.assert(
				fc.property(mixed, (cases) => {
					const spelt = [...nsid]
						.map((letter, at) => (cases[at] === "u" ? letter.toUpperCase() : letter))
						.join("");
					expect(ruleOf(all, spelt)).toBeNull();
				}),
				{ numRuns: 50 },
			);
		}
	});

	test("another spelling of a method that is spoken of is nobody's", () => {
		const entry = rules("com.atproto.repo.*", { nsid: CREATE, collections: ["a.b.c"] }, () => true);
		for (const nsid of [
			"com.atproto.repo.CREATERECORD",
			"com.atproto.repo.createrecord",
			"com.atproto.repo.PutRecord",
			"com.atproto.repo.applywrites",
		])
			expect(ruleOf(entry, nsid), nsid).toBeNull();
	});
});

test("what is no NSID is allowed by nothing", () => {
	const all = rules("app.bsky.*", "com.atproto.repo.*", () => true);
	const odd = fc.oneof(
		fc.constantFrom(
			"..",
			".",
			"%2e",
			"/",
			"//",
			";",
			"\0",
			"?",
			"#",
			"@",
			":",
			" ",
			"é",
			"\u202e",
			"*",
		),
		fc.string({ minLength: 1, maxLength: 3 }).filter((text) => !/^[a-zA-Z0-9.]+$/.test(text)),
	);
	const base = fc.constantFrom(TIMELINE, CREATE, "app.bsky.actor.getProfile");
	fc.assert(
		fc.property(base, odd, fc.nat(40), (nsid, text, at) => {
			const where = at % (nsid.length + 1);
			const changed = nsid.slice(0, where) + text + nsid.slice(where);
			// A hyphen in the domain is another domain, and a name like any other.
			if (/^[a-z0-9.-]+\.[a-zA-Z0-9]+$/.test(changed) && !/\.\.|^[.-]|-\.|\.-/.test(changed))
				return;
			expect(ruleOf(all, changed)).toBeNull();
		}),
		{ numRuns: 500 },
	);
	expect(ruleOf(all, `app.bsky.${"a.".repeat(5000)}getTimeline`)).toBeNull();
});
