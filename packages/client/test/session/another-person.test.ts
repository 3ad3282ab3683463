import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
	type BskySession,
	type BskySessionController,
	createBskySession,
	createUser,
} from "../../src/session/index.ts";
import { beginTrip } from "../../src/trip.ts";
import { fakeServer, openPage, type Page, turn } from "../page.ts";

let page: Page;
let server: ReturnType<typeof fakeServer>;
let unmount = () => {};
let user: ReturnType<typeof createUser>;
let session: BskySessionController;

beforeEach(() => {
	page = openPage();
	vi.stubGlobal("CustomEvent", page.window.CustomEvent);
	server = fakeServer();
});
afterEach(async () => {
	unmount();
	await page.close();
});

const as = (name: string): BskySession => ({
	active: true,
	did: `did:plc:${name}`,
	handle: `${name}.example`,
	grantedScope: "atproto",
});
const NOT_LINKED: BskySession = { active: false, did: null, reason: "not_linked" };

const accounts = (...names: string[]) => ({
	accounts: names.map((name) => ({ ...as(name), primary: false, current: false })),
});

const at = (path: string) => server.asked.filter((one) => one.path === path);
const asked = async (path: string, times = 1) => {
	await vi.waitFor(() => expect(at(path)).toHaveLength(times));
	return at(path)[times - 1];
};

function open(initial?: BskySession): void {
	user = createUser(async () => null);
	user.setOptions({ fetch: server.fetch });
	session = createBskySession({ fetch: server.fetch, initial });
	unmount = user.mount(session);
}

/** What the page finds when it asks again. */
async function becomes(...answers: (BskySession | null)[]): Promise<void> {
	for (const answer of answers) {
		void session.refetch();
		await at("/bsky/session").at(-1)?.answer(answer);
	}
}

const now = () => user.$state.get();

test("a reconnection ends with what shows who is signed in", async () => {
	const navigate = vi.fn();
	open(as("alice"));
	user.setOptions({ fetch: server.fetch, navigate });
	user.reconnect();
	const request = await asked("/bsky/sign-in");
	unmount();
	await request?.answer({ url: "https://pds.example/" });
	expect(navigate).not.toHaveBeenCalled();
	await vi.waitFor(() => expect(now().busy).toBeNull());
});

test("nor does it leave a page that has come back as it was left", async () => {
	const navigate = vi.fn();
	open(as("alice"));
	user.setOptions({ fetch: server.fetch, navigate });
	user.setRoot(menuOf(page));
	user.open();
	await vi.waitFor(() => expect(now().rows).not.toBeNull());
	user.reconnect();
	const request = await asked("/bsky/sign-in");
	page.comeBack();
	expect(now().busy).toBeNull();
	await request?.answer({ url: "https://pds.example/" });
	expect(navigate).not.toHaveBeenCalled();
	expect(now().said).toBe("");
});

/** An element with a menu in it. */
function menuOf({ window }: Page): HTMLElement {
	const root = window.document.createElement("div");
	root.append(window.document.createElement("details"));
	return root as unknown as HTMLElement;
}

test.each([
	["another tab", [as("bob")]],
	["this page", [null, as("bob")]],
])(
	"a list of accounts that comes late is not the next person's, who came by %s",
	async (_, next) => {
		open(as("alice"));
		user.open();
		const late = await asked("/bsky/accounts");
		await becomes(...next);
		await late?.answer(accounts("alice", "alina"));
		expect(now().accounts).toBeNull();
		user.open();
		await (await asked("/bsky/accounts", 2))?.answer(accounts("bob", "bobby"));
		expect(now().accounts).toHaveLength(2);
	},
);

test("nor is the one that is there", async () => {
	open(as("alice"));
	user.open();
	await (await asked("/bsky/accounts"))?.answer(accounts("alice", "alina"));
	await becomes(as("alina"));
	expect(now().accounts).toHaveLength(2);
	await becomes(as("bob"));
	expect(now().accounts).toBeNull();
});

test("a list that couldn't be had is asked for when the menu opens again", async () => {
	open(as("alice"));
	user.open();
	await (await asked("/bsky/accounts"))?.fail();
	user.open();
	await asked("/bsky/accounts", 2);
});

test("whoever has no Bluesky is asked for again with the session", async () => {
	open();
	await at("/bsky/session")[0]?.answer(NOT_LINKED);
	await (await asked("/get-session"))?.answer({ user: { name: "Erin" } });
	expect(now().user).toEqual({ name: "Erin" });
	await becomes(NOT_LINKED);
	const late = await asked("/get-session", 2);
	await becomes(NOT_LINKED);
	await (await asked("/get-session", 3))?.answer({ user: { name: "Oscar" } });
	expect(now().user).toEqual({ name: "Oscar" });
	await late?.answer({ user: { name: "Erin" } });
	expect(now().user).toEqual({ name: "Oscar" });
	await becomes(NOT_LINKED);
	await (await asked("/get-session", 4))?.fail();
	expect(now().user).toEqual({ name: "Oscar" });
});

test("a switch is shown, whatever was asked before it", async () => {
	open(as("alice"));
	user.open();
	await (await asked("/bsky/accounts"))?.answer(accounts("alice", "alina"));
	void session.refetch();
	const before = await asked("/bsky/session");
	user.switchTo("did:plc:alina");
	await (await asked("/bsky/switch"))?.answer({ did: "did:plc:alina" });
	await before?.answer(as("alice"));
	await (await asked("/bsky/session", 2))?.answer(as("alina"));
	expect(session.$state.value?.data?.did).toBe("did:plc:alina");
});

const TRIP = "better-auth-bsky.trip";

/** Another page of the app loads, in a browser that was about to leave for somebody's server. */
function loadNext(session: BskySession): ReturnType<typeof vi.fn> {
	unmount();
	const trip = JSON.parse(sessionStorage.getItem(TRIP) ?? "null");
	sessionStorage.setItem(TRIP, JSON.stringify({ ...trip, at: performance.timeOrigin - 1000 }));
	const told = vi.fn();
	user = createUser(async () => null);
	user.setOptions({ fetch: server.fetch, onConnect: told, onSuccess: told });
	unmount = user.mount(createBskySession({ fetch: server.fetch, initial: session }));
	return told;
}

describe("a browser that was to leave", () => {
	const tripDone = () => vi.waitFor(() => expect(sessionStorage.getItem(TRIP)).toBeNull());

	test.each(["sign-in", "connect"] as const)(
		"and went to another page of the app has connected nobody: %s",
		async (intent) => {
			open(as("alice"));
			beginTrip({ intent });
			const told = loadNext(as("alice"));
			await tripDone();
			await at("/get-session")[0]?.answer(null);
			await turn();
			expect(told).not.toHaveBeenCalled();
		},
	);

	test.each([
		["another account", as("alice"), as("alina")],
		["one whose session had ended", { ...as("alice"), active: false }, as("alice")],
	] as const)("and has come back with %s has connected it", async (_, before, after) => {
		open(before as BskySession);
		beginTrip({ intent: "connect" });
		const told = loadNext(after);
		await vi.waitFor(() => expect(told).toHaveBeenCalledExactlyOnceWith({ did: after.did }));
	});
});
