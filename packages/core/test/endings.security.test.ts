import { execFileSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import type { Account } from "@better-auth-bsky/devnet";
import { sendTo } from "@better-auth-bsky/tools/http-browser";
import type { AuthContext } from "better-auth";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { bskyErrorCode } from "../src/index.ts";
import { resolveOptions } from "../src/options.ts";
import {
	type App,
	type AppOptions,
	Browser,
	expire,
	newPerson,
	startApp,
	useNetwork,
} from "./kit.ts";

/**
 * A stored session ends because the person or the app says so, a new one takes its place, or its own
 * server says that it is over. Whatever else goes wrong, it is there afterwards; and one that isn't
 * is alive at no server.
 */

/** `ENDING_RUNS=200` lives more lives. */
const RUNS = Number(process.env.ENDING_RUNS ?? 3);

const network = await useNetwork({ appView: "none" });
const newKey = () =>
	execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], {
		encoding: "utf8",
	});

const KEY = newKey();
const HOSTS = ["one.endings.dev", "two.endings.dev"] as const;
type Host = (typeof HOSTS)[number];
const [ONE] = HOSTS;
const ORIGINS = {
	allowedHosts: [...HOSTS],
	protocol: "https" as const,
	fallback: `https://${ONE}`,
};

/** Every instance of every app here works on one database. */
const database = new DatabaseSync(":memory:");
let app: App;

beforeAll(async () => {
	app = await instance();
	for (const host of [...HOSTS, "staging.endings.dev"]) {
		await network.publishOrigin(`https://${host}`, app.port);
	}
	return () => app.close();
});

const instance = (options: AppOptions = {}) =>
	startApp(network, {
		baseURL: ORIGINS,
		...options,
		plugin: { allowHttp: true, privateKey: KEY, profileCacheMaxAge: 0, ...options.plugin },
		auth: { database, ...options.auth },
	});

const browserAt = (host: Host, port = app.port) =>
	new Browser(`https://${host}`, sendTo(`http://127.0.0.1:${port}`));

const rowsOf = ({ did }: Account) =>
	database.prepare("select * from bskySession where did = ?").all(did);

const storedToken = async ({ did }: Account) => {
	const { readSession } = await import("../src/stores/session-store.ts");
	const context = (await app.auth.$context) as unknown as Parameters<typeof readSession>[0];
	return (await readSession(context, did))?.session?.tokenSet.refresh_token;
};

/** What the database has of a person is what their server has, and nothing waits. */
async function expectInStep(person: Account, alive: boolean, row = alive) {
	const queue = () => database.prepare("select * from bskyRevocation").all();
	await expect.poll(queue, { timeout: 10_000 }).toEqual([]);
	const live = await network.liveTokens(person.did);
	expect(live).toHaveLength(alive ? 1 : 0);
	expect(rowsOf(person)).toHaveLength(row ? 1 : 0);
	if (alive) expect(live[0]?.currentRefreshToken).toBe(await storedToken(person));
}

async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
	try {
		await call;
		return undefined;
	} catch (error) {
		return bskyErrorCode(error) ?? `no code: ${error}`;
	}
}

type Answer = (request: Request) => Response | Promise<Response> | undefined;

/** A `fetch` that answers some requests itself. */
const answering =
	(answer: Answer): typeof globalThis.fetch =>
	async (input, init) => {
		const request = new Request(input, init);
		return (await answer(request.clone() as Request)) ?? globalThis.fetch(request);
	};

const at = (path: string, answer: Answer): AppOptions => ({
	plugin: {
		fetch: answering((request) =>
			new URL(request.url).pathname === path ? answer(request) : undefined,
		),
	},
});

const oauthError = (status: number, error: string) => () =>
	Response.json({ error, error_description: "as they say" }, { status });

const METADATA = "/.well-known/oauth-authorization-server";
const TOKEN = "/oauth/token";

/** The honest metadata but for some fields. */
const metadata = (changes: Record<string, unknown>): AppOptions =>
	at(METADATA, async (request) => {
		const honest = (await (await globalThis.fetch(request.url)).json()) as object;
		return Response.json({ ...honest, ...changes });
	});

const plain = { "content-type": "text/plain" };
const PLC = /^\/did(:|%3A)plc/i;

/** What goes wrong on the way, or on our side: none of it is the server's word about the session. */
const TROUBLE: Record<string, AppOptions> = {
	"another key": { plugin: { privateKey: newKey() } },
	"no key": { plugin: { privateKey: undefined, publicClient: true } },
	"metadata without the method": metadata({ token_endpoint_auth_methods_supported: ["none"] }),
	"metadata without the algorithm": metadata({
		token_endpoint_auth_signing_alg_values_supported: ["RS256"],
	}),
	"metadata of another issuer": metadata({ issuer: "https://other.endings.dev" }),
	"metadata without a token endpoint": metadata({ token_endpoint: undefined }),
	"metadata that is a page": at(METADATA, () => new Response("<html>", { headers: plain })),
	"no metadata": at(METADATA, () => new Response("", { status: 404 })),
	"token endpoint: 500": at(TOKEN, () => new Response("", { status: 500 })),
	"token endpoint: a page": at(TOKEN, () => new Response("<html>", { headers: plain })),
	"token endpoint: 429": at(TOKEN, oauthError(429, "slow_down")),
	"token endpoint: {}": at(TOKEN, () => Response.json({})),
	"token endpoint: invalid_client": at(TOKEN, oauthError(401, "invalid_client")),
	"token endpoint: invalid_request": at(TOKEN, oauthError(400, "invalid_request")),
	"token endpoint: invalid_dpop_proof": at(TOKEN, oauthError(400, "invalid_dpop_proof")),
	"token endpoint: in its own words": at(TOKEN, oauthError(400, "Session expired")),
	"token endpoint: invalid_grant, with a 503": at(TOKEN, oauthError(503, "invalid_grant")),
	"the directory is down": {
		plugin: {
			fetch: answering(({ url }) =>
				PLC.test(new URL(url).pathname) ? new Response("", { status: 502 }) : undefined,
			),
		},
	},
	"the directory knows nobody": {
		plugin: {
			fetch: answering(({ url }) =>
				PLC.test(new URL(url).pathname) ? new Response("{}", { status: 404 }) : undefined,
			),
		},
	},
	"no connection": {
		plugin: {
			fetch: () => Promise.reject(new TypeError("Failed to fetch")),
		},
	},
	"another origin on the same database": { baseURL: "https://staging.endings.dev" },
	"another path": { auth: { basePath: "/elsewhere" } },
	"a laptop on the same database": {
		baseURL: "http://localhost:1",
		plugin: { privateKey: undefined },
	},
};

test.each(Object.entries(TROUBLE))("%s ends no session", async (_name, options) => {
	const person = await newPerson(network);
	await browserAt(ONE).signIn(person);
	for (const isExpired of [false, true]) {
		if (isExpired) await expire(app, person.did);
		const before = rowsOf(person);
		const troubled = await instance(options);
		const job = () => troubled.auth.api.getBskyAgent({ did: person.did });
		await codeOf(job().then((agent) => agent.com.atproto.server.getSession()));
		await codeOf(job());
		await troubled.close();
		const sealed = (rows: typeof before) => rows.map(({ session }) => session);
		expect(sealed(rowsOf(person))).toEqual(sealed(before));
		await expectInStep(person, true);
	}
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	expect((await agent.com.atproto.server.getSession()).data.did).toBe(person.did);
	await expectInStep(person, true);
});

const refusesAll =
	(headers: Record<string, string>, body: object): Answer =>
	() =>
		Response.json(body, { status: 401, headers });

const INVALID = { "www-authenticate": 'DPoP error="invalid_token"' };
const REFUSALS: [string, Answer][] = [
	["by its header", refusesAll(INVALID, { error: "invalid_token" })],
	["by its body alone", refusesAll({}, { error: "InvalidToken", message: "no" })],
	["as expired", refusesAll({}, { error: "ExpiredToken" })],
	["without a reason", refusesAll({}, {})],
];

test.each(REFUSALS)("a PDS that refuses every token, %s, ends no session", async (_, answer) => {
	const person = await newPerson(network);
	await browserAt(ONE).signIn(person);
	const troubled = await instance(at("/xrpc/com.atproto.server.getSession", answer));
	const agent = await troubled.auth.api.getBskyAgent({ did: person.did });
	for (let call = 0; call < 3; call++) {
		await expect(agent.com.atproto.server.getSession()).rejects.toMatchObject({ status: 401 });
	}
	await troubled.close();
	await expectInStep(person, true);
});

test("the log names the key that is missing", async () => {
	const person = await newPerson(network);
	await browserAt(ONE).signIn(person);
	await expire(app, person.did);
	const [{ kid } = {}] = JSON.parse(
		await (await browserAt(ONE).get("/bsky/jwks.json")).text(),
	).keys;
	for (const name of ["another key", "no key"]) {
		const troubled = await instance(TROUBLE[name]);
		expect(await codeOf(troubled.auth.api.getBskyAgent({ did: person.did }))).toBe(
			"CLIENT_MISCONFIGURED",
		);
		const lines = troubled.logs.filter((line) => line.startsWith("error"));
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain(kid);
		await troubled.close();
	}
});

test("a revocation of another app's client waits for that app", async () => {
	const person = await newPerson(network);
	await browserAt(ONE).signIn(person);
	const staging = await instance({ baseURL: "https://staging.endings.dev" });
	const context = (await staging.auth.$context) as unknown as AuthContext;
	const { revokeSession, retryRevocations } = await import("../src/sessions/revoke.ts");
	const { readSession } = await import("../src/stores/session-store.ts");
	const bsky = (app: App) => app.auth.$context.then((own) => bskyOf(own as unknown as AuthContext));
	const stored = await readSession(context, person.did);
	if (!stored?.session) throw new Error("no session");
	await revokeSession(await bsky(staging), stored.session);
	const queue = () => database.prepare("select attempts, nextAttemptAt from bskyRevocation").all();
	for (let hours = 0; hours < 30; hours++) {
		await retryRevocations(await bsky(staging), Date.now() + hours * 3_600_000);
	}
	expect(queue()).toMatchObject([{ attempts: 0 }]);
	expect(await network.liveTokens(person.did)).toHaveLength(1);
	await retryRevocations(await bsky(app), Date.now() + 40 * 3_600_000);
	expect(queue()).toEqual([]);
	expect(await network.liveTokens(person.did)).toEqual([]);
	await staging.close();
});

test.each(["another key", "no key"])("a revocation waits for its key, with %s", async (name) => {
	const person = await newPerson(network);
	await browserAt(ONE).signIn(person);
	const troubled = await instance(TROUBLE[name]);
	const keyless = TROUBLE[name]?.plugin;
	const browser = browserAt(ONE, troubled.port);
	for (const [cookie, value] of (await signedIn(person)).cookies) browser.setCookie(cookie, value);
	await browser.post("/bsky/disconnect", {});
	const queue = () => database.prepare("select attempts from bskyRevocation").all();
	await expect.poll(queue).toMatchObject([{ attempts: 0 }]);
	const { retryRevocations } = await import("../src/sessions/revoke.ts");
	const at = async ({ auth }: App, privateKey: typeof keyless) => {
		const options = resolveOptions({ allowHttp: true, ...privateKey });
		return new BskyPlugin(options).at((await auth.$context) as unknown as AuthContext);
	};
	for (let hours = 0; hours < 30; hours++) {
		await retryRevocations(await at(troubled, keyless), Date.now() + hours * 3_600_000);
	}
	expect(queue()).toMatchObject([{ attempts: 0 }]);
	expect(await network.liveTokens(person.did)).toHaveLength(1);
	expect(troubled.logs.filter((line) => line.includes("key_missing"))).not.toEqual([]);
	await retryRevocations(await at(app, { privateKey: KEY }), Date.now() + 40 * 3_600_000);
	expect(queue()).toEqual([]);
	expect(await network.liveTokens(person.did)).toEqual([]);
	await troubled.close();
});

/** A browser in which somebody is signed in. */
async function signedIn(person: Account): Promise<Browser> {
	const browser = browserAt(ONE);
	await browser.signIn(person);
	return browser;
}

const bskyOf = (context: AuthContext) =>
	new BskyPlugin(resolveOptions({ allowHttp: true, privateKey: KEY })).at(context);

/** An app's own mistake is its own error, and no session's end. */
const MISTAKES: [string, (agent: Agent) => Promise<unknown>][] = [
	["a bad URL", (agent) => agent.fetchHandler("http://[bad", {})],
	["a header outside Latin-1", (agent) => agent.fetchHandler("/xrpc/x", { headers: { a: "中" } })],
	["a method that is none", (agent) => agent.fetchHandler("/xrpc/x", { method: "a b" })],
	["a body with GET", (agent) => agent.fetchHandler("/xrpc/x", { method: "GET", body: "x" })],
	["a stream that was read", (agent) => upload(agent, readStream())],
	["a stream that is locked", (agent) => upload(agent, lockedStream())],
	["a stream that fails", (agent) => upload(agent, failingStream(new Error("our own disk")))],
	[
		"a stream that fails like a network",
		(agent) => upload(agent, failingStream(new TypeError("fetch failed"))),
	],
	["an aborted call", (agent) => agent.fetchHandler("/xrpc/x", { signal: AbortSignal.abort() })],
];

type Agent = Awaited<ReturnType<App["auth"]["api"]["getBskyAgent"]>>;

const upload = (agent: Agent, body: ReadableStream) =>
	agent.fetchHandler("/xrpc/com.atproto.repo.uploadBlob", {
		method: "POST",
		headers: { "content-type": "text/plain" },
		body,
		duplex: "half",
	} as RequestInit);

function readStream(): ReadableStream {
	const response = new Response("read");
	void response.text();
	return response.body as ReadableStream;
}

function lockedStream(): ReadableStream {
	const stream = new ReadableStream();
	stream.getReader();
	return stream;
}

const failingStream = (error: Error) =>
	new ReadableStream({
		pull: () => Promise.reject(error),
	});

test("an app's own mistake is no session's end", async () => {
	const person = await newPerson(network);
	await browserAt(ONE).signIn(person);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	for (const [name, mistake] of MISTAKES) {
		const error: unknown = await (async () => mistake(agent))().catch((reason) => reason);
		expect(error, name).toBeInstanceOf(Error);
		expect(bskyErrorCode(error), name).toBeUndefined();
		if (name.startsWith("a stream that fails"))
			expect(String(error)).toMatch(/our own disk|fetch failed/);
	}
	await expectInStep(person, true);
});

interface Model {
	/** Whether a session of the person is stored. */
	stored: boolean;
	/** Whether its server has ended it. */
	dead: boolean;
}

interface Real {
	person: Account;
	/** A browser that is signed in, by host. */
	browsers: Partial<Record<Host, Browser>>;
	/** An agent of a job that began some time ago. */
	agent?: Agent;
}

const host = fc.constantFrom(...HOSTS);
type Life = fc.AsyncCommand<Model, Real>;

function life(
	name: string,
	run: (model: Model, real: Real) => Promise<void>,
	check: (model: Model) => boolean = () => true,
): Life {
	return {
		check,
		run: async (model, real) => {
			await run(model, real);
			// What its server has ended stays until somebody asks the server.
			await expectInStep(real.person, model.stored && !model.dead, model.stored);
		},
		toString: () => name,
	};
}

const stored = (model: Model) => model.stored;

/** After a use that reached the server, nobody keeps what the server has ended. */
function used(model: Model): void {
	if (model.dead) Object.assign(model, { stored: false, dead: false });
}

const lives: fc.Arbitrary<Life>[] = [
	...HOSTS.map((each) =>
		fc.constant(
			life(`sign in at ${each}`, async (model, real) => {
				const browser = browserAt(each);
				expect((await browser.signIn(real.person)).pathname).toBe("/me");
				real.browsers[each] = browser;
				Object.assign(model, { stored: true, dead: false });
			}),
		),
	),
	host.map((each) =>
		life(`restore at ${each}`, async (model, { person, browsers }) => {
			if (model.stored) await expire(app, person.did);
			const browser = browsers[each];
			if (!browser) return;
			const response = await browser.post("/bsky/restore", {});
			expect(response.status).toBe(200);
			expect(await response.json()).toMatchObject({ active: model.stored && !model.dead });
			used(model);
		}),
	),
	fc.constantFrom(...Object.entries(TROUBLE)).map(([name, options]) =>
		life(
			`trouble: ${name}`,
			async (model, { person }) => {
				if (model.dead) return;
				await expire(app, person.did);
				const troubled = await instance(options);
				await codeOf(troubled.auth.api.getBskyAgent({ did: person.did }));
				await troubled.close();
			},
			stored,
		),
	),
	fc.constant(
		life("a job begins", async (model, real) => {
			const code = await codeOf(
				app.auth.api.getBskyAgent({ did: real.person.did }).then((agent) => {
					real.agent = agent;
				}),
			);
			// Without a call, a token that hasn't ended is taken for good.
			expect(code === undefined || code === "SESSION_EXPIRED").toBe(true);
			if (model.stored && !model.dead) expect(code).toBeUndefined();
			if (code) used(model);
		}),
	),
	fc.constant(
		life("the job goes on", async (model, { agent }) => {
			const code = agent && (await codeOf(agent.com.atproto.server.getSession()));
			if (!agent) return;
			expect(code).toBe(model.stored && !model.dead ? undefined : "SESSION_EXPIRED");
			used(model);
		}),
	),
	fc.constant(
		life(
			"its server ends it",
			async (model, { person }) => {
				await network.pds.server.ctx.accountManager.db.db
					.deleteFrom("token")
					.where("did", "=", person.did as `did:plc:${string}`)
					.execute();
				model.dead = true;
			},
			stored,
		),
	),
	host.map((each) =>
		life(`disconnect at ${each}`, async (model, { browsers }) => {
			const response = await browsers[each]?.post("/bsky/disconnect", {});
			if (response) Object.assign(model, { stored: false, dead: false });
		}),
	),
];

test("in any order of events, a session ends for a reason, and leaves nothing alive", async () => {
	await fc.assert(
		fc.asyncProperty(fc.commands(lives, { maxCommands: 30, size: "max" }), async (commands) => {
			const real: Real = { person: await newPerson(network), browsers: {} };
			await fc.asyncModelRun(() => ({ model: { stored: false, dead: false }, real }), commands);
		}),
		{ numRuns: RUNS, endOnFailure: true },
	);
}, 600_000);
