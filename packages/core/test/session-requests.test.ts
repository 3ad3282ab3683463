import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, expire, startApp } from "./kit.ts";

/** Most requests of ours that one of `/bsky/session` may cost. */
const MOST = 12;

let world: Awaited<ReturnType<typeof startDirectories>>;
const evil: EvilServer[] = [];

beforeAll(async () => {
	world = await startDirectories(evil);
});
afterAll(() => world.close());

/** Requests that left, redirects included. */
let sent: string[] = [];
const counted: typeof globalThis.fetch = async (input, init) => {
	sent.push(input instanceof Request ? input.url : String(input));
	await allHere;
	return globalThis.fetch(input, init);
};

/** What requests to servers wait for: until all who ask at once have asked. */
let allHere: Promise<void> | undefined;

const start = (database?: App["database"], baseURL?: string) =>
	startApp(world, {
		plugin: { fetch: counted, profileCacheMaxAge: 0 },
		...(baseURL && { baseURL }),
		...(database && { auth: { database } }),
	});

let nonce = 0;
const around = (): Answer => ({ status: 302, headers: { location: "?again" } });
const elsewhere = (): Answer => ({ status: 302, headers: { location: "/oauth/par" } });
const askNonce = (): Answer => ({
	status: 401,
	headers: { "www-authenticate": 'DPoP error="use_dpop_nonce"', "dpop-nonce": `n${++nonce}` },
});
const refuse = (): Answer => ({
	status: 401,
	headers: { "www-authenticate": 'DPoP error="invalid_token"', "dpop-nonce": `n${++nonce}` },
});
const unknown = (): Answer => ({ status: 404, body: { error: "XRPCNotSupported" } });
const inTurns = (...answers: (() => Answer)[]) => {
	let n = 0;
	return (): Answer => answers[n++ % answers.length]?.() ?? {};
};
const fail = (): Answer => ({ status: 500, body: {} });
const tokenNonce = (): Answer => ({
	status: 400,
	headers: { "content-type": "application/json", "dpop-nonce": `n${++nonce}` },
	body: { error: "use_dpop_nonce" },
});

type Deviations = EvilServer["deviations"];

const SERVERS: Record<string, Deviations> = {
	"is honest": {},
	"sends the profile round in circles": { profile: around, record: around },
	"sends the profile elsewhere": { profile: elsewhere, record: elsewhere },
	"always wants another nonce": { profile: askNonce, record: askNonce },
	"refuses every token": { profile: refuse, record: refuse },
	"has no profile": { profile: fail, record: fail },
	"knows no profiles": { profile: unknown, record: fail },
	"knows no profiles, and always wants another nonce": {
		profile: inTurns(askNonce, unknown),
		record: askNonce,
	},
	"knows no profiles, and refuses every token": {
		profile: inTurns(unknown, refuse),
		record: refuse,
	},
	"refuses every token, and to refresh": { profile: refuse, record: refuse, token: tokenNonce },
	"has nothing to say of itself": {
		profile: refuse,
		record: refuse,
		metadata: fail,
		resource: fail,
	},
	"sends everything round in circles": {
		profile: around,
		record: around,
		metadata: around,
		resource: around,
		didDocument: around,
		token: around,
	},
};

/** Somebody signs in, and the app starts anew: nothing is remembered but what is stored. */
async function signedIn(expiresIn: number, deviations: Deviations) {
	const server = await startEvilServer({ handle: `m${evil.length}.test` });
	evil.push(server);
	server.deviations = { token: { expires_in: expiresIn } };
	const first = await start();
	const browser = first.browser();
	await browser.arrive(server.approve(await browser.begin(server.did)));
	const app = await start(first.database, first.origin);
	const again = app.browser();
	for (const [name, value] of browser.cookies) again.setCookie(name, value);
	server.deviations = { token: { expires_in: expiresIn }, ...deviations };
	sent = [];
	const close = () => Promise.all([first.close(), app.close(), server.close()]);
	return { browser: again, close };
}

describe.each(Object.entries(SERVERS))("at a server that %s", (_name, deviations) => {
	test.each([3600, 1])("with a token for %i s", async (expiresIn) => {
		const { browser, close } = await signedIn(expiresIn, deviations);
		const answer = await browser.get("/bsky/session");
		expect(answer.status).toBe(200);
		expect(sent.length, sent.join("\n")).toBeLessThanOrEqual(MOST);
		await close();
	});

	test("twenty at once", async () => {
		const { browser, close } = await signedIn(3600, deviations);
		allHere = new Promise((resolve) => setTimeout(resolve, 500));
		await Promise.all(Array.from({ length: 20 }, () => browser.get("/bsky/session")));
		allHere = undefined;
		expect(sent.length, sent.join("\n")).toBeLessThanOrEqual(MOST);
		await close();
	});
});

test("a refresh that grants less is said in the same answer", async () => {
	const server = await startEvilServer({ handle: "less.test" });
	evil[0] = server;
	const app = await start();
	server.deviations.token = { scope: "atproto transition:generic" };
	const browser = app.browser();
	await browser.arrive(server.approve(await browser.begin(server.did)));
	for (const path of ["/bsky/session", "/bsky/restore"]) {
		const granted = path === "/bsky/session" ? "atproto blob:*/*" : "atproto";
		server.deviations.token = { scope: granted };
		await expire(app, server.did);
		const response = await (path === "/bsky/session" ? browser.get(path) : browser.post(path, {}));
		expect(await response.json()).toMatchObject({ active: true, grantedScope: granted });
	}
	await Promise.all([app.close(), server.close()]);
});
