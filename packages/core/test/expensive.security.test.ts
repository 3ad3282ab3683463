import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DOCUMENT, XRPC } from "../src/base/bounded-answer.ts";
import { JsonCost } from "../src/base/json-cost.ts";
import { hasScope } from "../src/index.ts";
import { costOf, MAX_BLOCKED, MAX_GROWTH, tooExpensive } from "./cost.ts";
import { type EvilServer, type Part, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, startApp } from "./kit.ts";

let app: App;
let world: Awaited<ReturnType<typeof startDirectories>>;
/** Whose turn it is. */
const evil: EvilServer[] = [];

beforeAll(async () => {
	world = await startDirectories(evil);
	app = await startApp(world);
	// The first of everything takes longer: the SDK is loaded, and the code compiled.
	for (let i = 0; i < 3; i++) await meet("revoke", "{}");
});
afterAll(() => Promise.all([app.close(), world.close()]));

let people = 0;
async function newcomer() {
	const mallory = await startEvilServer({ handle: `mallory-${++people}.test` });
	evil[0] = mallory;
	return mallory;
}

/** Somebody new whose server gives this answer, in the flow where it is asked for. */
async function meet(part: Part, body: string | Buffer, headers: Record<string, string> = {}) {
	const mallory = await newcomer();
	try {
		let asked = false;
		mallory.deviations[part] = () => {
			asked = true;
			return { headers: { "content-type": "application/json", ...headers }, body };
		};
		const browser = app.browser();
		const { handle, did } = mallory;
		const begun = await browser.post("/bsky/sign-in", { handle: part === "handle" ? handle : did });
		if (part === "token" || part === "revoke") {
			const { url } = (await begun.json()) as { url: string };
			await browser.arrive(mallory.approve(url));
			await browser.post("/bsky/disconnect", {});
			if (part === "revoke") await vi.waitUntil(() => asked, { interval: 5, timeout: 5000 });
		}
		expect(asked).toBe(true);
	} finally {
		await mallory.close();
	}
}

/** As much of a filling as fits in that many bytes and values. */
type Filling = (bytes: number, values: number) => string;

const repeat =
	(item: string): Filling =>
	(bytes, values) => {
		const each = item.split(/[,[{]/).length;
		const length = Math.floor(Math.min(bytes / (item.length + 1), values / each));
		return `[${Array(Math.max(length, 1)).fill(item).join(",")}]`;
	};

const FILLINGS: Record<string, Filling> = {
	numbers: repeat("1"),
	objects: repeat("{}"),
	"lists of objects": repeat("[{}]"),
	texts: repeat('"#abcdefgh"'),
	"long texts": repeat(`"${"x".repeat(120)}"`),
	"objects that begin well": repeat('{"id":"#a"}'),
	endpoints: repeat('{"serviceEndpoint":[1]}'),
	"keys that are none": repeat('{"publicKeyJwk":{}}'),
	services: repeat('{"id":"#a","type":"T","serviceEndpoint":"https://a.example"}'),
	nesting: (bytes, values) => {
		const depth = Math.min(bytes / 2, values);
		return "[".repeat(depth) + "]".repeat(depth);
	},
	"nested objects": (bytes, values) => {
		const depth = Math.min(Math.floor(bytes / 6), values);
		return '{"a":'.repeat(depth) + 1 + "}".repeat(depth);
	},
	members: (bytes, values) => {
		const length = Math.floor(Math.min(bytes / 12, values));
		return `{${Array.from({ length }, (_, i) => `"k${i}":1`).join(",")}}`;
	},
	"one long text": (bytes) => `"${"x".repeat(bytes - 2)}"`,
	"one long text of escapes": (bytes) => `"${"\\u0041".repeat(Math.floor((bytes - 2) / 6))}"`,
	"one long URI": (bytes) => `"https://a.example/${"a/../".repeat(Math.floor((bytes - 24) / 5))}"`,
	"one long number": (bytes) => "1".repeat(bytes),
	"one long scope": (bytes) => `"atproto ${"a ".repeat(Math.floor((bytes - 12) / 2))}"`,
};

/** Members that the SDK looks into, and one that it doesn't know. */
const MEMBERS: Partial<Record<Part, string[]>> = {
	didDocument: [
		"service",
		"verificationMethod",
		"authentication",
		"alsoKnownAs",
		"controller",
		"@context",
		"id",
		"unknown",
	],
	handle: ["did", "unknown"],
	resource: ["authorization_servers", "scopes_supported", "resource", "unknown"],
	metadata: [
		"scopes_supported",
		"protected_resources",
		"dpop_signing_alg_values_supported",
		"token_endpoint_auth_methods_supported",
		"prompt_values_supported",
		"issuer",
		"unknown",
	],
	par: ["request_uri", "expires_in", "unknown"],
	token: ["scope", "access_token", "authorization_details", "sub", "expires_in", "unknown"],
	revoke: ["unknown"],
};

/** What else the document needs to be looked at. */
async function honest(part: Part): Promise<Record<string, unknown>> {
	const mallory = await newcomer();
	let found = {};
	mallory.deviations[part] = (document) => {
		found = document;
		return { body: document };
	};
	const browser = app.browser();
	const handle = part === "handle" ? mallory.handle : mallory.did;
	await browser.arrive(mallory.approve(await browser.begin(handle)));
	await mallory.close();
	return found;
}

/** Each member filled to just under the limits; and to the one of bytes alone, which is refused. */
function* answersOf(part: Part, document: Record<string, unknown>) {
	const { maxBytes, maxValues = 0 } = DOCUMENT;
	for (const member of MEMBERS[part] ?? []) {
		const rest = JSON.stringify({ ...document, [member]: undefined }).slice(0, -1);
		for (const [name, filling] of Object.entries(FILLINGS)) {
			const most = member === "unknown" ? [maxValues - 100, maxBytes] : [maxValues - 100];
			for (const values of most) {
				const body = `${rest},"${member}":${filling(maxBytes - 4096, values)}}`;
				yield { name: `${member}: ${name}, ${body.length} bytes`, body };
			}
		}
	}
}

test.each(Object.keys(MEMBERS) as Part[])(
	"%s: no answer costs more than its share",
	async (part) => {
		const document = await honest(part);
		const expensive: unknown[] = [];
		for (const { name, body } of answersOf(part, document)) {
			expensive.push(...(await tooExpensive(name, () => meet(part, body))));
		}
		expect(expensive).toEqual([]);
	},
	300_000,
);

test.each(Object.keys(MEMBERS) as Part[])("%s: nor does one that unpacks to much", async (part) => {
	const gzip = { "content-encoding": "gzip" };
	const bombs = [
		`{"scopes_supported":[${"1,".repeat(4_000_000)}1]}`,
		`{"service":[${"{},".repeat(2_500_000)}{}]}`,
		" ".repeat(8_000_000),
	].map((text) => gzipSync(text));
	for (const bomb of bombs) {
		await meet(part, bomb, gzip);
		const { blocked, growth } = await costOf(() => meet(part, bomb, gzip));
		expect(blocked).toBeLessThan(MAX_BLOCKED);
		expect(growth).toBeLessThan(MAX_GROWTH);
	}
});

const MEGABYTES = 8_000_000;
const LINK = '{"$link":"bafkreia4c5h7w4awzqhpnfgdt6kvkqjjkqvzlpfq7aeicvfqyqgaqjhrvi"}';
const fill = (item: string, bytes: number) =>
	`[${`${item},`.repeat(bytes / (item.length + 1))}${item}]`;
const counted = (bytes: number, item: (n: number) => string) =>
	Array.from({ length: Math.floor(bytes / item(1_000_000).length) }, (_, n) => item(n));
const list = (items: string[]) => `[${items}]`;

/** Of 8 MB, which a session's own calls may bring; or of fewer, which come just under the limit. */
const FLOODS: Record<string, (bytes: number) => string> = {
	numbers: (bytes) => fill("1", bytes),
	objects: (bytes) => fill("{}", bytes),
	members: (bytes) => `{${counted(bytes, (n) => `"k${n}":1`)}}`,
	"members of many objects": (bytes) =>
		list(counted(bytes / 20, (j) => `{${counted(200, (n) => `"k${j}-${n}":1`)}}`)),
	indexes: (bytes) => `{${counted(bytes, (n) => `"${n * 541}":1`)}}`,
	"members in another order each time": (bytes) =>
		list(
			Array.from({ length: bytes / 140 }, (_, j) => {
				const members = Array.from({ length: 20 }, (_, n) => `"${(n * (2 * j + 1)) % 101}a":1`);
				return `{${members}}`;
			}),
		),
	nesting: (bytes) => `${"[".repeat(bytes / 2)}${"]".repeat(bytes / 2)}`,
	"nested objects": (bytes) => `${'{"a":'.repeat(bytes / 6)}1${"}".repeat(bytes / 6)}`,
	"a long text": (bytes) => `"${"x".repeat(bytes)}"`,
	"a text of escapes": (bytes) => `"${"\\u4141".repeat(bytes / 6)}"`,
	links: (bytes) => fill(LINK, bytes),
	blobs: (bytes) => fill(`{"$type":"blob","ref":${LINK},"mimeType":"image/png","size":1}`, bytes),
	"blobs of an earlier kind": (bytes) => fill('{"cid":"a","mimeType":"b"}', bytes),
	"blobs of no kind": (bytes) => fill('{"cid":"a","mimeType":"b","x":1}', bytes),
	"blobs of a wrong size": (bytes) =>
		fill(`{"$type":"blob","ref":${LINK},"mimeType":"image/png","size":"x"}`, bytes),
	"blobs of a wrong media type": (bytes) =>
		fill(`{"$type":"blob","ref":${LINK},"mimeType":1,"size":1}`, bytes),
	"blobs with a member too many": (bytes) =>
		fill(`{"$type":"blob","ref":${LINK},"mimeType":"image/png","size":1,"x":1}`, bytes),
	"blobs in which all is wrong": (bytes) =>
		fill('{"$type":"blob","ref":1,"mimeType":1,"size":"x"}', bytes),
	"blobs with nothing in them, behind what they lack": (bytes) =>
		list([fill('{"mimeType":1,"$link":1}', bytes / 2), fill('{"$type":"blob"}', bytes / 2)]),
	"blobs with nothing in them": (bytes) => fill('{"$type":"blob"}', bytes),
	"the same in other letters": (bytes) => fill('{"\\u0024type":"b\\u006cob"}', bytes),
};

/** As much of it as a call may bring. */
function justUnder(flood: (bytes: number) => string): string {
	for (let bytes = MEGABYTES; ; bytes *= 0.9) {
		const text = flood(Math.floor(bytes));
		if (new JsonCost(XRPC.maxCost - 100).add(Buffer.from(text))) return text;
	}
}

test.each(Object.entries(FLOODS))(
	"a server that floods whoever calls it with %s",
	async (_name, flood) => {
		const mallory = await newcomer();
		const browser = app.browser();
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		const agent = await app.auth.api.getBskyAgent({ trustedDid: mallory.did });
		let body = `{"a":${flood(MEGABYTES)}}`;
		const answer = (status: number) => () => ({
			status,
			headers: { "content-type": "application/json" },
			body,
		});
		const meetings = {
			"profile and record, in a callback": async () => {
				mallory.deviations = { profile: answer(200), record: answer(200) };
				const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
				expect(end.pathname).toBe("/me");
			},
			"a call of the app": async () => {
				mallory.deviations = { profile: answer(200) };
				await agent.getProfile({ actor: mallory.did }).catch(() => {});
			},
			"a refusal of a call": async () => {
				mallory.deviations = { profile: answer(403) };
				const refused = await agent.fetchHandler("/xrpc/app.bsky.actor.getProfile", {});
				expect(refused.status).toBe(403);
				await refused.body?.cancel().catch(() => {});
			},
		};
		const expensive: unknown[] = [];
		for (const [name, meeting] of Object.entries(meetings)) {
			await meeting();
			expensive.push(...(await tooExpensive(name, meeting)));
		}
		body = `{"a":${justUnder(flood)}}`;
		await meetings["a call of the app"]();
		expensive.push(...(await tooExpensive("just under the limit", meetings["a call of the app"])));
		expect(expensive).toEqual([]);
		await mallory.close();
	},
);

test("a granted scope of very many things, as a server may write it", async () => {
	const many = (name: string) => Array.from({ length: 320 }, (_, n) => `${name}=${n.toString(36)}`);
	const granted = `atproto repo?${[...many("collection"), ...many("action")].join("&")}`;
	const read = async () => {
		// As often as a page asks, with a button for each of a list of posts.
		for (let times = 0; times < 50; times++) {
			expect(hasScope(granted, "repo:app.bsky.feed.like?action=create")).toBe(false);
		}
	};
	await read();
	expect(await tooExpensive("hasScope", read)).toEqual([]);
});

describe("what is a document, and what a call's answer", () => {
	const large = { unknown: "x".repeat(DOCUMENT.maxBytes) };

	test("doesn't depend on the address: a server names its token endpoint", async () => {
		const mallory = await newcomer();
		const tokens = await honest("token");
		evil[0] = mallory;
		const token_endpoint = `${mallory.origin}/xrpc/app.bsky.actor.getProfile`;
		mallory.deviations = {
			metadata: { token_endpoint },
			profile: () => ({ body: { ...tokens, sub: mallory.did, ...large } }),
		};
		const browser = app.browser();
		const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		expect(mallory.asked("/xrpc/app.bsky.actor.getProfile")).toBe(true);
		expect(end.searchParams.get("error")).toBe("server_unreachable");
		await mallory.close();
	});

	test("is that of a session's own calls, which may be larger", async () => {
		const mallory = await newcomer();
		mallory.deviations = { profile: large, record: () => ({ status: 404, body: {} }) };
		const browser = app.browser();
		await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		expect(await browser.user()).toMatchObject({ name: "Mallory" });
		await mallory.close();
	});
});

describe("a granted scope", () => {
	const signIn = async (scope: string) => {
		const mallory = await newcomer();
		mallory.deviations.token = { scope };
		const browser = app.browser();
		const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		await mallory.close();
		return end.searchParams.get("error") ?? end.pathname;
	};
	/** So many methods as a server writes them that were in a permission set. */
	const methods = (count: number) => {
		const all = Array.from(
			{ length: count },
			(_, n) => `lxm=app.bsky.unspecced.getAllOf${n + 100}`,
		);
		return `atproto rpc?${all.join("&")}&aud=did:web:api.bsky.app%23bsky_appview`;
	};

	test("may be that of Bluesky's own permission sets, with a hundred methods", async () => {
		// app.bsky.authFullApp has 4247 characters.
		expect(methods(125).length).toBeGreaterThan(4247);
		expect(await signIn(methods(125))).toBe("/me");
	});

	test("is refused where it would fill the database", async () => {
		expect(await signIn(methods(250))).toBe("server_unsupported");
	});
});
