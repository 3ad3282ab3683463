import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AppOptions, expire, newPerson, startApp, useNetwork } from "./kit.ts";

const newKey = () =>
	execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], {
		encoding: "utf8",
	});

const network = await useNetwork();
/** A PDS remembers a client's metadata and keys by its ID: every test is another client. */
let tests = 0;
let ORIGIN: string;
let cleanUp: AsyncDisposableStack;

beforeEach(() => {
	ORIGIN = `https://app-${++tests}.dev`;
	cleanUp = new AsyncDisposableStack();
});
afterEach(() => cleanUp.disposeAsync());

/** The app as it runs in production, under a public name that leads to its local port. */
async function open(plugin: AppOptions["plugin"], auth?: AppOptions["auth"]) {
	const app = await startApp(network, {
		baseURL: ORIGIN,
		plugin: { allowHttp: true, ...plugin },
		auth,
	});
	const opened = cleanUp.use(new AsyncDisposableStack());
	opened.defer(() => app.close());
	const published = await network.publishOrigin(ORIGIN, app.port);
	opened.defer(() => published.unpublish());
	/** Takes the app down, for another one under the same origin. */
	const shutDown = () => opened.disposeAsync();
	return { app, browser: app.browser(), shutDown };
}

const clientAuth = async (did: string) => {
	const db = network.pds.server?.ctx.accountManager.db.db;
	const rows = await db
		?.selectFrom("token")
		.selectAll()
		.where("did", "=", did as `did:plc:${string}`)
		.execute();
	return rows?.map((row) => [row.clientId, JSON.parse(JSON.stringify(row.clientAuth))]);
};

test("signs in with private_key_jwt, and refreshes with it", async () => {
	const { app, browser } = await open({
		privateKey: newKey(),
		clientMetadata: { clientName: "My App" },
	});
	const person = await newPerson(network);
	expect((await browser.signIn(person)).href).toBe(`${ORIGIN}/me`);
	expect(await browser.user()).toMatchObject({ bskyHandle: person.handle });
	expect([...browser.cookies.keys()]).toContain("__Secure-better-auth.session_token");
	const [[clientId, auth] = []] = (await clientAuth(person.did)) ?? [];
	expect(clientId).toBe(`${ORIGIN}/api/auth/bsky/client-metadata.json`);
	expect(JSON.stringify(auth)).toContain("private_key_jwt");
	await expire(app, person.did);
	const restored = await browser.post("/bsky/restore", {});
	expect(await restored.json()).toMatchObject({ active: true });
});

test("publishes what a server needs to know, and no secret", async () => {
	const keys = [newKey(), newKey()];
	const { browser } = await open({
		privateKey: keys,
		clientMetadata: {
			clientName: "My App",
			scope: "atproto",
			logoUri: `${ORIGIN}/logo.png`,
			tosUri: `${ORIGIN}/terms`,
			policyUri: `${ORIGIN}/privacy`,
		},
	});
	const base = `${ORIGIN}/api/auth/bsky`;
	expect(await browser.json("/bsky/client-metadata.json")).toEqual({
		client_id: `${base}/client-metadata.json`,
		client_name: "My App",
		client_uri: ORIGIN,
		logo_uri: `${ORIGIN}/logo.png`,
		tos_uri: `${ORIGIN}/terms`,
		policy_uri: `${ORIGIN}/privacy`,
		redirect_uris: [`${base}/callback`],
		scope: "atproto",
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
		application_type: "web",
		token_endpoint_auth_method: "private_key_jwt",
		token_endpoint_auth_signing_alg: "ES256",
		jwks_uri: `${base}/jwks.json`,
		dpop_bound_access_tokens: true,
	});
	const jwks = (await browser.json("/bsky/jwks.json")) as { keys: Record<string, unknown>[] };
	expect(jwks.keys).toHaveLength(2);
	for (const key of jwks.keys) {
		expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
	}
});

test("a session that began with the old key goes on after a rotation", async () => {
	const [oldKey, newerKey] = [newKey(), newKey()];
	const first = await open({ privateKey: oldKey });
	const person = await newPerson(network);
	await first.browser.signIn(person);
	await first.shutDown();
	const { database } = first.app;
	const second = await open({ privateKey: [newerKey, oldKey] }, { database });
	await expire(second.app, person.did);
	const agent = await second.app.auth.api.getBskyAgent({ did: person.did });
	expect((await agent.getProfile({ actor: person.did })).data.did).toBe(person.did);
	await second.shutDown();
	// Without the old key that session can't be used; with it, it can again.
	const third = await open({ privateKey: newerKey }, { database });
	await expire(third.app, person.did);
	const useless = third.app.auth.api.getBskyAgent({ did: person.did });
	await expect(useless).rejects.toMatchObject({ body: { code: "CLIENT_MISCONFIGURED" } });
	await third.shutDown();
	const fourth = await open({ privateKey: [newerKey, oldKey] }, { database });
	const back = await fourth.app.auth.api.getBskyAgent({ did: person.did });
	expect(back.did).toBe(person.did);
});

test("a public client, where that is meant", async () => {
	const { browser } = await open({ publicClient: true });
	const person = await newPerson(network);
	expect((await browser.signIn(person)).href).toBe(`${ORIGIN}/me`);
	expect(await browser.json("/bsky/client-metadata.json")).toMatchObject({
		token_endpoint_auth_method: "none",
	});
	expect(await browser.json("/bsky/jwks.json")).toEqual({ keys: [] });
});

test("the plain http servers of a local network need allowHttp", async () => {
	const { browser } = await open({ privateKey: newKey(), allowHttp: false });
	const person = await newPerson(network);
	const response = await browser.post("/bsky/sign-in", { handle: person.handle });
	expect(response.status).toBeGreaterThanOrEqual(400);
});
