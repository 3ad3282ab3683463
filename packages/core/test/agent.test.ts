import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bskyErrorCode } from "../src/errors.ts";
import {
	type App,
	type AppOptions,
	expire,
	newPerson,
	PIXEL,
	startApp,
	useNetwork,
} from "./kit.ts";

const network = await useNetwork();
let app: App;

afterEach(() => app.close());

const open = async (options?: AppOptions) => {
	app = await startApp(network, options);
	return app.browser();
};
const headersOf = (browser: ReturnType<App["browser"]>) => ({ cookie: browser.cookie });
const codeIn = (body: unknown) => (body as { code?: string }).code;
const code = (promise: Promise<unknown>) =>
	promise.then(
		() => "no error",
		(error) => error.body?.code ?? error.status,
	);

test("writes a record that the PDS gives back", async () => {
	const browser = await open();
	const person = await newPerson(network);
	await browser.signIn(person);
	const agent = await app.auth.api.getBskyAgent({ headers: headersOf(browser) });
	const { uri } = await agent.post({ text: "written by the server" });
	const rkey = uri.split("/").pop() ?? "";
	const read = await fetch(
		`${network.pdsUrl}/xrpc/com.atproto.repo.getRecord?repo=${person.did}&collection=app.bsky.feed.post&rkey=${rkey}`,
	);
	expect(await read.json()).toMatchObject({ uri, value: { text: "written by the server" } });
	expect(agent.did).toBe(person.did);
});

test("a job without a request names the DID or the user", async () => {
	const browser = await open();
	const person = await newPerson(network);
	await browser.signIn(person);
	const user = await browser.user();
	const byDid = await app.auth.api.getBskyAgent({ did: person.did });
	const byUser = await app.auth.api.getBskyAgent({ userId: String(user?.id) });
	expect([byDid.did, byUser.did]).toEqual([person.did, person.did]);
});

test("refreshes as needed", async () => {
	const browser = await open();
	const person = await newPerson(network);
	await browser.signIn(person);
	const [before] = await network.liveTokens(person.did);
	await expire(app, person.did);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	expect((await agent.getProfile({ actor: person.did })).data.handle).toBe(person.handle);
	const [after] = await network.liveTokens(person.did);
	expect(after?.tokenId).not.toBe(before?.tokenId);
});

describe("at a server that forwards to no AppView by itself", () => {
	test("the agent names the AppView where the server knows nothing of a method", async () => {
		const asked: (string | null)[] = [];
		const browser = await open({
			plugin: {
				fetch: (input, init) => {
					const request = new Request(input, init);
					// Before a stream is sent, the server is asked which nonce it wants.
					if (/\/xrpc\/(?!com\.atproto\.server)/.test(request.url)) {
						asked.push(request.headers.get("atproto-proxy"));
					}
					return fetch(request, init);
				},
			},
		});
		const person = await newPerson(network, { displayName: "Pat" });
		await browser.signIn(person);
		using _habit = network.pds.behave("no-appview-forwarding", "no-nonce");
		const agent = await app.auth.api.getBskyAgent({ did: person.did });
		const askedFor = async (call: Promise<unknown>) => {
			asked.length = 0;
			await call;
			return [...asked];
		};
		const both = [null, "did:web:api.bsky.app#bsky_appview"];
		const profile = agent.getProfile({ actor: person.did });
		expect(await askedFor(profile)).toEqual(both);
		expect((await profile).data).toMatchObject({ did: person.did, displayName: "Pat" });
		const post = (path: string, body: RequestInit["body"]) =>
			agent.fetchHandler(path, { method: "POST", body, duplex: "half" } as RequestInit);
		const mute = "/xrpc/app.bsky.graph.muteActor";
		expect(await askedFor(post(mute, "{}"))).toEqual(both);
		// A stream has been sent, and can't be again.
		expect(await askedFor(post(mute, new Blob(["{}"]).stream()))).toEqual([null]);
		expect(await askedFor(post("/xrpc/com.example.nothing", "{}"))).toEqual([null]);
		expect(await askedFor(agent.app.bsky.actor.getPreferences())).toEqual(both);
	});

	test("an agent that names another one is left alone", async () => {
		const browser = await open();
		const person = await newPerson(network);
		await browser.signIn(person);
		const agent = await app.auth.api.getBskyAgent({ did: person.did });
		using _habit = network.pds.behave("no-appview-forwarding");
		const other = agent.withProxy("bsky_appview", person.did);
		await expect(other.getProfile({ actor: person.did })).rejects.toThrow("service url");
	});

	test("the profile is the AppView's", async () => {
		using _habit = network.pds.behave("no-appview-forwarding");
		const browser = await open();
		const person = await newPerson(network, { displayName: "Pat", avatar: PIXEL });
		await browser.signIn(person);
		const { image } = (await browser.user()) ?? {};
		expect(image).toContain(`${network.appViewUrl}/img/`);
	});
});

test("acts as nobody but the user's own accounts", async () => {
	const browser = await open();
	const person = await newPerson(network);
	await browser.signIn(person);
	const other = app.browser();
	await other.signUpWithEmail("eve@example.com");
	const { api } = app.auth;
	const asOther = { headers: headersOf(other) };
	expect(await code(api.getBskyAgent(asOther))).toBe("NOT_LINKED");
	expect(await code(api.getBskyAgent({ ...asOther, did: person.did }))).toBe("NOT_LINKED");
	expect(await code(api.getBskyAgent({ headers: {} }))).toBe("UNAUTHORIZED");
	const eve = await other.user();
	const userId = String(eve?.id);
	expect(await code(api.getBskyAgent({ userId, did: person.did }))).toBe("NOT_LINKED");
	expect(await code(api.getBskyAgent({ userId: "" }))).toBe("NOT_LINKED");
});

describe("a key that is there decides, and empty means nobody", () => {
	/** What an app may hand on in the place of something that it hasn't got. */
	const NOTHING = [undefined, null, "", 0, false];
	const INPUTS: [label: string, input: (did: string, userId: string) => object][] = [
		...NOTHING.flatMap((nothing): typeof INPUTS => [
			[`headers: ${nothing}`, (did) => ({ headers: nothing, did })],
			[`headers: ${nothing}, after the DID`, (did) => ({ did, headers: nothing })],
			[`headers: ${nothing}, with a user`, (did, userId) => ({ headers: nothing, userId, did })],
			[`userId: ${nothing}`, (did) => ({ userId: nothing, did })],
			[`userId: ${nothing}, after the DID`, (did) => ({ did, userId: nothing })],
			[`userId: ${nothing}, alone`, () => ({ userId: nothing })],
			[`headers: ${nothing}, trusted`, (did) => ({ headers: nothing, trustedDid: did })],
			[`userId: ${nothing}, trusted`, (did) => ({ userId: nothing, trustedDid: did })],
			[`request: ${nothing}`, (did) => ({ request: nothing, did })],
			[`context: ${nothing}`, (did) => ({ context: nothing, did })],
			[`a mistyped key: ${nothing}`, (did) => ({ userID: nothing, did })],
			[`did: ${nothing}`, () => ({ did: nothing })],
			[`trustedDid: ${nothing}`, () => ({ trustedDid: nothing })],
		]),
		["no headers", (did) => ({ headers: new Headers(), did })],
		["an empty object of headers", (did) => ({ headers: {}, did })],
		["a request without a session", (did) => ({ request: new Request("http://a.test"), did })],
		["a user of another type", (did) => ({ userId: 5, did })],
		["a user in a list", (did, userId) => ({ userId: [userId], did })],
		["a user that isn't there", (did) => ({ userId: "nobody", did })],
		["a query", (did) => ({ query: { did } })],
		["a body", (did) => ({ body: { did } })],
		["a DID in a list", (did) => ({ did: [did] })],
		["a DID that is none", () => ({ did: "alice.test" })],
		["a DID with spaces", (did) => ({ did: ` ${did}` })],
		["another DID of a user", (_, userId) => ({ userId, did: "did:plc:somebody" })],
		["an empty DID of a user", (_, userId) => ({ userId, did: "" })],
		["no DID of a user", (_, userId) => ({ userId, did: null })],
		["two DIDs", (did) => ({ did, trustedDid: did })],
		["nothing at all", () => ({})],
	];
	let did: string;
	let userId: string;
	let opened: App;
	beforeAll(async () => {
		opened = await startApp(network);
		const [browser, person] = [opened.browser(), await newPerson(network)];
		await browser.signIn(person);
		did = person.did;
		userId = String((await browser.user())?.id);
	});
	afterAll(() => opened.close());
	beforeEach(() => {
		app = { ...opened, close: async () => {} };
	});

	test.for(INPUTS)("%s", async ([, input]) => {
		const call = app.auth.api.getBskyAgent as (input: object) => Promise<object>;
		const outcome = call(input(did, userId)).then(
			// better-auth answers a call with a request as it would over HTTP.
			async (answer) => (answer instanceof Response ? codeIn(await answer.json()) : "an agent"),
			(error) => error.body?.code ?? error.status,
		);
		expect(await outcome).toMatch(/^(UNAUTHORIZED|NOT_LINKED)$/);
	});

	test("what is trusted has a name of its own", async () => {
		const agent = await app.auth.api.getBskyAgent({ trustedDid: did });
		expect(agent.did).toBe(did);
	});
});

test("says when the person must sign in again, and when to try later", async () => {
	const browser = await open();
	const person = await newPerson(network);
	expect(await code(app.auth.api.getBskyAgent({ did: person.did }))).toBe("SESSION_EXPIRED");
	await browser.signIn(person);
	await expire(app, person.did);
	await network.pds.stop();
	try {
		expect(await code(app.auth.api.getBskyAgent({ did: person.did }))).toBe("SERVER_UNREACHABLE");
	} finally {
		await network.pds.start();
	}
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	expect(agent.did).toBe(person.did);
});

test("a call says so, too", async () => {
	const browser = await open();
	const person = await newPerson(network);
	await browser.signIn(person);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	const write = () => agent.post({ text: "Still here?" }).then(() => "written", bskyErrorCode);
	await network.pds.stop();
	try {
		expect(await write()).toBe("SERVER_UNREACHABLE");
	} finally {
		await network.pds.start();
	}
	expect(await write()).toBe("written");

	const refused = await agent.com.atproto.repo
		.createRecord({ repo: person.did, collection: "no collection", record: {} })
		.catch((error) => error);
	expect(refused.status).toBe(400);
	expect(bskyErrorCode(refused)).toBeUndefined();

	// The server doesn't know the tokens any more, whatever their date says.
	await network.revoke(person.did);
	expect(await write()).toBe("SESSION_EXPIRED");
	expect(await app.auth.api.getBskyAgent({ did: person.did }).catch(bskyErrorCode)).toBe(
		"SESSION_EXPIRED",
	);
});

test("can't be reached over HTTP", async () => {
	const browser = await open();
	const person = await newPerson(network);
	await browser.signIn(person);
	for (const path of ["/bsky/agent", "/get-bsky-agent", "/getBskyAgent", "/bsky/get-agent"]) {
		expect((await browser.post(path, { did: person.did })).status).toBe(404);
	}
});
