import { afterAll, describe, expect, test } from "vitest";
import { signIn, useWorld } from "./accounts-kit.ts";
import { startApp } from "./kit.ts";

// Requests that no page of an app makes: each is answered, none is a fault of the app's, and nothing
// is used up by one.

const world = await useWorld();
const app = await startApp(world.directories);
afterAll(() => app.close());
const person = await world.newPerson();
const browser = app.browser();
await signIn(browser, person);

const GET = [
	"callback",
	"session",
	"accounts",
	"typeahead?q=a",
	"client-metadata.json",
	"jwks.json",
];
const POST = ["sign-in", "restore", "switch", "disconnect"];
const paths = [...GET, ...POST];
const METHODS = ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND"];

/** A callback at the app's own host, where a browser is sent on to. */
const onHost = (url: URL) => new URL(url.pathname + url.search, app.origin);

const stored = ({ did }: { did: string }) =>
	app.rows("bskySession").filter((row) => row.did === did);

const isAnswered = (status: number) => status >= 200 && status < 500;
const failures = () => app.logs.filter((line) => /^error/.test(line));

test.each(paths)("%s, by a method that it has none of", async (path) => {
	for (const method of [...METHODS, GET.includes(path) ? "POST" : "GET"]) {
		const { status } = await browser.fetch(`/api/auth/bsky/${path}`, { method });
		expect([method, status]).toSatisfy(() => isAnswered(status));
	}
	expect(stored(person)).toHaveLength(1);
	expect(failures()).toEqual([]);
});

test("a HEAD, as programs send that look at links, uses up no sign-in", async () => {
	const other = await world.newPerson();
	const visitor = app.browser();
	const url = onHost(other.approve(await visitor.begin(other.did)));
	for (const method of ["HEAD", "OPTIONS"]) await visitor.fetch(url, { method });
	expect((await visitor.arrive(url)).pathname).toBe("/me");
});

const BODIES = {
	"no text at all": "",
	"no JSON": "{",
	null: "null",
	"a list": "[]",
	"a list of lists": JSON.stringify([[[{}]]]),
	"a number": "1e999",
	"a text": '"x"',
	"a prototype": '{"__proto__":{"did":"x","handle":"x"},"constructor":{"prototype":{"x":1}}}',
	"values of another kind": '{"did":{},"handle":[],"callbackURL":1,"requestSignUp":{}}',
	"nested deeply": "[".repeat(50_000) + "]".repeat(50_000),
	"nested deeply, within": `{"handle":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
	"a member twice": '{"handle":"alice.test","handle":null,"did":"a","did":"b"}',
	"half of a character": '{"handle":"\\ud800","did":"\\ud800"}',
	NUL: '{"handle":"\\u0000","did":"\\u0000"}',
};

describe.each(POST.filter((path) => path !== "disconnect"))("%s with a body of", (path) => {
	test.each(Object.entries(BODIES))("%s", async (_name, body) => {
		for (const type of ["application/json", "application/x-www-form-urlencoded", "text/plain"]) {
			const { status } = await browser.fetch(`/api/auth/bsky/${path}`, {
				method: "POST",
				headers: { "content-type": type },
				body,
			});
			expect([type, status]).toSatisfy(() => isAnswered(status));
		}
		expect(failures()).toEqual([]);
		expect(Reflect.get({}, "did")).toBeUndefined();
	});
});

test.each(Object.entries(BODIES))("disconnect with a body of %s", async (_name, body) => {
	const own = app.browser();
	await signIn(own, person);
	const { status } = await own.fetch("/api/auth/bsky/disconnect", {
		method: "POST",
		headers: { "content-type": "application/json" },
		body,
	});
	expect(status).toSatisfy(isAnswered);
	// What can't be read names nobody, and is no word to end all.
	if (status !== 200) expect(stored(person)).toHaveLength(1);
	expect(failures()).toEqual([]);
});

const QUERIES = [
	"did=a&did=b",
	"did[]=a",
	"did=",
	"__proto__=x&__proto__[did]=x",
	"constructor=x&toString=y&hasOwnProperty=z",
	"q=a&q=b",
	"q=a&limit=1e999",
	"q=a&limit=&limit=2",
	`q=${"%F0%9F%98%80".repeat(300)}`,
	"q=%00&did=%00",
	"q=%ff&did=%ff&state=%ff&code=%ff",
	"state=a&state=b&code=c&iss=d",
	"state=%00&code=%00&iss=%00",
	`state=${"s".repeat(10_000)}&code=c`,
];

test.each(GET.map((path) => path.replace(/\?.*/, "")))("%s with any query", async (path) => {
	for (const query of QUERIES) {
		const { status } = await browser.fetch(`/api/auth/bsky/${path}?${query}`);
		expect([query, status]).toSatisfy(() => isAnswered(status));
	}
	expect(failures()).toEqual([]);
});

test("a browser that goes away in the middle of its callback leaves nothing half done", async () => {
	const other = await world.newPerson();
	const visitor = app.browser();
	const url = onHost(other.approve(await visitor.begin(other.did)));
	const leaving = new AbortController();
	other.hold = async ({ path }) => {
		if (path === "/oauth/token") leaving.abort();
	};
	await expect(visitor.fetch(url, { signal: leaving.signal })).rejects.toThrow();
	await expect.poll(() => stored(other)).toHaveLength(1);
	expect(app.rows("user").filter(({ bskyDid }) => bskyDid === other.did)).toHaveLength(1);
	expect((await signIn(visitor, other)).pathname).toBe("/me");
});
