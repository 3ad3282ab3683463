import { createHash } from "node:crypto";
import { XRPCError } from "@atproto/api";
import { NodeOAuthClient, type NodeSavedSession } from "@atproto/oauth-client-node";
import { type Account, approve } from "@better-auth-bsky/devnet";
import { betterAuth } from "better-auth";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import {
	BLUESKY_APPVIEW,
	bskyErrorCode,
	hasScope,
	missingScope,
	scope,
	scopes,
} from "../src/index.ts";
import { atprotoAuth } from "../src/plugin.ts";
import { asStore } from "./elsewhere-kit.ts";
import { type App, type AppOptions, newPerson, SECRET, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork();

const POST = "app.bsky.feed.post";
const LIKE = "app.bsky.feed.like";
const PROFILE = "app.bsky.actor.getProfile";
const APPVIEW = "did:web:api.bsky.app%23bsky_appview";

const GRANTED = [
	`repo:${POST}`,
	`repo:${POST}?action=create`,
	`repo:${POST}?action=create&action=delete`,
	`repo:${POST}?action=delete&action=create`,
	"repo:*",
	"repo:*?action=delete",
	`repo?collection=${POST}&collection=${LIKE}`,
	"blob:*/*",
	"blob:image/*",
	"blob:image/png",
	"blob?accept=image/*&accept=video/mp4",
	`rpc:${PROFILE}?aud=${APPVIEW}`,
	`rpc:${PROFILE}?aud=did:web:api.bsky.app#bsky_appview`,
	`rpc:${PROFILE}?aud=*`,
	`rpc:*?aud=${APPVIEW}`,
	`rpc?lxm=${PROFILE}&lxm=app.bsky.feed.getTimeline&aud=*`,
	"identity:handle",
	"identity:*",
	"account:email",
	"account:email?action=read",
	"account:email?action=manage",
	"account:repo?action=manage",
	"account:status?action=manage",
	"transition:generic",
	"transition:email",
	"transition:chat.bsky",
];

/** What the builders make. */
const BUILT = [
	scope.repo("xyz.statusphere.status"),
	scope.repo("xyz.statusphere.status", ["update", "create"]),
	scope.repo(["xyz.statusphere.status", POST], ["delete"]),
	scope.repo("*", ["create"]),
	scope.blob("video/*"),
	scope.blob("image/svg+xml"),
	scope.blob("image/svg+xml", "IMAGE/webp"),
	scope.rpc("app.bsky.feed.getTimeline", BLUESKY_APPVIEW),
	scope.rpc(["app.bsky.feed.getFeed", "app.bsky.feed.getFeedSkeleton"], "*"),
	scope.rpc("*", "did:web:api.example.com#svc"),
];

const DROPPED = [
	"repo:xyz.statusphere.*",
	`repo:${POST}?action=read`,
	"repo",
	"repo:",
	"repo:notansid",
	`repo:${POST}?collection=${LIKE}`,
	"blob:*",
	"blob",
	"rpc:*?aud=*",
	`rpc:${PROFILE}`,
	`rpc:${PROFILE}?aud=did:web:api.bsky.app`,
	"rpc:app.bsky.feed.*?aud=*",
	"identity:did",
	"account:*",
	"account:email?action=write",
	"include:notansid",
	"include:app.bsky.authFullApp?aud=*",
	"include:app.bsky.authFullApp?aud=did:web:api.bsky.app",
	"foo",
	"foo:bar",
	"transition:unknown",
	"space:app.bsky.feed.post",
];

/** With what the server says. */
const REFUSED: [scope: string, error: string][] = [
	["atproto openid", "invalid_scope"],
	["transition:generic", "invalid_client_metadata"],
	["atproto  transition:generic", "invalid_request"],
	["atproto\ttransition:generic", "invalid_request"],
	['atproto "transition:generic"', "invalid_request"],
	["atproto é", "invalid_request"],
	["atproto transition:generic transition:generic", "invalid_client_metadata"],
];

const REDIRECT = "http://127.0.0.1/callback";

/** Of a client on localhost that declares this. */
const clientId = (scope: string) =>
	`http://localhost?${new URLSearchParams({ scope, redirect_uri: REDIRECT })}`;

/** A sign-in of an app that checks nothing, by the SDK alone; it returns what is granted. */
function unchecked(wanted: string) {
	const sessions = new Map<string, NodeSavedSession>();
	const states = new Map();
	const client = new NodeOAuthClient({
		requestLock: (_name, run) => run(),
		clientMetadata: {
			client_id: clientId(wanted),
			redirect_uris: [REDIRECT],
			scope: wanted,
			grant_types: ["authorization_code", "refresh_token"],
			response_types: ["code"],
			application_type: "native",
			token_endpoint_auth_method: "none",
			dpop_bound_access_tokens: true,
		},
		stateStore: asStore(states),
		sessionStore: asStore(sessions),
		handleResolver: network.handleResolverUrl,
		plcDirectoryUrl: network.plcUrl,
		allowHttp: true,
	});
	return async (person: Account): Promise<string> => {
		const url = await client.authorize(person.handle, { scope: wanted });
		const back = await approve(url, { account: person });
		const { session } = await client.callback(back.searchParams);
		return sessions.get(session.did)?.tokenSet.scope ?? "";
	};
}

/** What the server says to a request that the SDK would not send. */
async function push(wanted: string): Promise<unknown> {
	const body = new URLSearchParams({
		client_id: clientId(wanted),
		redirect_uri: REDIRECT,
		response_type: "code",
		state: "state",
		code_challenge: createHash("sha256").update("verifier").digest("base64url"),
		code_challenge_method: "S256",
		scope: wanted,
	});
	return (await fetch(`${network.pdsUrl}/oauth/par`, { method: "POST", body })).json();
}

/** Starts an app that declares these, without anybody who signs in. */
const start = (declared: string) =>
	Promise.resolve().then(
		() =>
			betterAuth({
				baseURL: "http://localhost:3000",
				secret: SECRET,
				logger: { disabled: true },
				plugins: [atprotoAuth({ clientMetadata: { scope: declared } })],
			}).$context,
	);

describe("what the reference server does with a scope is what the start of an app says of it", () => {
	test("grants, as it is written, and starts; drops without a word, and is refused", async () => {
		const person = await newPerson(network);
		const wanted = [...GRANTED, ...BUILT, ...DROPPED];
		const granted = (await unchecked(`atproto ${wanted.join(" ")}`)(person)).split(" ");
		expect(granted.toSorted()).toEqual(["atproto", ...GRANTED, ...BUILT].toSorted());
	});

	test.each([...GRANTED, ...BUILT])("%s starts", async (each) => {
		await expect(start(`atproto ${each}`)).resolves.toBeDefined();
	});

	test.each(DROPPED)("%s doesn't", async (each) => {
		await expect(start(`atproto ${each}`)).rejects.toMatchObject({
			name: "BskyOptionError",
			option: "clientMetadata.scope",
			message: expect.stringContaining(`"${each}"`),
		});
	});

	test.each(REFUSED)("%j is refused by both", async (each, error) => {
		await expect(start(each)).rejects.toMatchObject({ option: "clientMetadata.scope" });
		expect(await push(each)).toMatchObject({ error });
	});
});

describe("permission sets", () => {
	/** A set on an account of the network, which the server then takes for the authority of all names. */
	async function publishSet(nsid: string, permissions: object[]): Promise<void> {
		const owner = await newPerson(network);
		const agent = await owner.agent();
		await agent.com.atproto.repo.putRecord({
			repo: owner.did,
			collection: "com.atproto.lexicon.schema",
			rkey: nsid,
			record: {
				$type: "com.atproto.lexicon.schema",
				lexicon: 1,
				id: nsid,
				defs: { main: { type: "permission-set", title: "Posts", permissions } },
			},
		});
		const { cfg } = network.pds.server.ctx;
		cfg.lexicon.didAuthority = owner.did as `did:plc:${string}`;
		onTestFinished(() => {
			delete cfg.lexicon.didAuthority;
		});
	}

	test("what is in one is granted, and hasScope() goes by that", async () => {
		await publishSet("org.example.scopes.authPosts", [
			{
				type: "permission",
				resource: "repo",
				collection: ["org.example.scopes.post"],
				action: ["create"],
			},
			{ type: "permission", resource: "rpc", lxm: ["org.example.scopes.read"], inheritAud: true },
		]);
		const include = scope.include("org.example.scopes.authPosts", BLUESKY_APPVIEW);
		const { app, browser } = await open({ plugin: { clientMetadata: { scope: scopes(include) } } });
		const person = await newPerson(network);
		await browser.signIn(person);
		const session = await sessionOf(browser);
		expect(session.grantedScope).not.toContain("include:");
		const post = scope.repo("org.example.scopes.post", ["create"]);
		expect(hasScope(session, post)).toBe(true);
		expect(hasScope(session, scope.rpc("org.example.scopes.read", BLUESKY_APPVIEW))).toBe(true);
		expect(hasScope(session, scope.repo("org.example.scopes.post"))).toBe(false);
		await app.auth.api.getBskyAgent({ trustedDid: person.did });
		// Nothing is missing.
		expect(app.logs.join("\n")).not.toContain("was not granted");
	});
});

let app: App;
afterEach(() => app?.close());

async function open(options: AppOptions = {}) {
	app = await startApp(network, options);
	return { app, browser: app.browser() };
}

type Browser = ReturnType<App["browser"]>;

interface Session {
	active: boolean;
	grantedScope?: string;
}

const sessionOf = async (browser: Browser): Promise<Session> => {
	const { active, grantedScope } = await browser.json("/bsky/session");
	return {
		active: active === true,
		...(typeof grantedScope === "string" && { grantedScope }),
	};
};

const POSTS = scope.repo(POST, ["create"]);
const DECLARED = scopes(POSTS, scope.blob("image/*"), scope.email());

/** An app that may ask for three things, and asks for one. */
const narrow: AppOptions = {
	plugin: { clientMetadata: { scope: DECLARED }, signInScope: scopes(POSTS) },
};

describe("asking for less", () => {
	test("a plain sign-in asks for signInScope, one with a scope for that", async () => {
		const { browser } = await open(narrow);
		const person = await newPerson(network);
		await browser.signIn(person);
		expect((await sessionOf(browser)).grantedScope).toBe(scopes(POSTS));
		const restored = await (await browser.post("/bsky/restore", {})).json();
		expect(restored).toMatchObject({ active: true, grantedScope: scopes(POSTS) });
		for (const wanted of [DECLARED, scopes(scope.email()), "atproto"]) {
			await browser.signIn(person, { scope: wanted });
			expect((await sessionOf(browser)).grantedScope).toBe(wanted);
		}
	});

	test("without signInScope all that is declared is asked for", async () => {
		const { browser } = await open({ plugin: { clientMetadata: { scope: DECLARED } } });
		await browser.signIn(await newPerson(network));
		expect((await sessionOf(browser)).grantedScope).toBe(DECLARED);
	});

	test("atproto goes without saying, and an empty field says nothing", async () => {
		const { browser } = await open(narrow);
		const person = await newPerson(network);
		await browser.signIn(person, { scope: scope.email() });
		expect((await sessionOf(browser)).grantedScope).toBe(scopes(scope.email()));
		await browser.signIn(person, { scope: "" });
		expect((await sessionOf(browser)).grantedScope).toBe(scopes(POSTS));
	});

	test("on localhost it is one client all the same, and the session goes on as that", async () => {
		const { browser } = await open(narrow);
		const person = await newPerson(network);
		const ids = [];
		for (const wanted of [undefined, DECLARED, "atproto"]) {
			const url = new URL(await browser.begin(person.handle, { scope: wanted }));
			ids.push(new URL(url.searchParams.get("client_id") ?? "").searchParams.get("scope"));
		}
		expect(ids).toEqual([DECLARED, DECLARED, DECLARED]);
	});

	test("a form says it, too", async () => {
		const { browser } = await open(narrow);
		const person = await newPerson(network);
		const fields = { handle: person.handle, callbackURL: "/me", scope: scopes(scope.email()) };
		const response = await browser.fetch("/api/auth/bsky/sign-in", {
			method: "POST",
			headers: { "content-type": "application/x-www-form-urlencoded" },
			body: new URLSearchParams(fields).toString(),
		});
		expect(response.status).toBe(302);
		const page = response.headers.get("location") ?? "";
		await browser.arrive(await approve(page, { account: person }));
		expect((await sessionOf(browser)).grantedScope).toBe(fields.scope);
	});

	test("the server's own call says it, too", async () => {
		const { app } = await open(narrow);
		const person = await newPerson(network);
		const body = { handle: person.handle, scope: "atproto" };
		expect(await app.auth.api.signInBsky({ body })).toMatchObject({ redirect: true });
	});

	test("what the person leaves out is not granted, and no failure", async () => {
		const { browser } = await open({ plugin: { clientMetadata: { scope: DECLARED } } });
		const person = await newPerson(network);
		const url = await browser.begin(person.handle);
		const left = DECLARED.replace(` ${scope.email()}`, "");
		const back = await approve(url, { account: person, scope: left });
		expect((await browser.arrive(back)).pathname).toBe("/me");
		const session = await sessionOf(browser);
		expect(session).toEqual({ active: true, grantedScope: left });
		expect(hasScope(session, scope.email())).toBe(false);
		expect(hasScope(session, POSTS)).toBe(true);
	});
});

describe("what isn't declared", () => {
	const wrong = [
		["not declared", `atproto repo:${POST}`],
		["all of it", "atproto repo:*"],
		["declared in another order", `atproto repo:${POST}?action=create repo:*`],
		["no scope", "atproto blob:*"],
		["two spaces", `atproto  ${POSTS}`],
		["a space at the end", `atproto ${POSTS} `],
		["a line break", "atproto\n"],
		["of another protocol", "atproto openid"],
	] as const;

	test.each(wrong)("is refused before anybody is asked: %s", async (_, wanted) => {
		const asked: string[] = [];
		const fetch: typeof globalThis.fetch = (input, init) => {
			asked.push(input instanceof Request ? input.url : String(input));
			return globalThis.fetch(input, init);
		};
		const { app, browser } = await open({ plugin: { ...narrow.plugin, fetch } });
		const body = { handle: "nobody.test", scope: wanted };
		const response = await browser.post("/bsky/sign-in", body);
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({ code: "SCOPE_NOT_DECLARED" });
		expect(asked).toEqual([]);
		expect(app.rows("bskyState")).toEqual([]);
	});

	test("the log names it", async () => {
		const { app, browser } = await open(narrow);
		await browser.post("/bsky/sign-in", { handle: "nobody.test", scope: "atproto repo:*" });
		const lines = app.logs.filter((line) => line.includes("SCOPE_NOT_DECLARED"));
		expect(lines).toEqual([expect.stringContaining('"repo:*" is not in clientMetadata.scope')]);
		expect(lines[0]).toMatch(/^warn/);
	});

	test("a form is led to the page for errors", async () => {
		const { browser } = await open(narrow);
		const fields = { handle: "nobody.test", scope: "repo:*", errorCallbackURL: "/failed" };
		const response = await browser.fetch("/api/auth/bsky/sign-in", {
			method: "POST",
			headers: { "content-type": "application/x-www-form-urlencoded" },
			body: new URLSearchParams(fields).toString(),
		});
		const { pathname, searchParams } = new URL(response.headers.get("location") ?? "");
		expect([pathname, searchParams.get("error")]).toEqual(["/failed", "scope_not_declared"]);
	});

	test("what is no text is a mistake of another kind", async () => {
		const { browser } = await open(narrow);
		const body = { handle: "nobody.test", scope: ["atproto"] };
		const response = await browser.post("/bsky/sign-in", body);
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({ code: "VALIDATION_ERROR" });
	});

	test.each([
		[`atproto repo:${POST}`, `"repo:${POST}" is not in clientMetadata.scope`],
		["repo:*", 'must contain "atproto"'],
		["atproto  account:email", "one space between"],
		["atproto account:email account:email", '"account:email" is there twice'],
	])("in signInScope it is refused at start-up: %j", (signInScope, said) => {
		const begin = () => atprotoAuth({ clientMetadata: { scope: DECLARED }, signInScope });
		expect(begin).toThrow(expect.objectContaining({ option: "signInScope" }));
		expect(begin).toThrow(said);
	});
});

describe("a call that the person hasn't allowed", () => {
	const failureOf = (call: Promise<unknown>): Promise<unknown> =>
		call.then(
			() => "no error",
			(error) => error,
		);

	test("is SCOPE_MISSING, with what to ask for; what they have allowed works", async () => {
		const { app, browser } = await open(narrow);
		const person = await newPerson(network);
		await browser.signIn(person);
		const headers = { cookie: browser.cookie };
		const agent = await app.auth.api.getBskyAgent({ headers });
		const { uri } = await agent.post({ text: "allowed" });
		const session = await sessionOf(browser);
		const picture = new Blob([new Uint8Array([1])], { type: "image/png" });
		const lacking: [call: () => Promise<unknown>, scope: string][] = [
			[() => agent.deletePost(uri), scope.repo(POST, ["delete"])],
			[() => agent.like(uri, "bafyreiaaaa"), scope.repo(LIKE, ["create"])],
			[() => agent.uploadBlob(picture, { encoding: "image/png" }), scope.blob("image/png")],
			[() => agent.getProfile({ actor: person.did }), scope.rpc(PROFILE, BLUESKY_APPVIEW)],
			[
				() => agent.com.atproto.identity.updateHandle({ handle: "other.test" }),
				scope.identity("handle"),
			],
		];
		for (const [call, needed] of lacking) {
			const error = await failureOf(call());
			expect([needed, bskyErrorCode(error)]).toEqual([needed, "SCOPE_MISSING"]);
			expect(missingScope(error)).toBe(needed);
			expect(hasScope(session, needed)).toBe(false);
		}
		// The session is as good as before.
		expect(await sessionOf(browser)).toEqual(session);
		await agent.post({ text: "still allowed" });
	});

	test("asked for in the next sign-in, it works", async () => {
		const { app, browser } = await open(narrow);
		const person = await newPerson(network);
		await browser.signIn(person, { scope: DECLARED });
		const agent = await app.auth.api.getBskyAgent({ trustedDid: person.did });
		const picture = new Blob([new Uint8Array([1])], { type: "image/png" });
		const { data } = await agent.uploadBlob(picture, { encoding: "image/png" });
		expect(data.blob.size).toBe(1);
	});

	test("other servers have another word for it, or don't say which", () => {
		const other = new XRPCError(403, "InsufficientScope", "Insufficient scope");
		expect([bskyErrorCode(other), missingScope(other)]).toEqual(["SCOPE_MISSING", undefined]);
		const behind = new Error("The job failed.", { cause: other });
		expect(bskyErrorCode(behind)).toBe("SCOPE_MISSING");
	});

	test("what else is refused is something else", async () => {
		const { app, browser } = await open(narrow);
		const [person, other] = [await newPerson(network), await newPerson(network)];
		await browser.signIn(person);
		const agent = await app.auth.api.getBskyAgent({ trustedDid: person.did });
		const record = { $type: POST, text: "x", createdAt: new Date().toISOString() };
		const elsewhere = await failureOf(
			agent.com.atproto.repo.createRecord({ repo: other.did, collection: POST, record }),
		);
		expect(bskyErrorCode(elsewhere)).toBeUndefined();
		expect(missingScope(elsewhere)).toBeUndefined();
		const never = await failureOf(agent.com.atproto.server.listAppPasswords());
		expect(bskyErrorCode(never)).toBeUndefined();
		expect(bskyErrorCode(new XRPCError(400, "ScopeMissingError"))).toBeUndefined();
	});
});
