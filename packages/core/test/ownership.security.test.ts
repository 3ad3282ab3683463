import type { AuthContext } from "better-auth";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type Browser, startApp } from "./kit.ts";

type Person = Awaited<ReturnType<typeof startEvilServer>>;

/** Each on a server of their own that keeps to the protocol. Carla's is Alice's second account. */
let alice: Person;
let carla: Person;
let bob: Person;
let world: Awaited<ReturnType<typeof startDirectories>>;
let app: App;
let aliceBrowser: Browser;
let bobBrowser: Browser;
let people: Person[];

beforeAll(async () => {
	alice = await startEvilServer({ handle: "alice.test" });
	carla = await startEvilServer({ handle: "carla.test" });
	bob = await startEvilServer({ handle: "bob.test" });
	people = [alice, carla, bob];
	world = await startDirectories(people);
	// Else a last account is not unlinked, whosever it is.
	const auth = { account: { accountLinking: { allowUnlinkingAll: true } } };
	app = await startApp(world, { auth });
});
afterAll(() =>
	Promise.all([app.close(), world.close(), ...people.map((person) => person.close())]),
);

const signIn = async (browser: Browser, person: Person) =>
	browser.arrive(person.approve(await browser.begin(person.did)));
const reached = (person: Person) =>
	person.received.filter(({ headers }) => headers.authorization || headers.dpop);
const headersOf = (browser: Browser) => new Headers({ cookie: browser.cookie });

beforeEach(async () => {
	for (const table of [
		"bskyState",
		"bskySession",
		"bskyRevocation",
		"session",
		"account",
		"user",
	]) {
		app.database.exec(`delete from ${table}`);
	}
	[aliceBrowser, bobBrowser] = [app.browser(), app.browser()];
	await signIn(aliceBrowser, alice);
	await signIn(aliceBrowser, carla);
	await signIn(bobBrowser, bob);
	for (const person of people) person.received.length = 0;
});

/** What Bob sees of a DID that isn't his is what he sees of one that nobody has. */
const others = () => [alice.did, carla.did, `did:plc:${"a".repeat(24)}`];

describe("another user's DID", () => {
	test("in /bsky/session and /bsky/restore is that of somebody signed out", async () => {
		for (const did of others()) {
			const signedOut = { active: false, did, reason: "signed_out" };
			const session = await bobBrowser.json(`/bsky/session?did=${did}`);
			expect(session).toEqual(signedOut);
			const restored = await bobBrowser.post("/bsky/restore", { did });
			expect(await restored.json()).toEqual(signedOut);
		}
		expect([...reached(alice), ...reached(carla)]).toEqual([]);
	});

	test("in /bsky/disconnect ends nothing", async () => {
		const rows = app.rows("bskySession");
		for (const did of others()) await bobBrowser.post("/bsky/disconnect", { did });
		expect(app.rows("bskySession")).toEqual(rows);
		expect(app.rows("bskyRevocation")).toEqual([]);
		expect([...reached(alice), ...reached(carla)]).toEqual([]);
		const restored = await aliceBrowser.post("/bsky/restore", {});
		// The one that she has connected last.
		expect(await restored.json()).toMatchObject({ active: true, did: carla.did });
	});

	test("in /bsky/switch is one that nobody has, by as many looks at the database", async () => {
		const { adapter } = await app.auth.$context;
		const look = vi.spyOn(adapter, "findOne");
		const lookAtMany = vi.spyOn(adapter, "findMany");
		const sessions = app.rows("session");
		const answers = new Set<string>();
		for (const did of others()) {
			const before = look.mock.calls.length + lookAtMany.mock.calls.length;
			const response = await bobBrowser.post("/bsky/switch", { did });
			const looks = look.mock.calls.length + lookAtMany.mock.calls.length - before;
			answers.add(JSON.stringify([response.status, await response.text(), looks]));
		}
		expect([...answers]).toEqual([expect.stringMatching(/^\[404,.*NOT_LINKED/)]);
		expect(app.rows("session")).toEqual(sessions);
		vi.restoreAllMocks();
	});

	test("beside the own one changes nothing", async () => {
		for (const did of others()) {
			for (const query of [
				`did=${bob.did}&did=${did}`,
				`did=${did}&did=${bob.did}`,
				`did[]=${did}`,
				`userId=1&did=${did}`,
			]) {
				const response = await bobBrowser.get(`/bsky/session?${query}`);
				expect(await response.text()).not.toContain('"active":true,"did":"did:plc:a');
			}
			for (const body of [
				{ did: [did] },
				{ did: { toString: did } },
				{ did: { operator: "ne", value: bob.did } },
				{ did: ` ${did}` },
				{ did: did.toUpperCase() },
				{ userId: String(app.rows("user")[0]?.id), did },
			]) {
				const response = await bobBrowser.post("/bsky/restore", body);
				if (response.ok) expect(await response.json()).toMatchObject({ active: false });
				await bobBrowser.post("/bsky/disconnect", body);
			}
		}
		expect(app.rows("bskySession")).toHaveLength(3);
		expect([...reached(alice), ...reached(carla)]).toEqual([]);
	});

	test("gives nobody an agent", async () => {
		const bobId = String(app.rows("user").find((row) => row.bskyDid === bob.did)?.id);
		for (const did of others()) {
			for (const input of [
				{ headers: headersOf(bobBrowser), did },
				{ userId: bobId, did },
			]) {
				const agent = app.auth.api.getBskyAgent(input);
				await expect(agent).rejects.toMatchObject({ body: { code: "NOT_LINKED" } });
			}
		}
		const aliceId = String(app.rows("user").find((row) => row.bskyDid === alice.did)?.id);
		// Headers speak for themselves: a user ID beside them is no way around.
		const both = { headers: headersOf(bobBrowser), userId: aliceId, did: alice.did };
		await expect(app.auth.api.getBskyAgent(both)).rejects.toMatchObject({
			body: { code: "NOT_LINKED" },
		});
		const nobody = { headers: new Headers({ cookie: "x=y" }), did: alice.did };
		await expect(app.auth.api.getBskyAgent(nobody)).rejects.toMatchObject({
			status: "UNAUTHORIZED",
		});
		expect([...reached(alice), ...reached(carla)]).toEqual([]);
	});

	test("gives nobody an agent either where a column of the user still names it", async () => {
		// However it came to be: the stored session is Alice's, and only the row decides.
		app.database.prepare("update user set bskyDid = ? where bskyDid = ?").run(carla.did, bob.did);
		app.database.prepare("update session set bskyDid = ? where bskyDid = ?").run(null, bob.did);
		const agent = app.auth.api.getBskyAgent({ headers: headersOf(bobBrowser) });
		await expect(agent).rejects.toMatchObject({ body: { code: "SESSION_EXPIRED" } });
		expect(await bobBrowser.json("/bsky/session")).toMatchObject({ active: false });
		await bobBrowser.post("/bsky/disconnect", { did: carla.did });
		expect(app.rows("bskySession").map((row) => row.did)).toContain(carla.did);
	});

	test("is not signed in to, linked or taken by beginning a sign-in for it", async () => {
		await bobBrowser.begin(alice.did);
		expect(await bobBrowser.user()).toMatchObject({ bskyDid: bob.did });
		const end = await signIn(bobBrowser, alice);
		expect(end.searchParams.get("error")).toBe("account_already_linked_to_different_user");
		expect(await bobBrowser.user()).toMatchObject({ bskyDid: bob.did });
		expect(await aliceBrowser.user()).toMatchObject({ bskyDid: alice.did });
		const session = app.rows("bskySession").find((row) => row.did === alice.did);
		expect(session?.userId).toBe((await aliceBrowser.user())?.id);
	});
});

describe("another user's account", () => {
	const accountOf = (did: string) => app.rows("account").find((row) => row.accountId === did);

	test("can't be unlinked by its ID", async () => {
		for (const id of [accountOf(alice.did)?.id, accountOf(carla.did)?.id, alice.did]) {
			for (const body of [{ accountId: id }, { accountId: id, providerId: "bsky" }]) {
				const response = await bobBrowser.post("/unlink-account", body);
				expect(response.ok).toBe(false);
			}
		}
		expect(app.rows("account")).toHaveLength(3);
		expect(app.rows("bskySession")).toHaveLength(3);
	});

	test("gives no tokens through better-auth's own endpoints", async () => {
		for (const path of ["/get-access-token", "/refresh-token"]) {
			for (const browser of [bobBrowser, aliceBrowser]) {
				const body = { providerId: "bsky", accountId: accountOf(alice.did)?.id };
				const response = await browser.post(path, body);
				expect(response.ok).toBe(false);
				const secrets = people.flatMap((person) => person.secrets);
				const text = await response.text();
				expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
			}
		}
		// The account row holds none to begin with.
		for (const row of app.rows("account")) {
			expect([row.accessToken, row.refreshToken, row.idToken]).toEqual([null, null, null]);
		}
	});
});

test("without a session nothing answers at all", async () => {
	const nobody = app.browser();
	for (const response of [
		await nobody.get(`/bsky/session?did=${alice.did}`),
		await nobody.post("/bsky/restore", { did: alice.did }),
		await nobody.get("/bsky/accounts"),
		await nobody.post("/bsky/switch", { did: alice.did }),
		await nobody.post("/bsky/disconnect", { did: alice.did }),
	]) {
		expect(response.status).toBe(401);
	}
	for (const path of ["/bsky/agent", "/bsky/get-agent", "/get-bsky-agent", "/getBskyAgent"]) {
		expect((await aliceBrowser.post(path, { did: bob.did })).status).toBe(404);
	}
	expect(people.flatMap(reached)).toEqual([]);
});

test("each reaches their own", async () => {
	for (const [browser, person] of [
		[aliceBrowser, alice],
		[aliceBrowser, carla],
		[bobBrowser, bob],
	] as const) {
		const { did } = person;
		expect(await browser.json(`/bsky/session?did=${did}`)).toMatchObject({ active: true, did });
		const agent = await app.auth.api.getBskyAgent({ headers: headersOf(browser), did });
		expect(agent.did).toBe(did);
	}
});

test("an agent is that of the user who was asked about, also while the DID goes to another", async () => {
	const context = (await app.auth.$context) as unknown as AuthContext;
	const { findOne } = context.adapter;
	let looks = 0;
	context.adapter.findOne = async (query) => {
		const found = await findOne(query);
		// Between the look whose it is, and the one that opens it.
		if (query.model === "bskySession" && ++looks === 1) {
			const to = app.database.prepare("select userId from bskySession where did = ?").get(bob.did);
			app.database
				.prepare("update bskySession set userId = ? where did = ?")
				.run(String(to?.userId), alice.did);
		}
		return found as never;
	};
	try {
		const agent = app.auth.api.getBskyAgent({ headers: headersOf(aliceBrowser), did: alice.did });
		await expect(agent).rejects.toMatchObject({ body: { code: "SESSION_EXPIRED" } });
		expect(looks).toBeGreaterThan(1);
	} finally {
		context.adapter.findOne = findOne;
	}
});
