import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type AccountsOptions, connectAccounts, createAccounts } from "../../src/accounts/index.ts";
import { createBskySession } from "../../src/session/index.ts";
import { fakeServer, openPage, type Page } from "../page.ts";

let page: Page;
let server: ReturnType<typeof fakeServer>;
let unmount = () => {};

beforeEach(() => {
	page = openPage("https://app.example/settings?tab=accounts");
	server = fakeServer();
});
afterEach(async () => {
	unmount();
	await page.close();
});

const ROWS = [
	{ id: "row1", providerId: "bsky", accountId: "did:plc:alice" },
	{ id: "row2", providerId: "credential", accountId: "1" },
];

function open(options: AccountsOptions = {}) {
	const gone: string[] = [];
	const accounts = createAccounts({
		fetch: server.fetch,
		navigate: (url) => gone.push(url),
		...options,
	});
	unmount = accounts.mount();
	return { accounts, gone, now: () => accounts.$state.get(), api: () => connectAccounts(accounts) };
}

async function openLoaded(options?: AccountsOptions) {
	const page = open(options);
	await server.last().answer(ROWS);
	await server.last().answer({ active: true, did: "did:plc:alice", handle: "alice.example" });
	return page;
}

test("lists the connected accounts, first by DID, then by handle", async () => {
	const { now, api } = open();
	expect(api()).toMatchObject({ isPending: true, emptyText: "Loading…" });
	expect(server.last().path).toBe("/list-accounts");
	await server.last().answer(ROWS);
	expect(now().accounts).toEqual([{ id: "row1", did: "did:plc:alice", handle: "did:plc:alice" }]);
	expect(server.last().url.search).toBe("?did=did%3Aplc%3Aalice");
	await server.last().answer({ active: true, did: "did:plc:alice", handle: "alice.example" });
	expect(now().accounts).toMatchObject([{ id: "row1", handle: "alice.example" }]);
	expect(api().emptyText).toBeNull();
});

test("none is a sentence", async () => {
	const { api } = open();
	await server.last().answer([]);
	expect(api()).toMatchObject({ isPending: false, emptyText: "No Bluesky account is connected." });
});

test("a profile that can't be had leaves the DID", async () => {
	const { now } = open();
	await server.last().answer(ROWS);
	await server.last().fail();
	expect(now()).toMatchObject({
		status: "idle",
		error: null,
		accounts: [{ did: "did:plc:alice" }],
	});
});

describe("connecting", () => {
	test("leads back to this page", async () => {
		const { accounts, gone, now } = await openLoaded();
		void accounts.add();
		void accounts.add();
		expect(server.asked.filter(({ path }) => path === "/bsky/sign-in")).toHaveLength(1);
		expect(server.last().body).toEqual({
			handle: "https://bsky.social",
			callbackURL: "/settings?tab=accounts",
			errorCallbackURL: "/settings?tab=accounts",
			link: true,
			disableRedirect: true,
		});
		await server.last().answer({ url: "https://pds.example/" });
		expect([now().status, gone]).toEqual(["redirecting", ["https://pds.example/"]]);
		page.comeBack();
		expect(now().status).toBe("idle");
	});

	test("a URL that is none leads nowhere", async () => {
		const { accounts, gone, now } = await openLoaded();
		void accounts.add("bob.example");
		await server.last().answer({ url: "javascript:alert(1)" });
		expect([now().error, gone]).toEqual(["UNKNOWN", []]);
	});

	test.each([
		["LINKING_DISABLED", /can’t be connected in this app/],
		["HANDLE_NOT_FOUND", /No account with that handle/],
	])("a refusal is explained: %s", async (code, sentence) => {
		const { accounts, api } = await openLoaded();
		void accounts.add("bob.example");
		await server.last().answer({ code }, 403);
		expect(api()).toMatchObject({ status: "failed", error: expect.stringMatching(sentence) });
	});

	test("so is one that it came back with", async () => {
		const code = "account_already_linked_to_different_user";
		page.window.happyDOM.setURL(`https://app.example/settings?error=${code}`);
		const { api } = open();
		expect(api().error).toMatch(/already connected to someone else/);
		expect(page.window.location.href).toBe("https://app.example/settings");
		await server.last().answer(ROWS);
		expect(api().error).toMatch(/already connected/);
	});
});

describe("disconnecting", () => {
	test("removes the account, and the session is asked for again", async () => {
		const { accounts, now, api } = await openLoaded();
		const session = createBskySession({ fetch: server.fetch, initial: null });
		const stop = session.$state.listen(() => {});
		const [account] = api().accounts;
		if (!account) throw new Error("It isn't there.");
		expect(api().getDisconnectProps(account)["aria-label"]).toBe("Disconnect @alice.example");
		api().getDisconnectProps(account).onClick?.();
		void accounts.disconnect("did:plc:alice");
		expect(now()).toMatchObject({ status: "disconnecting", busyDid: "did:plc:alice" });
		const unlinks = server.asked.filter(({ path }) => path === "/unlink-account");
		expect(unlinks.map(({ body }) => body)).toEqual([{ accountId: "row1" }]);
		await unlinks[0]?.answer({ status: true });
		expect(now()).toMatchObject({ status: "idle", busyDid: null, accounts: [] });
		await vi.waitUntil(() => server.last().path === "/bsky/session");
		stop();
	});

	test.each([
		["FAILED_TO_UNLINK_LAST_ACCOUNT", /only way to sign in/],
		["SESSION_NOT_FRESH", /Sign in again/],
	])("a refusal is explained: %s", async (code, sentence) => {
		const { accounts, now, api } = await openLoaded();
		void accounts.disconnect("did:plc:alice");
		await server.last().answer({ code }, 400);
		expect(api()).toMatchObject({ status: "failed", error: expect.stringMatching(sentence) });
		expect(now()).toMatchObject({ busyDid: null, accounts: [{ did: "did:plc:alice" }] });
	});

	test("an account that is gone already is what was wanted", async () => {
		const { accounts, now } = await openLoaded();
		void accounts.disconnect("did:plc:alice");
		await server.last().answer({ code: "ACCOUNT_NOT_FOUND" }, 400);
		expect(now()).toMatchObject({ status: "idle", error: null, accounts: [] });
	});
});
