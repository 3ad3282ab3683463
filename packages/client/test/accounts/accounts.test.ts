import type { BskyAccount } from "@better-auth-bsky/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
	type Accounts,
	type AccountsOptions,
	addOptions,
	connectAccounts,
	createAccounts,
} from "../../src/accounts/index.ts";
import { arrive } from "../../src/session/arrive.ts";
import { createBskySession } from "../../src/session/index.ts";
import { tell } from "../../src/tell.ts";
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
	vi.restoreAllMocks();
	await page.close();
});

const account = (name: string, more: Partial<BskyAccount> = {}): BskyAccount => ({
	did: `did:plc:${name}`,
	handle: `${name}.example`,
	active: true,
	primary: false,
	current: false,
	...more,
});

const ALICE = account("alice", { current: true, primary: true });
const BOB = account("bob", { active: false, reason: "session_expired" });

const ROWS = [
	{ id: "row1", providerId: "bsky", accountId: ALICE.did },
	{ id: "row2", providerId: "credential", accountId: "1" },
	{ id: "row3", providerId: "bsky", accountId: BOB.did },
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

async function openLoaded(options?: AccountsOptions, accounts = [ALICE, BOB]) {
	const page = open(options);
	await server.last().answer({ accounts });
	return page;
}

const asked = (path: string) => server.asked.filter((one) => one.path === path);

describe("the list", () => {
	test("comes from one request", async () => {
		const { now, api } = open();
		expect(api()).toMatchObject({ isPending: true, emptyText: "Loading…" });
		await server.last().answer({ accounts: [ALICE, account("zoe", { handle: null })] });
		expect(server.asked.map(({ path }) => path)).toEqual(["/bsky/accounts"]);
		expect(now().accounts).toEqual([ALICE, account("zoe", { handle: "did:plc:zoe" })]);
		expect(api()).toMatchObject({ isPending: false, emptyText: null });
	});

	test("none is a sentence", async () => {
		const { api } = await openLoaded({}, []);
		expect(api()).toMatchObject({
			isPending: false,
			emptyText: "No Bluesky account is connected.",
			connectText: "Connect Bluesky",
		});
	});

	test.each([
		[
			"a server that is down",
			(last = server.last()) => last.answer({}, 503),
			"INTERNAL_SERVER_ERROR",
		],
		["no network", (last = server.last()) => last.fail(), "NETWORK_ERROR"],
		["nonsense", (last = server.last()) => last.answer({ accounts: 1 }), "UNKNOWN"],
	])("%s is told, and can be tried again", async (_, answer, code) => {
		const onError = vi.fn();
		const { accounts, now, api } = open({ onError });
		await answer();
		expect(api()).toMatchObject({ canRetry: true, emptyText: null, accounts: [] });
		expect(onError.mock.calls).toEqual([[{ code }]]);
		void accounts.refetch();
		await server.last().answer({ accounts: [ALICE] });
		expect(now()).toMatchObject({ loadError: null, accounts: [ALICE] });
	});

	test.each([
		["after a failure", async () => server.last().fail(), 2],
		["not without one", async () => server.last().answer({ accounts: [] }), 1],
	])("online again, it is asked for: %s", async (_, answer, times) => {
		open();
		await answer();
		page.fire("online");
		expect(asked("/bsky/accounts")).toHaveLength(times);
	});

	test("one that comes back as it was left goes nowhere by an answer from before", async () => {
		const { accounts, gone, now } = await openLoaded();
		void accounts.reconnect(BOB.did);
		const before = server.last();
		page.comeBack();
		await before.answer({ url: "https://pds.example/" });
		expect([gone, now().status]).toEqual([[], "idle"]);
	});

	test("one that was put away in the middle of connecting can connect again", async () => {
		const { accounts, gone, now } = await openLoaded();
		void accounts.reconnect(BOB.did);
		unmount();
		await server.last().answer({ url: "https://pds.example/" });
		unmount = accounts.mount();
		expect([gone, now().status]).toEqual([[], "idle"]);
		void accounts.reconnect(BOB.did);
		await server.last().answer({ url: "https://pds.example/" });
		expect(gone).toHaveLength(1);
	});

	test.each([
		["being offline", "NETWORK_ERROR", null],
		["anything else", "SESSION_NOT_FRESH", "SESSION_NOT_FRESH"],
	])("online again, %s is no longer said of what was done", async (_, code, left) => {
		const { accounts, now } = await openLoaded();
		void accounts.makeCurrent(BOB.did);
		await (left ? server.last().answer({ code }, 403) : server.last().fail());
		expect(now()).toMatchObject({ error: code, errorDid: BOB.did });
		page.fire("online");
		expect(now()).toMatchObject({ error: left, status: left ? "failed" : "idle" });
	});

	test.each([
		["at once", 0, 1],
		["after a while", 6000, 2],
	])("whoever comes back to the tab %s, sees what it is by then", async (_, later, times) => {
		await openLoaded();
		vi.spyOn(Date, "now").mockReturnValue(Date.now() + later);
		page.fire("focus");
		page.fire("online");
		expect(asked("/bsky/accounts")).toHaveLength(times);
	});

	test("whoever has signed out asks for nothing by coming back", async () => {
		await openLoaded();
		page.fire("bsky:sign-out");
		page.fire("focus");
		expect(asked("/bsky/accounts")).toHaveLength(1);
	});

	test("another list on the page disconnects: it is gone from this one, and nothing is asked", async () => {
		const { now } = await openLoaded();
		page.fire("bsky:disconnect", { detail: { did: BOB.did } });
		expect(now().accounts?.map(({ did }) => did)).toEqual([ALICE.did]);
		expect(asked("/bsky/accounts")).toHaveLength(1);
	});

	test("the menu on the page switches: the list says so, and asks for nothing", async () => {
		const { now } = await openLoaded();
		page.fire("bsky:switch", { detail: { did: BOB.did } });
		expect(now().accounts?.map(({ current }) => current)).toEqual([false, true]);
		expect(server.asked).toHaveLength(1);
	});

	test.each([undefined, { detail: null }, { detail: {} }, { detail: { did: "did:plc:nobody" } }])(
		"an event that names none of them changes nothing: %j",
		async (event) => {
			const { now } = await openLoaded();
			const before = now().accounts;
			page.fire("bsky:switch", event);
			expect(now().accounts).toEqual(before);
		},
	);

	test.each([
		["is signed out on the page", async () => page.fire("bsky:sign-out")],
		[
			"is signed out on the page while it is asked for again",
			async ({ refetch }: Accounts) => {
				void refetch();
				page.fire("bsky:sign-out");
				await server.last().answer({ accounts: [ALICE] });
			},
		],
		[
			"is signed out in another tab",
			async () => {
				page.fire("storage", { key: "better-auth.message" });
				await server.last().answer({ code: "UNAUTHORIZED" }, 401);
			},
		],
	])("whoever %s has none any more, and that is neither news nor an error", async (_, leave) => {
		const onError = vi.fn();
		const { accounts, now, api } = await openLoaded({ onError });
		await leave(accounts);
		expect(now().accounts).toBeNull();
		expect(api()).toMatchObject({ canRetry: true, error: expect.stringMatching(/signed out/) });
		expect(api().getErrorProps()).not.toHaveProperty("role");
		expect(onError).not.toHaveBeenCalled();
	});

	test("what other tabs keep for themselves is nothing to it", async () => {
		await openLoaded();
		page.fire("storage", { key: "cart" });
		expect(server.asked).toHaveLength(1);
	});

	test("of two answers the later one counts, whichever comes first", async () => {
		const { accounts, now } = await openLoaded();
		void accounts.refetch();
		void accounts.refetch();
		const [, earlier, later] = asked("/bsky/accounts");
		await later?.answer({ accounts: [ALICE] });
		await earlier?.answer({ accounts: [ALICE, BOB] });
		expect(now()).toMatchObject({ accounts: [ALICE], isLoading: false });
	});

	test.each([
		[
			"a disconnected account comes back",
			async ({ accounts }: Awaited<ReturnType<typeof openLoaded>>) => {
				void accounts.disconnect(BOB.did);
				await server.last().answer(ROWS);
				await server.last().answer({ status: true });
			},
			[ALICE],
		],
		[
			"another one is the current one",
			async ({ accounts }: Awaited<ReturnType<typeof openLoaded>>) => {
				void accounts.makeCurrent(BOB.did);
				await server.last().answer({ did: BOB.did });
			},
			[
				{ ...ALICE, current: false },
				{ ...BOB, current: true },
			],
		],
	])("by no answer from before %s", async (_, change, accounts) => {
		const list = await openLoaded();
		void list.accounts.refetch();
		const before = server.last();
		await change(list);
		await before.answer({ accounts: [ALICE, BOB] });
		expect(list.now().accounts).toEqual(accounts);
		await asked("/bsky/accounts").at(-1)?.answer({ accounts });
		expect(list.now()).toMatchObject({ accounts, isLoading: false });
	});

	test("what is known stays, where it can't be had again", async () => {
		const { accounts, api } = await openLoaded();
		void accounts.refetch();
		await server.last().fail();
		expect(api()).toMatchObject({ canRetry: true, accounts: [ALICE, BOB] });
	});
});

describe("connecting", () => {
	test("leads back to this page", async () => {
		const { accounts, gone, now } = await openLoaded();
		void accounts.add();
		void accounts.add();
		expect(asked("/bsky/sign-in")).toHaveLength(1);
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

	test("again, by DID: handles move", async () => {
		const { accounts } = await openLoaded();
		void accounts.reconnect(BOB.did);
		expect(server.last().body).toMatchObject({ handle: BOB.did, link: true });
	});

	test("a URL that is none leads nowhere", async () => {
		const { accounts, gone, now } = await openLoaded();
		const statuses: string[] = [];
		accounts.$state.listen(({ status }) => statuses.push(status));
		void accounts.add("bob.example");
		await server.last().answer({ url: "javascript:alert(1)" });
		expect([now().error, gone]).toEqual(["UNKNOWN", []]);
		expect(statuses).not.toContain("redirecting");
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
		await server.last().answer({ accounts: [ALICE] });
		expect(api().error).toMatch(/already connected/);
	});

	test.each([
		["a new one", [ALICE, BOB, account("zoe")], ["did:plc:zoe"]],
		["one that works again", [ALICE, { ...BOB, active: true }], ["did:plc:bob"]],
		["none, where the person turned back", [ALICE, BOB], []],
	])("the page that follows tells of %s", async (_, after, dids) => {
		const before = await openLoaded();
		before.accounts.depart("https://pds.example/");
		unmount();
		const onConnect = vi.fn();
		await openLoaded({ onConnect }, after);
		expect(onConnect.mock.calls).toEqual(dids.map((did) => [{ did }]));
	});

	test("of none, where it wasn't known who was there before", async () => {
		const before = open();
		await server.last().answer({}, 500);
		before.accounts.depart("https://pds.example/");
		unmount();
		const onConnect = vi.fn();
		await openLoaded({ onConnect }, [ALICE, account("zoe")]);
		expect(onConnect).not.toHaveBeenCalled();
	});

	test.each(["list", "session"] as const)(
		"one event says it, where the %s is quicker, and both options are called",
		async (quicker) => {
			const zoe = account("zoe", { current: true });
			const before = await openLoaded();
			before.accounts.depart("https://pds.example/");
			unmount();
			vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(Date.now() + 1);
			const [heard, onConnect, onListConnect] = [vi.fn(), vi.fn(), vi.fn()];
			const root = {
				dispatchEvent: ({ type, detail }: CustomEvent) => heard(type, detail),
			} as unknown as Element;
			const session = () =>
				arrive(
					{
						ask: vi.fn(),
						options: { onConnect },
						tell: (name, detail, callback) => tell(root, name, detail, callback),
					},
					{ did: zoe.did, handle: zoe.handle, active: true, grantedScope: "atproto" },
				);
			const list = async () => {
				open({ onConnect: onListConnect }).accounts.setRoot(root);
				await server.last().answer({ accounts: [ALICE, BOB, zoe] });
			};
			const both = { list, session };
			await both[quicker]();
			await both[quicker === "list" ? "session" : "list"]();
			for (const called of [onConnect, onListConnect])
				expect(called.mock.calls).toEqual([[{ did: zoe.did }]]);
			expect(heard.mock.calls).toEqual([["bsky:connect", { did: zoe.did }]]);
		},
	);

	test("the dialog gets the list's options, and none of its looks", async () => {
		const options = { callbackURL: "/in", defaultServer: "https://pds.example", title: "Mine" };
		const { accounts, now } = await openLoaded(options);
		const add = addOptions(accounts, now(), options);
		expect(add).toMatchObject({
			as: "dialog",
			intent: "connect",
			link: true,
			callbackURL: "/in",
			defaultServer: "https://pds.example",
			openText: "Connect another account",
		});
		expect(add).not.toHaveProperty("title");
	});
});

describe("another one as the current one", () => {
	test("is shown at once, and other tabs hear of it", async () => {
		const onSwitch = vi.fn();
		const { accounts, now, api } = await openLoaded({ onSwitch });
		void accounts.makeCurrent(BOB.did);
		void accounts.makeCurrent(BOB.did);
		expect(asked("/bsky/switch").map(({ body }) => body)).toEqual([{ did: BOB.did }]);
		await server.last().answer({ did: BOB.did });
		expect(now().accounts?.map(({ current }) => current)).toEqual([false, true]);
		expect(api().statusText).toBe("@bob.example is the current account now.");
		expect(onSwitch.mock.calls).toEqual([[{ did: BOB.did }]]);
		expect(page.window.localStorage.getItem("better-auth.message")).toContain("switch");
	});

	test("a refusal belongs to its row", async () => {
		const { accounts, api } = await openLoaded();
		void accounts.makeCurrent(BOB.did);
		await server.last().answer({ code: "NOT_LINKED" }, 404);
		const [alice, bob] = api().accounts.map(api().errorOf);
		expect([alice, bob, api().error]).toEqual([null, "No Bluesky account is connected.", null]);
	});
});

describe("disconnecting", () => {
	test.each([
		["by Keep", () => {}],
		["by a row that is asked about later", (other = BOB) => other],
	])("asks before, and that ends %s", async (_, later) => {
		const { accounts, now } = await openLoaded();
		accounts.ask(ALICE.did);
		expect(now().askedDid).toBe(ALICE.did);
		const other = later();
		if (other) accounts.ask(other.did);
		else accounts.keep();
		expect(now().askedDid).toBe(other?.did ?? null);
		expect(server.asked).toHaveLength(1);
	});

	test("removes the account, other tabs hear of it, and the session is asked for again", async () => {
		const { accounts, now, api } = await openLoaded();
		const session = createBskySession({ fetch: server.fetch, initial: null });
		const stop = session.$state.listen(() => {});
		void accounts.disconnect(BOB.did);
		void accounts.disconnect(BOB.did);
		expect(now()).toMatchObject({ status: "disconnecting", busyDid: BOB.did });
		expect(server.last().path).toBe("/list-accounts");
		await server.last().answer(ROWS);
		expect(asked("/unlink-account").map(({ body }) => body)).toEqual([{ accountId: "row3" }]);
		await server.last().answer({ status: true });
		expect(now()).toMatchObject({ status: "idle", busyDid: null, accounts: [ALICE] });
		expect(api().statusText).toBe("@bob.example was disconnected.");
		expect(page.window.localStorage.getItem("better-auth.message")).toContain("unlink");
		await vi.waitUntil(() => server.last().path === "/bsky/session");
		expect(asked("/bsky/accounts")).toHaveLength(1);
		stop();
	});

	test("of the current one has the server say which comes next", async () => {
		const { accounts, now } = await openLoaded();
		void accounts.disconnect(ALICE.did);
		await server.last().answer(ROWS);
		await server.last().answer({ status: true });
		expect(now().accounts).toEqual([BOB]);
		const next = { ...BOB, current: true };
		await asked("/bsky/accounts")
			.at(-1)
			?.answer({ accounts: [next] });
		expect(now().accounts).toEqual([next]);
	});

	test.each([
		["FAILED_TO_UNLINK_LAST_ACCOUNT", /only way to sign in/],
		["SESSION_NOT_FRESH", /Sign in again/],
	])("a refusal is explained in its row: %s", async (code, sentence) => {
		const { accounts, now, api } = await openLoaded();
		void accounts.disconnect(ALICE.did);
		await server.last().answer(ROWS);
		await server.last().answer({ code }, 400);
		expect(api().accounts.map(api().errorOf)).toEqual([expect.stringMatching(sentence), null]);
		expect(api().error).toBeNull();
		expect(now()).toMatchObject({ status: "failed", busyDid: null, accounts: [ALICE, BOB] });
	});

	test.each([
		["in the list of rows", async () => server.last().answer([])],
		[
			"when it is its turn",
			async () => {
				await server.last().answer(ROWS);
				await server.last().answer({ code: "ACCOUNT_NOT_FOUND" }, 400);
			},
		],
	])("an account that is gone already is what was wanted: %s", async (_, answer) => {
		const { accounts, now } = await openLoaded();
		void accounts.disconnect(BOB.did);
		await answer();
		expect(now()).toMatchObject({ status: "idle", error: null, accounts: [ALICE] });
	});
});
