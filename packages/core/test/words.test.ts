import { APIError } from "better-auth/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Deviation, type Part, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, startApp } from "./kit.ts";

/** What a person and the app's operator are told: a code with its sentence, and a line in the log. */

let server: Awaited<ReturnType<typeof startEvilServer>>;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let browser: Browser;
/** What a hook of the app's does before it lets somebody in. */
let hook: () => void = () => {};

beforeAll(async () => {
	server = await startEvilServer({ handle: "alice.test" });
	world = await startDirectories([server]);
	app = await startApp(world, {
		auth: {
			logger: { level: "debug", log: (level, ...rest) => lines.push([level, ...rest].join(" ")) },
			databaseHooks: { session: { create: { before: async () => hook() } } },
		},
	});
});
afterAll(() => Promise.all([app, server, world].map((each) => each?.close())));

const lines: string[] = [];
const levels = () =>
	lines.filter((line) => line.includes("better-auth-bsky")).map((line) => line.split(" ")[0]);

beforeEach(() => {
	server.deviations = {};
	hook = () => {};
	lines.length = 0;
	browser = app.browser();
});

async function begin(handle: string = server.did) {
	const response = await browser.post("/bsky/sign-in", { handle, callbackURL: "/me" });
	const answer = (await response.json()) as { url?: string; code?: string; message?: string };
	return { status: response.status, ...answer };
}

/** Where a sign-in ends for which the server sends these parameters. */
async function end(changes: Record<string, string | undefined> = {}) {
	const { url = "" } = await begin();
	const { pathname, searchParams } = await browser.arrive(server.approve(url, changes));
	return searchParams.get("error") ?? pathname;
}

const denied = (error_description?: string) => ({
	code: undefined,
	error: "access_denied",
	error_description,
});

test("nothing is said where all is well", async () => {
	expect(await end()).toBe("/me");
	expect(levels()).toEqual([]);
});

test.each([
	[9, "/me"],
	[20, "/me"],
	[59, "/me"],
	[61, "state_not_found"],
])("after %i minutes at their server a person comes to %s", async (minutes, expected) => {
	const response = await browser.post("/bsky/sign-in", { handle: server.did, callbackURL: "/me" });
	const [cookie = ""] = response.headers.getSetCookie().filter((line) => /bsky_state/.test(line));
	expect(cookie).toMatch(/max-age=3600\b/i);
	const { url } = (await response.json()) as { url: string };
	vi.useFakeTimers({ now: Date.now() + minutes * 60_000, toFake: ["Date"] });
	const back = await browser.arrive(server.approve(url)).finally(() => vi.useRealTimers());
	expect(back.searchParams.get("error") ?? back.pathname).toBe(expected);
});

describe("what access_denied means", () => {
	test.each([
		// The reference server's.
		["access_denied", "The user rejected the request"],
		["account_deactivated", "This account has been deactivated"],
		["state_not_found", "This request has expired"],
		["state_not_found", "This request was already authorized"],
		["server_refused", "This request was initiated for another client"],
		["server_refused", "This request was initiated from another device"],
		["server_refused", "This request was not initiated"],
		["server_refused", 'The "atproto" scope is required'],
		// Others'.
		["access_denied", undefined],
		["access_denied", ""],
		["access_denied", "User denied access"],
		["access_denied", "User cancelled"],
		["access_denied", "The resource owner or authorization server denied the request."],
		["access_denied", "Access denied"],
		["access_denied", "access_denied"],
		["access_denied", "The user did not consent"],
		["access_denied", "User chose not to authorize"],
		["access_denied", "Authorization was denied."],
		["access_denied", "The user declined the authorization request."],
		["access_denied", "the user canceled the sign-in"],
		["access_denied", "Denied by the resource owner"],
		["access_denied", "The resource owner denied the request"],
		["account_deactivated", "Account is deactivated."],
		["account_deactivated", "AccountDeactivated"],
		["state_not_found", "Session expired, please try again"],
		["server_refused", "This account has been suspended"],
		["server_refused", "Account taken down"],
		["server_refused", "Too many sessions"],
		["server_refused", "The user was not found"],
		["server_refused", "The user does not exist"],
		["server_refused", "Access denied by policy"],
		["server_refused", "Access denied: user is blocked by policy"],
		["server_refused", "<b>The user</b> must call +1 555 0100"],
		["server_refused", "x".repeat(5000)],
	])("%s: %s", async (code, description) => {
		expect(await end(denied(description))).toBe(code);
		// As servers send it that forget whose denial it is.
		const stateless = { ...denied(description), state: undefined, iss: undefined };
		expect(await end(stateless)).toBe(code);
	});
});

/** Metadata of a server that a client can't sign in at. */
const UNUSABLE: [string, Part, Deviation][] = [
	["a DID document without a PDS", "didDocument", { service: [] }],
	["a DID document without services", "didDocument", { service: undefined }],
	[
		"a DID document with other services only",
		"didDocument",
		{ service: [{ id: "#labeler", type: "AtprotoLabeler", serviceEndpoint: "http://127.0.0.1" }] },
	],
	["no DPoP algorithm", "metadata", { dpop_signing_alg_values_supported: undefined }],
	["an empty list of them", "metadata", { dpop_signing_alg_values_supported: [] }],
	["unknown DPoP algorithms", "metadata", { dpop_signing_alg_values_supported: ["EdDSA", "PQ1"] }],
	["no client authentication", "metadata", { token_endpoint_auth_methods_supported: ["x"] }],
	["no PAR endpoint", "metadata", { pushed_authorization_request_endpoint: undefined }],
	["another issuer", "metadata", { issuer: "http://127.0.0.1:1" }],
	["no issuer", "metadata", { issuer: undefined }],
	["no authorization server", "resource", { authorization_servers: [] }],
	["two authorization servers", "resource", { authorization_servers: ["http://a", "http://b"] }],
	["a PAR answer without its URI", "par", { request_uri: undefined }],
	["a PAR answer in numbers", "par", { request_uri: 5 }],
];

describe("a server that this can't be done with is said to be unsupported", () => {
	test.each(UNUSABLE)("%s", async (_, part, deviation) => {
		// Of its own: what a server says of itself is remembered for a minute.
		const own = await startEvilServer({ handle: "odd.test" });
		const directories = await startDirectories([own]);
		const fresh = await startApp(directories);
		own.deviations = { [part]: deviation };
		const response = await fresh.browser().post("/bsky/sign-in", { handle: own.did });
		expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
			422,
			"SERVER_UNSUPPORTED",
		]);
		await Promise.all([own, directories, fresh].map((each) => each.close()));
	});

	test.each([
		["no token type", { token_type: undefined }],
		["another token type", { token_type: "Bearer" }],
		["an end in words", { expires_in: "soon" }],
		["no token", { access_token: undefined }],
		["a token that is none", { access_token: 5 }],
		["no subject", { sub: undefined }],
		["a list", () => ({ body: "[]", headers: { "content-type": "application/json" } })],
		["a page", () => ({ body: "<p>hello", headers: { "content-type": "text/html" } })],
		["null", () => ({ body: "null", headers: { "content-type": "application/json" } })],
	] as [string, Deviation][])("a token answer with %s", async (_, token) => {
		server.deviations = { token };
		expect(await end()).toBe("server_unsupported");
	});
});

test.each([
	["invalid_grant", 400, "server_refused"],
	["invalid_client", 401, "client_misconfigured"],
	["anything", 403, "server_refused"],
	["server_error", 500, "server_unreachable"],
	["slow_down", 429, "server_unreachable"],
])("a token request that is answered with %s", async (error, status, code) => {
	server.deviations = { token: () => ({ status, body: { error } }) };
	expect(await end()).toBe(code);
});

describe("an expected outcome is no error in the log:", () => {
	test.each([
		["a mistyped handle", () => begin("nobody.test"), "HANDLE_NOT_FOUND"],
		["an unknown DID", () => begin("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"), "HANDLE_NOT_FOUND"],
		["nonsense", () => begin("what ever"), "HANDLE_INVALID"],
		["no server at an address", () => begin("http://127.0.0.1:3"), "SERVER_UNREACHABLE"],
		["another web page", () => begin(world.plcUrl), "SERVER_UNSUPPORTED"],
	])("%s", async (_, outcome, code) => {
		expect((await outcome()).code).toBe(code);
		expect(levels()).not.toContain("error");
	});

	test.each([
		["a denial", () => end(denied("The user rejected the request")), "access_denied"],
		["a denial without words", () => end(denied()), "access_denied"],
		["a deactivated account", () => end(denied("This account has been deactivated")), /^account/],
		["an expired request", () => end(denied("This request has expired")), "state_not_found"],
		["an unknown state", () => end({ state: "x" }), "state_not_found"],
		["a stranger's answer", () => end({ iss: "http://127.0.0.1:1" }), "issuer_mismatch"],
		["an incomplete one", () => end({ code: undefined }), "invalid_callback_request"],
	])("%s", async (_, outcome, code) => {
		expect(await outcome()).toMatch(code);
		expect(levels()).not.toContain("error");
	});

	test("an account that is somebody else's", async () => {
		await end();
		browser = app.browser();
		await browser.signUpWithEmail("other@example.com");
		expect(await end()).toBe("account_already_linked_to_different_user");
		expect(levels()).not.toContain("error");
	});

	test("a refusal by a hook of the app", async () => {
		hook = () => {
			throw new APIError("FORBIDDEN", { code: "NOT_INVITED", message: "Not on the list" });
		};
		expect(await end()).toBe("NOT_INVITED");
		expect(levels()).not.toContain("error");
	});
});

describe("what nobody expects is one:", () => {
	test("a hook that fails", async () => {
		hook = () => {
			throw new Error("boom");
		};
		expect(await end()).toBe("internal_server_error");
		expect(levels()).toContain("error");
	});

	test("a server that refuses this app", async () => {
		server.deviations = { par: () => ({ status: 400, body: { error: "invalid_client" } }) };
		expect((await begin()).code).toBe("CLIENT_MISCONFIGURED");
		expect(levels()).toEqual(["error"]);
	});

	test("a server that sends a person back for a mistake of this app", async () => {
		expect(await end({ code: undefined, error: "unauthorized_client" })).toBe(
			"client_misconfigured",
		);
		expect(levels()).toEqual(["error"]);
		// It says nothing of who asked: anybody may have made it.
		lines.length = 0;
		const stateless = { state: undefined, iss: undefined, code: undefined };
		expect(await end({ ...stateless, error: "unauthorized_client" })).toBe("client_misconfigured");
		expect(levels()).toEqual([]);
	});
});
