import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Answer, type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, startApp } from "./kit.ts";

type Deviations = EvilServer["deviations"];

let app: App;
let mallory: Awaited<ReturnType<typeof startEvilServer>>;
const evil: EvilServer[] = [];
let world: Awaited<ReturnType<typeof startDirectories>>;

beforeAll(async () => {
	mallory = await startEvilServer();
	evil.push(mallory);
	world = await startDirectories(evil);
	app = await startApp(world);
});
afterAll(() => Promise.all([app.close(), world.close(), mallory.close()]));

/** Somebody signs in at that server, and disconnects. */
async function giveUp(then: Deviations, server = mallory, before: Deviations = {}) {
	app.database.exec("delete from bskyRevocation");
	app.logs.length = 0;
	server.received.length = 0;
	server.deviations = before;
	const browser = app.browser();
	await browser.arrive(server.approve(await browser.begin(server.did)));
	server.deviations = { ...before, ...then };
	await browser.post("/bsky/disconnect", {});
	expect(app.rows("bskySession")).toEqual([]);
}
const asked = () => mallory.received.filter(({ path }) => path === "/oauth/revoke").length;
const waiting = () => app.rows("bskyRevocation");
const errors = () => app.logs.filter((line) => line.startsWith("error"));

const json = { "content-type": "application/json" };
const nothing = { "content-type": "" };

const DONE: Record<string, Answer> = {
	"an empty object": { status: 200, headers: json, body: "{}" },
	"an empty 200": { status: 200, headers: nothing, body: "" },
	"a 204": { status: 204, headers: nothing },
	"a 202 and a word": { status: 202, body: "Accepted" },
	"a page": { status: 200, headers: { "content-type": "text/html" }, body: "<p>Done." },
	"broken JSON": { status: 200, headers: json, body: '{"a":' },
	"a list": { status: 200, headers: json, body: "[]" },
	"more than anybody reads": { status: 200, headers: json, body: " ".repeat(3_000_000) },
	"an error that isn't one": { status: 200, body: { error: "invalid_token" } },
};

describe("the status decides (RFC 7009 §2.2): done", () => {
	test.each(Object.entries(DONE))("%s", async (_name, answer) => {
		await giveUp({ revoke: () => answer });
		await expect.poll(asked).toBe(1);
		await expect.poll(waiting).toEqual([]);
		expect(errors()).toEqual([]);
	});

	test("after a nonce was asked for, too", async () => {
		const ask = { status: 400, headers: { ...json, "dpop-nonce": "n1" } };
		await giveUp({
			revoke: () =>
				asked() === 1
					? { ...ask, body: '{"error":"use_dpop_nonce"}' }
					: (DONE["an empty 200"] ?? {}),
		});
		await expect.poll(asked).toBe(2);
		await expect.poll(waiting).toEqual([]);
		expect(errors()).toEqual([]);
	});
});

const NO_REFRESH_TOKEN = { "an empty": "", "a null for a": null, no: undefined } as const;

test.each(Object.entries(NO_REFRESH_TOKEN))(
	"%s refresh token: the access token is what ends a refused sign-in",
	async (_, refresh_token) => {
		app.database.exec("delete from bskyRevocation");
		mallory.received.length = 0;
		const long = "a".repeat(9000);
		mallory.deviations = { token: { refresh_token, scope: `atproto ${long}` } };
		const browser = app.browser();
		const end = await browser.arrive(mallory.approve(await browser.begin(mallory.did)));
		expect(end.searchParams.get("error")).toBe("server_unsupported");
		const revoked = () =>
			mallory.received
				.filter(({ path }) => path === "/oauth/revoke")
				.map(({ form }) => form.get("token"));
		await expect.poll(revoked).toEqual([mallory.secrets.findLast((one) => one.startsWith("acc-"))]);
		await expect.poll(waiting).toEqual([]);
		mallory.deviations = {};
	},
);

const NOT_DONE: Record<string, Answer> = {
	"a refusal": { status: 400, body: { error: "invalid_request" } },
	"a refusal without a body": { status: 400, headers: nothing, body: "" },
	"an unknown client": { status: 401, body: { error: "invalid_client" } },
	"a page that is missing": { status: 404, body: "<h1>Not found" },
	"an empty object, and an error's status": { status: 500, headers: json, body: "{}" },
	"a large error": { status: 400, headers: json, body: " ".repeat(3_000_000) },
	"a rate limit": { status: 429, body: { error: "RateLimitExceeded" } },
	"somewhere else": { status: 307, headers: { location: "/oauth/par" } },
	"a page to look at": { status: 302, headers: { location: "/" } },
};

describe("the status decides: not done", () => {
	test.each(Object.entries(NOT_DONE))("%s", async (_name, answer) => {
		await giveUp({ revoke: () => answer });
		await vi.waitFor(() => expect(app.logs.join()).toContain("could not be revoked"));
		expect(asked()).toBe(1);
		expect(waiting()).toHaveLength(1);
	});
});

test("a server without a revocation endpoint: said once, and that is all", async () => {
	const server = await startEvilServer({ handle: "endless.test" });
	evil.push(server);
	await giveUp({}, server, { metadata: { revocation_endpoint: undefined } });
	await vi.waitFor(() => expect(app.logs.join()).toContain("no revocation endpoint"));
	await expect.poll(waiting).toEqual([]);
	expect(app.logs).toHaveLength(1);
	expect(errors()).toEqual([]);
	expect(server.asked("/oauth/revoke")).toBe(false);
	await server.close();
});
