import { approve } from "@better-auth-bsky/devnet";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Deviation, newDid, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, expire, newPerson, startApp, useNetwork } from "./kit.ts";

/** Alice lives on the reference PDS, and has been here before. */
const network = await useNetwork({ appView: "none" });
let alice: Awaited<ReturnType<typeof newPerson>>;
/** Mallory has a PDS and an authorization server of her own. */
let mallory: Awaited<ReturnType<typeof startEvilServer>>;
/** Bob's server is like hers, and keeps to the protocol. */
let bob: typeof mallory;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let browser: Browser;
let aliceUser: unknown;

beforeAll(async () => {
	alice = await newPerson(network);
});
beforeEach(async () => {
	// Another server each time: what the app remembers of its metadata is of one test only.
	mallory = await startEvilServer();
	bob = await startEvilServer({ handle: "bob.test" });
	world = await startDirectories([mallory, bob], network);
	app = await startApp(world);
	browser = app.browser();
});
afterEach(() => Promise.all([app.close(), mallory.close(), bob.close(), world.close()]));

const error = (url: URL) => url.searchParams.get("error");

async function aliceWasHere(): Promise<void> {
	await app.browser().signIn(alice);
	aliceUser = app.rows("user")[0];
}

/** Nobody came in, nothing is stored, and Alice's account is as it was. */
async function nothingCame(
	end: URL,
	code = /^(issuer_mismatch|server_refused|server_unreachable|server_unsupported)$/,
): Promise<void> {
	expect(error(end)).toMatch(code);
	expect(await browser.user()).toBeNull();
	expect(app.rows("bskySession").map((row) => row.did)).toEqual(aliceUser ? [alice.did] : []);
	expect(app.rows("user")).toEqual(aliceUser ? [aliceUser] : []);
}

afterEach(() => {
	aliceUser = undefined;
});

const begin = () => browser.begin(mallory.did);
const failsWith = async (deviation: Deviation) => {
	mallory.deviations.token = deviation;
	await nothingCame(await browser.arrive(mallory.approve(await begin())));
};

describe("tokens for somebody else", () => {
	test("are refused: the account's own document names another server", async () => {
		await aliceWasHere();
		await failsWith({ sub: alice.did });
		// What came with them is given back.
		expect(mallory.asked("/oauth/revoke")).toBe(true);
	});

	test("also where only the server was typed", async () => {
		await aliceWasHere();
		mallory.deviations.token = { sub: alice.did };
		await nothingCame(await browser.arrive(mallory.approve(await browser.begin(mallory.origin))));
	});

	test("also where a claim of hers is on the way to be linked", async () => {
		await aliceWasHere();
		await browser.signUpWithEmail("mallory@example.com");
		mallory.deviations.token = { sub: alice.did };
		expect(error(await browser.arrive(mallory.approve(await begin())))).toBe("server_refused");
		expect(await browser.user()).toMatchObject({ bskyDid: null });
	});

	test("go to the PDS of whom they are for, not to the one that began it", async () => {
		// Mallory's PDS sends people to the server of somebody honest.
		mallory.deviations.resource = { authorization_servers: [bob.origin] };
		const url = await browser.begin(mallory.did);
		await browser.arrive(bob.approve(url));
		expect(await browser.user()).toMatchObject({ bskyDid: bob.did, name: "Mallory" });
		await browser.get("/bsky/session");
		expect(mallory.received.map(({ path }) => path)).not.toContain("/oauth/token");
		for (const { headers } of mallory.received) {
			expect(headers.authorization).toBeUndefined();
			expect(headers.dpop).toBeUndefined();
		}
	});

	test("are not asked for at a server that doesn't know the PDS", async () => {
		mallory.deviations.resource = { authorization_servers: [network.pdsUrl] };
		const response = await browser.post("/bsky/sign-in", { handle: mallory.did });
		expect(await response.json()).toMatchObject({ code: "SERVER_UNSUPPORTED" });
	});

	test.each([
		["missing", undefined],
		["empty", ""],
		["a number", 1],
		["a list", [alice]],
		["no DID", "mallory.test"],
		["a DID of another kind", "did:key:zQ3shunBKsXixLxKtC5qeSG9E4J5RkGN57im31pcTzbNQnm5w"],
		["a DID with a path", `did:plc:${"a".repeat(24)}/../x`],
		["nobody's", newDid()],
	])("sub is %s", async (_name, sub) => {
		await failsWith({ sub });
	});

	test("a refresh gives no tokens for somebody else either", async () => {
		await browser.arrive(mallory.approve(await begin()));
		await expire(app, mallory.did);
		mallory.deviations.token = { sub: alice.did, scope: "atproto" };
		const restored = await browser.post("/bsky/restore", {});
		// Whoever the answer names: it is the session that was refreshed.
		expect(await restored.json()).toMatchObject({ active: true, did: mallory.did });
		expect(mallory.asked("/oauth/token")).toBe(true);
		expect(app.rows("bskySession").map((row) => row.did)).toEqual([mallory.did]);
		const agent = app.auth.api.getBskyAgent({ did: alice.did });
		await expect(agent).rejects.toMatchObject({ body: { code: "SESSION_EXPIRED" } });
	});
});

describe("tokens of another kind", () => {
	test.each([
		["no DPoP", { token_type: "Bearer" }],
		["no type", { token_type: undefined }],
		["a scope without atproto", { scope: "transition:generic" }],
		["a scope that only looks like it", { scope: "atproto2 xatproto atproto:all" }],
		["no scope", { scope: undefined }],
		["an ID token", { id_token: "a.b.c" }],
		["no access token", { access_token: undefined }],
		["an access token that is a list", { access_token: ["x"] }],
		["a refresh token that is an object", { refresh_token: {} }],
		["an end that is text", { expires_in: "3600" }],
	])("%s", async (_name, deviation) => {
		await failsWith(deviation);
	});

	test.each([
		["nothing", ""],
		["null", "null"],
		["a list", "[]"],
		["a page", "<html>"],
		["a bomb of brackets", "[".repeat(200_000)],
	])("%s", async (_name, body) => {
		await failsWith(() => ({ body, headers: { "content-type": "application/json" } }));
	});

	test("without a refresh token, a session ends with its access token", async () => {
		mallory.deviations.token = { refresh_token: undefined };
		const end = await browser.arrive(mallory.approve(await begin()));
		expect(end.pathname).toBe("/me");
		await expire(app, mallory.did);
		const restored = await browser.post("/bsky/restore", {});
		expect(await restored.json()).toMatchObject({ active: false, reason: "session_expired" });
		expect((await browser.post("/bsky/disconnect", {})).status).toBe(200);
	});
});

describe("a response from another issuer", () => {
	test("foreign, missing, empty or doubled", async () => {
		for (const iss of [
			network.pdsUrl,
			`${mallory.origin}/`,
			"https://evil.example",
			undefined,
			"",
		]) {
			await nothingCame(await browser.arrive(mallory.approve(await begin(), { iss })));
		}
		for (const order of [
			[mallory.origin, network.pdsUrl],
			[network.pdsUrl, mallory.origin],
		]) {
			const twice = mallory.approve(await begin(), { iss: undefined });
			// Past the bounce between loopback hosts, which would leave them out.
			twice.hostname = "localhost";
			for (const iss of order) twice.searchParams.append("iss", iss);
			await nothingCame(await browser.arrive(twice), /^invalid_callback_request$/);
		}
		// Nobody was sent the code.
		expect(mallory.asked("/oauth/token")).toBe(false);
	});

	test("a code of the honest server is not shown to the hostile one", async () => {
		const honest = await approve(await browser.begin(alice.did), { account: alice });
		const code = honest.searchParams.get("code") ?? "";
		// Mallory sends Alice's browser on to her own flow, with the code of the honest one.
		const url = mallory.approve(await begin(), { code, iss: network.pdsUrl });
		await nothingCame(await browser.arrive(url));
		expect(mallory.received.map(({ form }) => form.get("code"))).not.toContain(code);
		// Nor is the hostile server's code taken for the honest one's.
		const state = honest.searchParams.get("state") ?? "";
		await nothingCame(await browser.arrive(mallory.approve(await begin(), { state })));
	});

	test("the honest server refuses the code of another flow of its own", async () => {
		const alice = await newPerson(network);
		const thief = app.browser();
		const [own, foreign] = [
			await approve(await browser.begin(alice.did), { account: alice }),
			await approve(await thief.begin(alice.did), { account: alice }),
		];
		own.searchParams.set("code", foreign.searchParams.get("code") ?? "");
		await nothingCame(await browser.arrive(own));
		await expect.poll(() => network.liveTokens(alice.did)).toEqual([]);
	});

	test("its errors are its own only with its name on them", async () => {
		const denied = { code: undefined, error: "access_denied" };
		const foreign = mallory.approve(await begin(), { ...denied, iss: network.pdsUrl });
		expect(error(await browser.arrive(foreign))).toBe("issuer_mismatch");
		const own = mallory.approve(await begin(), denied);
		expect(error(await browser.arrive(own))).toBe("access_denied");
	});
});

describe("metadata", () => {
	/** What is right, but only where a redirect leads. */
	const redirected: Deviation = (honest, { query }) =>
		query.has("there") ? { body: honest } : { status: 302, headers: { location: "?there" } };
	const refused = async (handle = mallory.did) => {
		const response = await browser.post("/bsky/sign-in", { handle });
		expect(response.status).toBe(422);
		expect(app.rows("bskyState")).toHaveLength(0);
		expect(mallory.asked("/oauth/par")).toBe(false);
	};

	test.each<[string, () => Deviation]>([
		["of the honest server", () => ({ issuer: network.pdsUrl })],
		["of nobody", () => ({ issuer: undefined })],
		["of another path", () => ({ issuer: `${mallory.origin}/other` })],
		["with a slash more", () => ({ issuer: `${mallory.origin}/` })],
		["by redirect", () => redirected],
		["as text", () => (honest) => ({ body: JSON.stringify(honest) })],
		["of a server of another kind", () => ({ client_id_metadata_document_supported: false })],
		["without PAR, which it wants", () => ({ pushed_authorization_request_endpoint: undefined })],
		["with a token endpoint that is no address", () => ({ token_endpoint: "javascript:alert(1)" })],
		["with one in a file", () => ({ token_endpoint: "file:///etc/passwd" })],
		["with one over plain http", () => ({ token_endpoint: "http://evil.example/token" })],
		["for another PDS only", () => ({ protected_resources: ["https://pds.example"] })],
	])("%s is refused", async (_name, deviation) => {
		mallory.deviations.metadata = deviation();
		await refused();
	});

	test.each<[string, () => Deviation]>([
		["of another resource", () => ({ resource: network.pdsUrl })],
		["with two servers", () => ({ authorization_servers: [mallory.origin, network.pdsUrl] })],
		["with none", () => ({ authorization_servers: [] })],
		["by redirect", () => redirected],
	])("of the PDS, %s, is refused", async (_name, deviation) => {
		mallory.deviations.resource = deviation();
		await refused();
	});

	test("that change between the way out and the way back are looked at again", async () => {
		const url = await begin();
		const approved = mallory.approve(url);
		mallory.deviations.didDocument = {
			service: [
				{
					id: "#atproto_pds",
					type: "AtprotoPersonalDataServer",
					serviceEndpoint: network.pdsUrl,
				},
			],
		};
		// Her account has moved to another server since: this one may speak for it no more.
		await nothingCame(await browser.arrive(approved));
	});
});

test("a server that wants the code elsewhere gets no redirect followed", async () => {
	const catcher = await startEvilServer();
	for (const status of [301, 302, 303, 307, 308]) {
		const redirect = () => ({ status, headers: { location: `${catcher.origin}/oauth/token` } });
		mallory.deviations = { token: redirect };
		await nothingCame(await browser.arrive(mallory.approve(await begin())));
		mallory.deviations = { par: redirect };
		expect((await browser.post("/bsky/sign-in", { handle: mallory.did })).status).not.toBe(200);
	}
	expect(catcher.received).toEqual([]);
	await catcher.close();
});
