import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ALICE, type App, type AppOptions, BOB, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork({ accounts: [BOB, ALICE] });
let app: App;

afterEach(() => {
	vi.useRealTimers();
	return app.close();
});

const open = async (plugin?: AppOptions["plugin"]) => {
	app = await startApp(network, { plugin });
	return app.browser();
};
type Answer = { actors: { handle: string }[] };
const suggest = async (browser: ReturnType<App["browser"]>, q: string) =>
	(await browser.json(`/bsky/typeahead?q=${encodeURIComponent(q)}`)) as Answer;

/** An AppView that answers as it is told, and counts. */
async function fakeAppView(answer: unknown) {
	let asked = 0;
	const server = createServer(async (_request, response) => {
		asked++;
		if (answer === "hang") return;
		// So that questions meet on their way.
		if (answer === "slow") await new Promise((resolve) => setTimeout(resolve, 50));
		response.setHeader("content-type", "application/json");
		if (answer === "slow") return response.end('{"actors":[]}');
		return response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
	}).listen(0, "127.0.0.1");
	await new Promise((resolve) => server.once("listening", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		typeahead: { service: `http://127.0.0.1:${port}` },
		asked: () => asked,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

test("suggests who begins so, from the network", async () => {
	const browser = await open();
	const { actors } = await suggest(browser, "@Ali");
	expect(actors[0]).toMatchObject({
		did: network.account("alice.test").did,
		handle: "alice.test",
		displayName: "Alice",
		avatar: expect.stringMatching(/^http/),
	});
	expect((await suggest(browser, "alice.test")).actors[0]?.handle).toBe("alice.test");
	expect(await suggest(browser, "nobody-at-all")).toEqual({ actors: [] });
	expect(await suggest(browser, " ")).toEqual({ actors: [] });
});

test("bad queries are refused", async () => {
	const browser = await open();
	for (const query of ["", "?q=", `?q=${"a".repeat(254)}`, "?q=a&limit=0", "?q=a&limit=1000"]) {
		const { status } = await browser.get(`/bsky/typeahead${query}`);
		expect([query, status]).toEqual([query, query === "?q=" ? 200 : 400]);
	}
});

test("what an AppView says is checked", async () => {
	const did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
	await using evil = await fakeAppView({
		actors: [
			{ did, handle: "a.test", displayName: "\u202Eevil\u0007", avatar: "javascript:alert(1)" },
			{ did: "did:plc:aaaaaaaaaaaaaaaaaaaaaaab", handle: "<script>" },
			{ did: "did:plc:aaaaaaaaaaaaaaaaaaaaaaac", handle: "handle.invalid" },
			{ did: "nonsense", handle: "b.test" },
			{ did: 1, handle: ["c.test"] },
			null,
			"x",
		],
	});
	const browser = await open({ typeahead: evil.typeahead });
	expect(await suggest(browser, "a")).toEqual({
		actors: [{ did, handle: "a.test", displayName: "evil" }],
	});
});

test.each(["hang", "<html>", "{}", '{"actors":1}', "[]"])(
	"an AppView that says %s",
	async (says) => {
		await using broken = await fakeAppView(says);
		const browser = await open({ typeahead: broken.typeahead });
		const response = await browser.get("/bsky/typeahead?q=a");
		expect(response.status).toBe(503);
		expect(await response.json()).toMatchObject({ code: "SUGGESTIONS_UNAVAILABLE" });
	},
);

test("answers are reused for a short time", async () => {
	await using service = await fakeAppView({ actors: [] });
	const browser = await open({ typeahead: service.typeahead });
	for (let i = 0; i < 5; i++) await suggest(browser, "abc");
	expect(service.asked()).toBe(1);
	const response = await browser.get("/bsky/typeahead?q=abc");
	expect(response.headers.get("cache-control")).toBe("private, max-age=60");
});

test("an answer that is asked for all the time is renewed all the same", async () => {
	await using service = await fakeAppView({ actors: [] });
	const browser = await open({ typeahead: service.typeahead });
	const start = Date.now();
	vi.useFakeTimers({ toFake: ["Date"] });
	for (const seconds of [0, 40, 80]) {
		vi.setSystemTime(start + seconds * 1000);
		await suggest(browser, "abc");
	}
	expect(service.asked()).toBe(2);
});

describe("what strangers type costs the AppView no more than its share", () => {
	test("the same at once is asked once", async () => {
		await using service = await fakeAppView("slow");
		const browser = await open({ typeahead: service.typeahead });
		const answers = await Promise.all(Array.from({ length: 20 }, () => suggest(browser, "abc")));
		expect(answers).toEqual(Array(20).fill({ actors: [] }));
		expect(service.asked()).toBe(1);
	});

	test.each(["hang", "<html>", "{}"])("a question in vain isn't repeated: %s", async (says) => {
		await using broken = await fakeAppView(says);
		const browser = await open({ typeahead: broken.typeahead });
		const ask = () => browser.get("/bsky/typeahead?q=abc");
		expect((await Promise.all([ask(), ask()])).map(({ status }) => status)).toEqual([503, 503]);
		const asked = broken.asked();
		expect(await (await ask()).json()).toMatchObject({ code: "SUGGESTIONS_UNAVAILABLE" });
		expect(broken.asked()).toBe(asked);
		vi.useFakeTimers({ toFake: ["Date"] });
		vi.setSystemTime(Date.now() + 15_000);
		await ask();
		expect(broken.asked()).toBeGreaterThan(asked);
	});

	test("however many ask for however much: a bound a minute, and then nobody is suggested", async () => {
		await using service = await fakeAppView({ actors: [] });
		app = await startApp(network, {
			plugin: { typeahead: service.typeahead },
			auth: { rateLimit: { enabled: false } },
		});
		const browser = app.browser();
		for (let n = 0; n < 400; n++) {
			const response = await browser.get(`/bsky/typeahead?q=person-${n}.test`);
			expect(response.status).toBe(200);
			expect(await response.json()).toEqual({ actors: [] });
		}
		expect(service.asked()).toBeLessThanOrEqual(300);
		expect(service.asked()).toBeGreaterThan(200);
		// What nobody was asked for is not remembered as an answer.
		const response = await browser.get("/bsky/typeahead?q=somebody-else");
		expect(response.headers.get("cache-control")).toBe("no-store");
		vi.useFakeTimers({ toFake: ["Date"] });
		vi.setSystemTime(Date.now() + 61_000);
		const before = service.asked();
		await suggest(browser, "somebody-else");
		expect(service.asked()).toBe(before + 1);
		expect(app.logs.filter((line) => line.includes("uggestions"))).toHaveLength(1);
	});
});

test("can be switched off", async () => {
	const browser = await open({ typeahead: false });
	expect((await browser.get("/bsky/typeahead?q=a")).status).toBe(404);
});
