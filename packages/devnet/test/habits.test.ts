import { readFileSync } from "node:fs";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { HABITS, type HabitName, startNetwork } from "../src/index.ts";
import {
	RawClient,
	type RawClientOptions,
	type Read,
	type Tokens,
	tokensOf,
} from "./raw-client.ts";

const network = await startNetwork({ accounts: [{ handle: "alice" }] });
afterAll(() => network.close());
afterEach(() => void vi.useRealTimers());

const { pds } = network;
const alice = network.account("alice.test");

const live = () => network.liveTokens(alice.did);
const client = (options?: RawClientOptions) => RawClient.make(pds.url, options);

let last: { app: RawClient; tokens: Tokens } | undefined;

/** A session with new tokens: the last one renewed where it can be, since a password takes its time. */
async function signedIn(anew = false) {
	const tokens = last && !anew ? await last.app.renew(last.tokens) : undefined;
	if (last && tokens) {
		last = { app: last.app, tokens };
	} else {
		await network.revoke(alice.did);
		const app = await client();
		last = { app, tokens: await app.signIn(alice) };
	}
	return last;
}

/** {@link signedIn}, and the tokens that its next refresh brings. */
async function refreshed() {
	const { app, tokens } = await signedIn();
	const next = tokensOf(await app.refresh(tokens.refresh));
	last = { app, tokens: next };
	return { app, tokens, next };
}

/** What is refused for good: a refresh token that never was. */
const refused = async (): Promise<Read> => (await client()).refresh(`ref-${"0".repeat(64)}`);

const metadata = async (): Promise<Record<string, unknown>> =>
	(await fetch(`${pds.url}/.well-known/oauth-authorization-server`)).json() as never;

const later = (seconds: number) => {
	vi.useFakeTimers({ toFake: ["Date"] });
	vi.setSystemTime(Date.now() + seconds * 1000);
};

/** Whether the server shows a habit now: each is seen from outside, as a client sees it. */
const SEEN: Record<HabitName, () => Promise<boolean>> = {
	"newest-access-token-only": async () => {
		const { app, tokens, next } = await refreshed();
		expect((await app.call(next.access)).status).toBe(200);
		const old = await app.call(tokens.access);
		if (old.status === 200) return false;
		expect([old.status, old.headers.get("www-authenticate")]).toEqual([
			401,
			expect.stringContaining('error="invalid_token"'),
		]);
		return true;
	},
	"older-access-tokens-live": async () => {
		const { app, tokens, next } = await refreshed();
		for (let i = 0; i < 3; i++) expect((await app.call(next.access)).status).toBe(200);
		return (await app.call(tokens.access)).status === 200;
	},
	"short-lived-access-tokens": async () => {
		const { app, tokens } = await signedIn();
		later(299);
		expect((await app.call(tokens.access)).status).toBe(200);
		later(2);
		const { status } = await app.call(tokens.access);
		expect(status === 401).toBe(tokens.answer.fields.expires_in === 300);
		return status === 401;
	},
	"opaque-access-tokens": async () => {
		const { app, next } = await refreshed();
		expect((await app.call(next.access)).fields.did).toBe(alice.did);
		return !next.access.includes(".");
	},
	"large-access-tokens": async () => {
		const { app, next } = await refreshed();
		expect((await app.call(next.access)).fields.did).toBe(alice.did);
		return next.access.length >= 8000;
	},
	"no-expires-in": async () => {
		const { tokens, next } = await refreshed();
		return [tokens, next].every(({ answer }) => !("expires_in" in answer.fields));
	},
	"extra-token-fields": async () => {
		const { tokens } = await signedIn();
		return tokens.answer.fields.did === alice.did && "refresh_expires_in" in tokens.answer.fields;
	},
	"no-refresh-rotation": async () => {
		const { app, tokens } = await signedIn();
		const answers = [await app.refresh(tokens.refresh), await app.refresh(tokens.refresh)];
		if (answers.some(({ status }) => status !== 200)) return false;
		for (const { fields } of answers) expect(fields).not.toHaveProperty("refresh_token");
		expect(await live()).toMatchObject([{ currentRefreshToken: tokens.refresh }]);
		const both = await Promise.all([app.refresh(tokens.refresh), app.refresh(tokens.refresh)]);
		return both.every(({ status }) => status === 200);
	},
	"reuse-tolerated": async () => {
		const { app, tokens, next } = await refreshed();
		const again = await app.refresh(tokens.refresh);
		expect([again.status, again.fields.error]).toEqual([400, "invalid_grant"]);
		return (await app.refresh(next.refresh)).status === 200;
	},
	"refresh-grace-period": async () => {
		const { app, tokens } = await signedIn();
		const [first, again] = [await app.refresh(tokens.refresh), await app.refresh(tokens.refresh)];
		if (again.status !== 200) return false;
		expect(again.fields).toEqual(first.fields);
		later(61);
		await app.refresh(tokens.refresh);
		return (await live()).length === 0;
	},
	"free-text-refusal": async () => {
		const { status, fields } = await refused();
		expect(status).toBe(400);
		return fields.error === "Session expired" && Object.keys(fields).length === 1;
	},
	"refusal-without-description": async () => {
		const { status, fields } = await refused();
		expect([status, fields.error]).toEqual([400, "invalid_grant"]);
		return Object.keys(fields).length === 1;
	},
	"error-and-message": async () => {
		const { fields } = await refused();
		return "message" in fields && !("error_description" in fields);
	},
	"no-nonce": async () => {
		const { app, tokens } = await signedIn(true);
		const called = await app.call(tokens.access);
		expect(called.status).toBe(200);
		return (
			app.refusedNonces === 0 &&
			[called, tokens.answer].every(({ headers }) => !headers.has("dpop-nonce"))
		);
	},
	"new-nonce-each-answer": async () => {
		const { app, tokens } = await signedIn();
		await app.call(tokens.access);
		const first = app.nonce;
		await app.once("/xrpc/com.atproto.server.getSession", undefined, tokens.access);
		const second = app.nonce;
		app.nonce = first;
		const old = await app.once("/xrpc/com.atproto.server.getSession", undefined, tokens.access);
		return first !== second && old.text.includes("use_dpop_nonce");
	},
	"short-lived-proofs": async () => {
		const { app, tokens } = await signedIn();
		const at = async (seconds: number) => {
			const iat = Date.now() / 1000 - seconds;
			const path = "/xrpc/com.atproto.server.getSession";
			return (await app.once(path, undefined, tokens.access, { iat })).status;
		};
		expect(await at(5)).toBe(200);
		return (await at(15)) === 401;
	},
	"no-revocation-endpoint": async () => {
		const { app, tokens } = await signedIn();
		const { status } = await app.revoke(tokens.refresh);
		expect("revocation_endpoint" in (await metadata())).toBe(status !== 404);
		expect(await live()).toHaveLength(status === 404 ? 1 : 0);
		return status === 404;
	},
	"empty-revocation-answer": async () => {
		const { app, tokens } = await signedIn();
		const { status, headers, text } = await app.revoke(tokens.refresh);
		expect(status).toBe(200);
		expect(await live()).toEqual([]);
		return text === "" && !headers.has("content-type");
	},
	"code-revokes-nothing": async () => {
		await network.revoke(alice.did);
		const app = await client();
		const code = (await app.authorize(alice)).searchParams.get("code") ?? "";
		const { refresh } = tokensOf(await app.exchange(code));
		expect((await app.revoke(code)).status).toBe(200);
		const alive = (await live()).length === 1;
		await app.revoke(refresh);
		expect(await live()).toEqual([]);
		return alive;
	},
	"cancel-without-state": async () => {
		const app = await client();
		const { searchParams } = await app.authorize(alice, true);
		expect(searchParams.get("error")).toBe("access_denied");
		const approved = (await app.authorize(alice)).searchParams;
		expect([approved.has("state"), approved.has("iss")]).toEqual([true, true]);
		return !searchParams.has("state") && !searchParams.has("iss");
	},
	"first-redirect-uri-only": async () => {
		const [a, b] = ["http://127.0.0.1:3000/callback", "http://[::1]:3000/callback"];
		expect((await (await client({ redirectUris: [a] })).par()).status).toBe(201);
		const second = await (await client({ redirectUris: [a, b] })).par();
		return second.status === 400 && second.fields.error === "invalid_request";
	},
	"par-200": async () => (await (await client()).par()).status === 200,
	"wider-scope": async () => (await scopeGiven()) === `${SCOPE} transition:chat.bsky`,
	"narrower-scope": async () => (await scopeGiven()) === "atproto",
	"reordered-scope": async () => (await scopeGiven()) === "transition:generic atproto",
	"missing-scope": async () => (await scopeGiven()) === undefined,
	"unknown-scope-refused": async () => {
		const ask = async (scope: string) => (await client({ scope })).par();
		expect((await ask("atproto repo:app.bsky.feed.post transition:email")).status).toBe(201);
		return (await ask("atproto foo:bar")).fields.error === "invalid_scope";
	},
	"no-appview-forwarding": async () => {
		const { app, tokens } = await signedIn();
		const path = `/xrpc/app.bsky.actor.getProfile?actor=${alice.did}`;
		const headers = { "atproto-proxy": "did:web:api.bsky.app#bsky_appview" };
		expect((await app.once(path, undefined, tokens.access, { headers })).status).toBe(200);
		return (await app.ask(path, undefined, tokens.access)).status === 404;
	},
	"account-deactivated-401": () => refusesCalls(401),
	"account-deactivated-400": () => refusesCalls(400),
	"slow-answers": async () => {
		const start = performance.now();
		await metadata();
		return performance.now() - start > 450;
	},
};

const SCOPE = "atproto transition:generic";

/** The scope that a sign-in says is granted, and a refresh after it. */
async function scopeGiven(): Promise<unknown> {
	const { tokens } = await signedIn(true);
	const next = await refreshed();
	expect(next.tokens.answer.fields.scope).toBe(tokens.answer.fields.scope);
	return tokens.answer.fields.scope;
}

async function refusesCalls(wanted: number): Promise<boolean> {
	const { app, tokens }: { app: RawClient; tokens: Tokens } = await signedIn();
	const { status, fields } = await app.call(tokens.access);
	return status === wanted && fields.error === "AccountDeactivated";
}

/** What the reference server does by itself is seen against its opposite. */
const OPPOSITES: Partial<Record<HabitName, HabitName>> = {
	"newest-access-token-only": "older-access-tokens-live",
};

describe.each(HABITS)("%s", (name) => {
	const opposite = OPPOSITES[name];

	it("is seen, and only while the server has it", async () => {
		using _opposite = pds.behave(...(opposite ? [opposite] : []));
		const undo = pds.behave(name);
		expect(await SEEN[name]()).toBe(true);
		vi.useRealTimers();
		undo();
		expect(await SEEN[name]()).toBe(false);
	});
});

describe("behave", () => {
	it("takes up several at once, each until it is given up", async () => {
		const first = pds.behave("no-expires-in", "reordered-scope");
		const second = pds.behave("reordered-scope", "opaque-access-tokens");
		expect(await missing("no-expires-in", "reordered-scope", "opaque-access-tokens")).toEqual([]);
		first();
		first();
		expect(await missing("no-expires-in", "reordered-scope", "opaque-access-tokens")).toEqual([
			"no-expires-in",
		]);
		second();
	});

	it("lets one change what another answers", async () => {
		using _habits = pds.behave("reuse-tolerated", "free-text-refusal");
		const { app, tokens } = await refreshed();
		expect((await app.refresh(tokens.refresh)).fields).toEqual({ error: "Session expired" });
	});

	it("holds over a stop and a start", async () => {
		using _habits = pds.behave("opaque-access-tokens", "no-nonce", "par-200");
		await pds.stop();
		using _more = pds.behave("no-expires-in");
		await pds.start();
		expect(await missing("opaque-access-tokens", "no-nonce", "par-200", "no-expires-in")).toEqual(
			[],
		);
	});

	it("is undone in any order", async () => {
		const [first, second, third] = [
			pds.behave("opaque-access-tokens", "no-nonce"),
			pds.behave("large-access-tokens"),
			pds.behave("new-nonce-each-answer"),
		];
		first();
		third();
		second();
		const names = ["opaque-access-tokens", "large-access-tokens", "no-nonce"] as const;
		for (const name of names) expect(await SEEN[name](), name).toBe(false);
	});

	it("is all or nothing where a name is none", () => {
		const names: string[] = ["par-200", "no-manners"];
		expect(() => pds.behave(...(names as HabitName[]))).toThrow('the habit "no-manners"');
		return expect(SEEN["par-200"]()).resolves.toBe(false);
	});

	it("leaves what is no JSON as it is", async () => {
		using _habits = pds.behave("error-and-message");
		const { app, tokens } = await signedIn();
		const blob = new Uint8Array(100_000).map((_, index) => index % 251);
		const agent = await alice.agent();
		const { data } = await agent.uploadBlob(blob, { encoding: "application/octet-stream" });
		await agent.com.atproto.repo.createRecord({
			repo: alice.did,
			collection: "com.example.file",
			record: { blob: data.blob },
		});
		const cid = data.blob.ref.toString();
		const url = `${pds.url}/xrpc/com.atproto.sync.getBlob?did=${alice.did}&cid=${cid}`;
		expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(blob);
		const head = await fetch(url, { method: "HEAD" });
		expect([head.status, await head.text()]).toEqual([200, ""]);
		expect((await app.call(tokens.access)).status).toBe(200);
	});
});

/** Those of `names` that are not seen. */
async function missing(...names: HabitName[]): Promise<HabitName[]> {
	const found: HabitName[] = [];
	for (const name of names) if (!(await SEEN[name]())) found.push(name);
	return found;
}

it("every habit is in the README", () => {
	const page = readFileSync(new URL("../README.md", import.meta.url), "utf8");
	const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map(([, name]) => name);
	expect(HABITS.filter((name) => !rows.includes(name))).toEqual([]);
});
