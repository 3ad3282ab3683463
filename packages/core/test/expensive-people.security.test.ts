import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Es256Key } from "../src/oauth/es256-key.ts";
import { openApps, signIn, useWorld } from "./accounts-kit.ts";
import { tooExpensive } from "./cost.ts";
import { newDid } from "./evil-server.ts";
import type { Browser } from "./kit.ts";

// What a person has brought with them costs the others little, at each of their later requests.

const world = await useWorld();
const open = openApps(world);

afterEach(() => void vi.useRealTimers());

const ok = async (response: Promise<Response>) => expect((await response).status).toBe(200);
const read = (browser: Browser, path: string) => () => ok(browser.get(path));

/** As much of it as a server may grant. */
function full(unit: string, granted = "atproto"): string {
	while (granted.length + unit.length < 8192) granted += ` ${unit}`;
	return granted;
}

describe("scopes that ten servers granted, beside an app that asks for ten", () => {
	const collections = Array.from({ length: 10 }, (_, n) => `repo:xyz.statusphere.status${n}`);
	const scope = ["atproto", ...collections].join(" ");
	const GRANTED: Record<string, string> = {
		"those it asks for": scope,
		"badly escaped ones": full("repo:%zz"),
		"those it asks for, and badly escaped ones": full("repo:%zz", scope),
		"all, and badly escaped ones": full("repo:%ff", "atproto repo:*"),
		"others of one letter": full("repo:a"),
	};

	test.each(Object.entries(GRANTED))("%s", async (name, granted) => {
		const app = await open({
			auth: { rateLimit: { enabled: false } },
			plugin: { clientMetadata: { scope }, profileCacheMaxAge: 3600 },
		});
		const browser = app.browser();
		for (let n = 0; n < 10; n++) {
			const person = await world.newPerson();
			person.deviations = { token: { scope: granted } };
			expect((await signIn(browser, person)).pathname).toBe("/me");
		}
		expect([
			...(await tooExpensive(`${name}: a session`, read(browser, "/bsky/session"))),
			...(await tooExpensive(`${name}: a list`, read(browser, "/bsky/accounts"))),
		]).toEqual([]);
	});
});

test("a list of many accounts, each with the largest tokens that are taken", async () => {
	const app = await open({ auth: { rateLimit: { enabled: false } } });
	const { origin } = await world.newPerson();
	const browser = app.browser();
	await signIn(browser, await world.newPerson());
	const userId = String((await browser.user())?.id);
	const dpopJwk = (await Es256Key.generate()).stored;
	const large = "x".repeat(13_500);
	for (let n = 0; n < 150; n++) {
		const did = newDid();
		const tokenSet = {
			...{ iss: origin, sub: did, aud: origin, scope: "atproto", token_type: "DPoP" as const },
			...{ access_token: large, refresh_token: large, expires_at: Date.now() + 3_600_000 },
		};
		await app.auth.api.importBskyAccount({ body: { did, userId, session: { dpopJwk, tokenSet } } });
	}
	vi.useFakeTimers({ toFake: ["Date"] });
	const list = () => {
		// What was opened a minute ago is opened anew.
		vi.setSystemTime(Date.now() + 61_000);
		return ok(browser.get("/bsky/accounts"));
	};
	expect(await tooExpensive("a list", list)).toEqual([]);
});

describe("suggestions of an AppView", () => {
	let actors = "";
	const server = createServer((request, response) => {
		const isSearch = request.url?.includes("Typeahead");
		response.writeHead(200, { "content-type": "application/json" }).end(isSearch ? actors : "{}");
	});
	beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
	afterAll(() => void server.close());

	test("that are many more than were asked for, with names that are cut", async () => {
		const one = JSON.stringify({ did: newDid(), handle: "a.bc", displayName: "a".repeat(66) });
		// Each is somebody else, in the last four letters of their DID.
		const all = Array.from({ length: 3500 }, (_, n) =>
			one.replace(
				/.{4}","handle/,
				`${(n + 8 ** 4).toString(8).slice(-4).replace(/[01]/g, "a")}","handle`,
			),
		);
		actors = `{"actors":[${all.join(",")}]}`;
		expect(actors.length).toBeGreaterThan(450_000);
		const service = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const app = await open({ plugin: { typeahead: { service } } });
		const browser = app.browser();
		let asked = 0;
		const ask = () => ok(browser.get(`/bsky/typeahead?q=name${asked++}`));
		await ask();
		expect(await tooExpensive("suggestions", ask)).toEqual([]);
	});
});
