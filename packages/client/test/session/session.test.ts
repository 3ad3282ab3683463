import { createAuthClient } from "better-auth/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { atprotoAuthClient } from "../../src/index.ts";
import {
	type BskySession,
	type BskySessionOptions,
	connectSession,
	createBskySession,
} from "../../src/session/index.ts";
import { refreshBskySession } from "../../src/session/shared.ts";
import { fakeServer, openPage, type Page } from "../page.ts";

const ALICE: BskySession = {
	active: true,
	did: "did:plc:alice",
	grantedScope: "atproto",
	handle: "alice.example",
	displayName: "Alice",
};
const BOB: BskySession = {
	...ALICE,
	did: "did:plc:bob",
	handle: "bob.example",
	displayName: "Bob",
};

let page: Page;
let server: ReturnType<typeof fakeServer>;
const stops: (() => void)[] = [];

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
	page = openPage();
	server = fakeServer();
});
afterEach(async () => {
	for (const stop of stops.splice(0)) stop();
	vi.advanceTimersByTime(2000);
	vi.useRealTimers();
	await page.close();
});

function look(options: BskySessionOptions = {}) {
	const session = createBskySession({ fetch: server.fetch, ...options });
	stops.push(session.$state.listen(() => {}));
	return { session, now: () => session.$state.get() };
}

/** Promises that have nothing to wait for are done. */
const turn = () => vi.advanceTimersByTimeAsync(0);
const later = (ms = 6000) => vi.advanceTimersByTime(ms);
const SETTLED = { isPending: false, isRefetching: false, error: null };

describe("without a better-auth client", () => {
	test("news while asking is asked for anew", async () => {
		const { now } = look();
		await turn();
		const [before] = server.asked;
		page.fire("storage", { key: "better-auth.message" });
		await turn();
		expect(server.asked).toHaveLength(2);
		await server.last().answer(BOB);
		await before?.answer(ALICE);
		expect(now()).toMatchObject({ data: BOB });
	});

	test("so is what was changed here: an answer from before it is over", async () => {
		const { now } = look();
		await turn();
		const [before] = server.asked;
		refreshBskySession({ fetch: server.fetch });
		await turn();
		expect(server.asked).toHaveLength(2);
		await server.last().answer(BOB);
		await before?.answer(ALICE);
		expect(now()).toMatchObject({ data: BOB });
	});

	test("however many look, one request", async () => {
		const looks = [look(), look(), look()];
		await turn();
		expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
			"GET /bsky/session",
		]);
		expect(looks[0]?.now()).toMatchObject({ data: null, isPending: true });
		await server.last().answer(ALICE);
		for (const { now } of looks) expect(now()).toEqual({ ...SETTLED, data: ALICE });
	});

	test("nobody looks, nothing is asked", async () => {
		createBskySession({ fetch: server.fetch });
		await turn();
		expect(server.asked).toEqual([]);
	});

	test("what the server rendered is shown at once, and asks nothing", async () => {
		for (const initial of [ALICE, null]) {
			const { session, now } = look({ initial, fetch: fakeServer().fetch });
			expect(session.initialState).toEqual({ ...SETTLED, data: initial });
			expect(now()).toEqual({ ...SETTLED, data: initial });
		}
		await turn();
		expect(server.asked).toEqual([]);
	});

	test("nobody signed in is no failure", async () => {
		const { now } = look();
		await turn();
		await server.last().answer({}, 401);
		expect(now()).toEqual({ ...SETTLED, data: null });
	});

	test("a failure keeps what is shown", async () => {
		const { session, now } = look({ initial: ALICE });
		void session.refetch();
		await turn();
		expect(now()).toMatchObject({ data: ALICE, isPending: false, isRefetching: true });
		await server.last().answer({ code: "BROKEN" }, 500);
		expect(now()).toMatchObject({ data: ALICE, error: { code: "BROKEN", status: 500 } });
		void session.refetch();
		await turn();
		await server.last().fail();
		expect(now()).toMatchObject({ data: ALICE, error: { code: "NETWORK_ERROR" } });
		void session.refetch();
		await turn();
		await server.last().answer(BOB);
		expect(now()).toEqual({ ...SETTLED, data: BOB });
	});

	test("the person comes back to the tab: asked again, but not at every turn", async () => {
		look({ initial: ALICE });
		page.fire("focus");
		await turn();
		expect(server.asked).toHaveLength(0);
		later();
		page.window.document.dispatchEvent(new page.window.Event("visibilitychange"));
		page.fire("focus");
		await turn();
		expect(server.asked).toHaveLength(1);
	});

	test("a clock that is set back makes nothing fresh", async () => {
		look({ initial: ALICE });
		vi.setSystemTime(Date.now() - 3_600_000);
		page.fire("focus");
		await turn();
		expect(server.asked).toHaveLength(1);
		await server.last().answer(ALICE);
		vi.setSystemTime(Date.now() - 3_600_000);
		page.fire("focus");
		await turn();
		expect(server.asked).toHaveLength(2);
	});

	test("online again: what couldn't be had is asked for at once, and what is known isn't", async () => {
		const { now } = look();
		await turn();
		await server.last().fail();
		page.fire("online");
		await turn();
		expect(server.asked).toHaveLength(2);
		await server.last().answer(ALICE);
		expect(now()).toEqual({ ...SETTLED, data: ALICE });
		page.fire("online");
		await turn();
		expect(server.asked).toHaveLength(2);
	});

	test("brought back as it was left, it is asked for at once: other pages have been here", async () => {
		const { now } = look({ initial: ALICE });
		page.fire("pageshow", { persisted: false });
		await turn();
		expect(server.asked).toHaveLength(0);
		page.comeBack();
		await turn();
		await server.last().answer({}, 401);
		expect(now().data).toBeNull();
	});

	test("another tab says something happened", async () => {
		const { now } = look({ initial: ALICE });
		page.fire("storage", { key: "something.else" });
		await turn();
		expect(server.asked).toHaveLength(0);
		page.fire("storage", { key: "better-auth.message" });
		await turn();
		await server.last().answer({}, 401);
		expect(now().data).toBeNull();
	});

	test("a sign-out empties it and tells the other tabs", async () => {
		const { session, now } = look({ initial: ALICE });
		const done = session.signOut();
		expect(server.last()).toMatchObject({ method: "POST", path: "/sign-out" });
		expect(now().data).toEqual(ALICE);
		await server.last().answer({ success: true });
		await done;
		expect(now()).toEqual({ ...SETTLED, data: null });
		expect(page.window.localStorage.getItem("better-auth.message")).toContain('"signout"');
	});

	test("an answer that was under way when they signed out shows nobody", async () => {
		const { session, now } = look({ initial: ALICE });
		void session.refetch();
		await turn();
		const asked = server.last();
		void session.signOut();
		await server.last().answer({ success: true });
		await asked.answer(ALICE);
		expect(now()).toEqual({ ...SETTLED, data: null });
		void session.refetch();
		await turn();
		await server.last().answer(BOB);
		expect(now().data).toEqual(BOB);
	});

	test("a sign-out that fails says so, and signs nobody out", async () => {
		page.forbidStorage();
		const { session, now } = look({ initial: ALICE });
		const done = session.signOut();
		await server.last().fail();
		await done;
		expect(now()).toMatchObject({ data: ALICE, error: { code: "NETWORK_ERROR" } });
	});

	test("nobody looks any more: it doesn't listen either; looked at again, it asks", async () => {
		const { now } = look({ initial: ALICE });
		for (const stop of stops.splice(0)) stop();
		later();
		page.fire("focus");
		page.fire("storage", { key: "better-auth.message" });
		await turn();
		expect(server.asked).toEqual([]);
		look();
		await turn();
		expect(server.asked).toHaveLength(1);
		await server.last().answer(BOB);
		expect(now().data).toEqual(BOB);
	});

	test.each([
		["a page", "<html>Sign in to the network</html>", "text/html"],
		["nothing", "", "text/plain"],
	])("%s in place of an answer signs nobody out", async (_, body, type) => {
		const fetch = async () => new Response(body, { headers: { "content-type": type } });
		const { session, now } = look({ fetch, initial: ALICE });
		await session.refetch();
		expect(now()).toMatchObject({ data: ALICE, error: { code: "UNKNOWN" } });
	});

	test("another server is another session", async () => {
		const of = (options?: BskySessionOptions) => createBskySession(options).$state;
		const here = of({ fetch: server.fetch });
		expect(of({ fetch: server.fetch })).toBe(here);
		expect(of({ fetch: server.fetch, baseURL: "/other/auth" })).not.toBe(here);
		expect(of()).not.toBe(here);
	});
});

describe("what several parts of a page were rendered with", () => {
	test("each hydrates from its own, and all show what one of them knows, without a request", async () => {
		const options = { fetch: server.fetch };
		const unknowing = createBskySession(options);
		const knowing = createBskySession({ ...options, initial: ALICE });
		expect(unknowing.initialState).toMatchObject({ data: null, isPending: true });
		expect(knowing.initialState).toEqual({ ...SETTLED, data: ALICE });
		const { now } = look();
		await turn();
		expect(now()).toEqual({ ...SETTLED, data: ALICE });
		expect(server.asked).toEqual([]);
	});

	test("nobody is told while rendering", async () => {
		const { session, now } = look();
		const told = vi.fn();
		stops.push(session.$state.listen(told));
		createBskySession({ fetch: server.fetch, initial: ALICE });
		expect(told).not.toHaveBeenCalled();
		await turn();
		expect(now().data).toEqual(ALICE);
	});

	test("something new is shown, and the server asked to be sure", async () => {
		const { now } = look({ initial: ALICE });
		look({ initial: { ...ALICE } });
		await turn();
		expect(server.asked).toHaveLength(0);
		look({ initial: null });
		await turn();
		expect(now()).toMatchObject({ data: null, isPending: false });
		expect(server.asked).toHaveLength(1);
		await server.last().answer({}, 401);
		expect(now()).toEqual({ ...SETTLED, data: null });
	});

	test("what was known before a sign-out doesn't come back with an old page", async () => {
		const { session, now } = look({ initial: ALICE });
		void session.signOut();
		await server.last().answer({ success: true });
		look({ initial: ALICE });
		await turn();
		expect(now().data).toBeNull();
		expect(server.asked).toHaveLength(1);
		// Signed in again somewhere else? That can be, after a while.
		later();
		look({ initial: ALICE });
		await turn();
		expect(server.last().path).toBe("/bsky/session");
		await server.last().answer(ALICE);
		expect(now().data).toEqual(ALICE);
	});

	test.each([
		["signed in and out again", [null, ALICE, null]],
		["switched, and back", [ALICE, BOB, ALICE]],
	])("what comes again at once is asked for after a while: %s", async (_, [first, then, last]) => {
		const { now } = look({ initial: first });
		look({ initial: then });
		await turn();
		await server.last().answer(then);
		for (const _ of "ab") look({ initial: last });
		await turn();
		expect(now().data).toEqual(then);
		expect(server.asked).toHaveLength(1);
		later();
		expect(server.asked).toHaveLength(2);
		await server.last().answer(last ?? {}, last ? 200 : 401);
		expect(now().data).toEqual(last);
		later(60_000);
		expect(server.asked).toHaveLength(2);
	});

	test("what comes again is not asked for where nobody looks by then", async () => {
		look({ initial: ALICE });
		look({ initial: BOB });
		await turn();
		await server.last().answer(BOB);
		look({ initial: ALICE });
		await turn();
		for (const stop of stops.splice(0)) stop();
		later();
		expect(server.asked).toHaveLength(1);
	});

	test("parts that never agree don't ask for ever", async () => {
		look({ initial: ALICE });
		for (let i = 0; i < 5; i++) {
			for (const initial of [BOB, ALICE, null]) look({ initial });
			await turn();
			if (server.asked.length > 0) await server.last().answer(ALICE);
		}
		expect(server.asked.length).toBeLessThanOrEqual(2);
	});

	test("another page, with nobody looking in between", async () => {
		look({ initial: ALICE });
		for (const stop of stops.splice(0)) stop();
		later();
		const { now } = look({ initial: BOB });
		expect(now()).toEqual({ ...SETTLED, data: BOB });
		await turn();
		expect(server.asked).toEqual([]);
	});
});

describe.each([
	["the page alone", () => ({ fetch: server.fetch })],
	[
		"a client that has the plugin",
		() => ({
			authClient: createAuthClient({
				baseURL: "https://app.example",
				plugins: [atprotoAuthClient()],
				fetchOptions: { customFetchImpl: server.fetch },
			}),
		}),
	],
])("whichever the source, what the server rendered: %s", (_, source) => {
	const answer = async (path: string, body: unknown, status?: number) => {
		await turn();
		const asked = server.asked.filter((one) => one.path === path);
		for (const request of asked) await request.answer(body, status);
	};
	const signedIn = () => answer("/get-session", { user: { id: "1" }, session: { id: "s" } });

	test("gives way to the answer of a refetch", async () => {
		const { session, now } = look({ ...source(), initial: ALICE });
		const done = session.refetch();
		expect(now()).toEqual({ ...SETTLED, data: ALICE, isRefetching: true });
		await signedIn();
		await answer("/bsky/session", BOB);
		await done;
		expect(now()).toEqual({ ...SETTLED, data: BOB });
	});

	test("stays where asking fails", async () => {
		const { now } = look({ ...source(), initial: ALICE });
		page.fire("storage", { key: "better-auth.message" });
		await signedIn();
		await answer("/bsky/session", { code: "BROKEN" }, 500);
		const error = { code: "BROKEN", status: 500 };
		expect(now()).toMatchObject({ ...SETTLED, data: ALICE, error });
	});

	test("is gone after a sign-out, whatever was under way", async () => {
		const { session, now } = look({ ...source(), initial: ALICE });
		void session.refetch();
		await turn();
		const done = session.signOut();
		await answer("/sign-out", { success: true });
		await done;
		await answer("/bsky/session", ALICE);
		expect(now()).toEqual({ ...SETTLED, data: null });
	});
});

test("on a server nothing is shared, nothing is asked, nothing waits", async () => {
	await page.close();
	const options = { fetch: server.fetch, initial: ALICE };
	const first = createBskySession(options);
	expect(createBskySession({ ...options, initial: null })).not.toBe(first);
	expect(first.$state.get()).toEqual({ ...SETTLED, data: ALICE });
	expect(createBskySession({ fetch: server.fetch }).$state.get().isPending).toBe(true);
	expect(server.asked).toEqual([]);
});

describe("with a better-auth client that has the plugin", () => {
	const USER = { user: { id: "1" }, session: { id: "s" } };
	const clientOf = () =>
		createAuthClient({
			baseURL: "https://app.example",
			plugins: [atprotoAuthClient()],
			fetchOptions: { customFetchImpl: server.fetch },
		});
	const paths = () => server.asked.map(({ path }) => path);

	test("what the server rendered of one person never stands in for another", async () => {
		const { now } = look({ authClient: clientOf(), initial: ALICE });
		page.fire("storage", { key: "better-auth.message" });
		await turn();
		await server.last().answer({ user: { id: "2", bskyDid: BOB.did }, session: { id: "s" } });
		await turn();
		await server.last().answer({ code: "BROKEN" }, 500);
		expect(now()).toMatchObject({ data: null, isPending: false, error: { code: "BROKEN" } });
	});
	/** better-auth signals a little after the answer. */
	const signalled = () => vi.advanceTimersByTimeAsync(20);

	test("it is the plugin's own session", async () => {
		const authClient = clientOf();
		const { now } = look({ authClient });
		look({ authClient });
		await turn();
		await server.last().answer(USER);
		expect(paths()).toEqual(["/get-session", "/bsky/session"]);
		await server.last().answer(ALICE);
		expect(now()).toEqual({ ...SETTLED, data: ALICE });
		expect(authClient.useBskySession.get().data).toEqual(ALICE);
	});

	test("what the server rendered is shown at once and asks nothing, until something happens", async () => {
		const { now } = look({ authClient: clientOf(), initial: ALICE });
		await turn();
		expect(now()).toEqual({ ...SETTLED, data: ALICE });
		expect(server.asked).toEqual([]);
		page.fire("storage", { key: "better-auth.message" });
		await turn();
		expect(now().data).toEqual(ALICE);
		await server.last().answer(null);
		expect(now()).toEqual({ ...SETTLED, data: null });
	});

	test("what the plugin knows already is shown, and asked again where the server says otherwise", async () => {
		const authClient = clientOf();
		stops.push(authClient.useBskySession.listen(() => {}));
		await turn();
		await server.last().answer(USER);
		await server.last().answer(ALICE);
		const { now } = look({ authClient, initial: ALICE });
		await turn();
		expect(server.asked).toHaveLength(2);
		look({ authClient, initial: BOB });
		await turn();
		expect(now()).toEqual({ ...SETTLED, data: BOB, isRefetching: true });
		expect(server.asked).toHaveLength(3);
		await server.last().answer(BOB);
		expect(now()).toEqual({ ...SETTLED, data: BOB });
	});

	test("another page says otherwise, with nobody looking in between", async () => {
		const authClient = clientOf();
		look({ authClient });
		await turn();
		await server.last().answer(USER);
		await server.last().answer(ALICE);
		for (const stop of stops.splice(0)) stop();
		later();
		const { now } = look({ authClient, initial: BOB });
		expect(now()).toEqual({ ...SETTLED, data: BOB });
		await turn();
		expect(now()).toEqual({ ...SETTLED, data: BOB });
		await server.last().answer(BOB);
		expect(now()).toEqual({ ...SETTLED, data: BOB });
	});

	test("a sign-out through the client itself is heard", async () => {
		const authClient = clientOf();
		const { now } = look({ authClient, initial: ALICE });
		authClient.signOut();
		await turn();
		await server.last().answer({ success: true });
		await signalled();
		expect(paths()).toEqual(["/sign-out", "/get-session"]);
		await server.last().answer(null);
		expect(now()).toEqual({ ...SETTLED, data: null });
	});

	test("a sign-out through the session empties it", async () => {
		const { session, now } = look({ authClient: clientOf(), initial: ALICE });
		const done = session.signOut();
		await turn();
		await server.last().answer({ success: true });
		await done;
		expect(now().data).toBeNull();
	});

	test("a page in place of an answer signs nobody out", async () => {
		const pages = async () => new Response("<html>", { headers: { "content-type": "text/html" } });
		const authClient = createAuthClient({
			baseURL: "https://app.example",
			plugins: [atprotoAuthClient()],
			fetchOptions: { customFetchImpl: pages },
		});
		const { session, now } = look({ authClient, initial: ALICE });
		await session.refetch();
		expect(now()).toMatchObject({ data: ALICE, error: { code: "UNKNOWN" } });
	});

	test("a client that throws says why all the same", async () => {
		const refuse = async () => Response.json({ code: "BANNED_USER" }, { status: 403 });
		const authClient = createAuthClient({
			baseURL: "https://app.example",
			plugins: [atprotoAuthClient()],
			fetchOptions: { throw: true, customFetchImpl: refuse },
		});
		const { session, now } = look({ authClient, initial: ALICE });
		await session.signOut();
		expect(now()).toMatchObject({ data: ALICE, error: { code: "BANNED_USER", status: 403 } });
	});

	test("a sign-out that fails says so", async () => {
		const { session, now } = look({ authClient: clientOf(), initial: ALICE });
		const done = session.signOut();
		await turn();
		await server.last().fail();
		await done;
		expect(now()).toMatchObject({ data: ALICE, error: { code: "NETWORK_ERROR" } });
	});
});

test("with a client that lacks the plugin, each hears of the other's sign-out", async () => {
	const authClient = createAuthClient({
		baseURL: "https://app.example",
		fetchOptions: { customFetchImpl: server.fetch },
	});
	const heard = vi.fn();
	authClient.$store.listen("$sessionSignal", heard);
	const { session, now } = look({ authClient, initial: ALICE });
	authClient.$store.notify("$sessionSignal");
	await turn();
	expect(server.last().path).toBe("/bsky/session");
	await server.last().answer(BOB);
	expect(now().data).toEqual(BOB);
	heard.mockClear();
	const done = session.signOut();
	await turn();
	await server.last().answer({ success: true });
	await done;
	expect(now().data).toBeNull();
	expect(heard).toHaveBeenCalledTimes(1);
});

test("who is signed in, for a chip", () => {
	const { session, now } = look({ initial: ALICE });
	const chip = connectSession(session, now(), undefined, { labels: { signOut: "Raus" } });
	expect(chip).toMatchObject({ status: "signed-in", name: "Alice", handle: "alice.example" });
	expect(chip.labels.signOut).toBe("Raus");
	const nobody = connectSession(session, { ...now(), data: null });
	expect(nobody).toMatchObject({ status: "signed-out", name: null, handle: null });
	expect(connectSession(session, { ...now(), data: null, isPending: true }).status).toBe("pending");
	const bare = { active: true, did: "did:plc:x", grantedScope: "atproto" } as const;
	expect(connectSession(session, { ...now(), data: bare }).handle).toBe("did:plc:x");
});
