import { createAuthClient } from "better-auth/client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type App, newPerson, startApp, useNetwork } from "../../../core/test/kit.ts";
import { atprotoAuthClient } from "../../src/index.ts";
import { aMoment, asked, eventually, openTab, type Tab } from "../tab.ts";

const network = await useNetwork();
let app: App;
let tab: Tab;
let unmount: () => void;

beforeAll(async () => {
	app = await startApp(network);
});
afterAll(() => app.close());
afterEach(async () => {
	unmount();
	await tab.close();
});

const clientOf = (tab: Tab) => createAuthClient({ ...tab.options, plugins: [atprotoAuthClient()] });
type Client = ReturnType<typeof clientOf>;

/** Looks at the session as a component does; `seen` is every state it was shown. */
function watch(authClient: Client) {
	const seen: ReturnType<Client["useBskySession"]["get"]>[] = [];
	unmount = authClient.useBskySession.subscribe((state) => seen.push(state));
	return { seen, now: () => authClient.useBskySession.get() };
}

const SETTLED = { error: null, isPending: false, isRefetching: false };

async function openSignedIn() {
	tab = openTab(app);
	const person = await newPerson(network);
	await tab.browser.signIn(person);
	const authClient = clientOf(tab);
	const { seen, now } = watch(authClient);
	await eventually(now).toMatchObject({ ...SETTLED, data: { active: true, did: person.did } });
	return { person, authClient, seen, now };
}

test("nobody signed in: no data, no error, no request", async () => {
	tab = openTab(app);
	const { seen, now } = watch(clientOf(tab));
	expect(seen[0]).toMatchObject({ data: null, error: null, isPending: true });
	await eventually(now).toMatchObject({ ...SETTLED, data: null });
	await aMoment();
	expect(tab.requests).toEqual(["GET /get-session"]);
	expect(seen.every(({ data, error }) => data === null && error === null)).toBe(true);
});

test("signed in: one request", async () => {
	const { seen } = await openSignedIn();
	await aMoment();
	expect(tab.requests).toEqual(["GET /get-session", "GET /bsky/session"]);
	expect(seen.map(({ isPending }) => isPending)).toEqual([true, true, false]);
});

test("many components, one request", async () => {
	const { authClient } = await openSignedIn();
	const others = Array.from({ length: 5 }, () => authClient.useBskySession.listen(() => {}));
	others.push(authClient.useSession.listen(() => {}));
	await aMoment();
	expect(tab.requests).toEqual(["GET /get-session", "GET /bsky/session"]);
	for (const stop of others) stop();
});

test("a sign-in without leaving the page is followed", async () => {
	tab = openTab(app);
	const authClient = clientOf(tab);
	const { now } = watch(authClient);
	await eventually(now).toMatchObject({ ...SETTLED, data: null });
	const email = "follow@example.com";
	await authClient.signUp.email({ email, password: "a-password", name: "F" });
	await eventually(now).toMatchObject({ data: { active: false, reason: "not_linked" } });
	await aMoment();
	expect(asked(tab)).toBe(1);
});

test("an account connected or signed in elsewhere is found when the person comes back", async () => {
	tab = openTab(app);
	await tab.browser.signUpWithEmail("link@example.com");
	const { now } = watch(clientOf(tab));
	await eventually(now).toMatchObject({ data: { active: false, reason: "not_linked" } });
	const person = await newPerson(network);
	await tab.browser.signIn(person);
	tab.focus();
	await eventually(now).toMatchObject({ data: { active: true, did: person.did } });
	tab.requests.length = 0;
	tab.focus();
	await aMoment();
	expect(asked(tab)).toBe(0);
});

test("signOut empties it, without a request", async () => {
	const { authClient, now, seen } = await openSignedIn();
	tab.requests.length = 0;
	seen.length = 0;
	await authClient.signOut();
	await eventually(now).toMatchObject({ ...SETTLED, data: null });
	await aMoment();
	expect(tab.requests).toEqual(["POST /sign-out", "GET /get-session"]);
	expect(seen).toHaveLength(1);
});

test("a sign-out in another tab empties it", async () => {
	const { now } = await openSignedIn();
	tab.requests.length = 0;
	await tab.browser.post("/sign-out", {});
	tab.hearFromOtherTab();
	await eventually(now).toMatchObject({ ...SETTLED, data: null });
	await aMoment();
	expect(tab.requests).toEqual(["GET /get-session"]);
});

test("other tabs hear of a sign-out in this one", async () => {
	const { authClient } = await openSignedIn();
	await authClient.signOut();
	expect(tab.window.localStorage.getItem("better-auth.message")).toContain("signout");
});

test("an account that is unlinked here", async () => {
	tab = openTab(app);
	await tab.browser.signUpWithEmail("unlink@example.com");
	const person = await newPerson(network);
	await tab.browser.signIn(person);
	const authClient = clientOf(tab);
	const { now } = watch(authClient);
	await eventually(now).toMatchObject({ data: { active: true, did: person.did } });
	const { data: accounts } = await authClient.listAccounts();
	const accountId = accounts?.find(({ providerId }) => providerId === "bsky")?.id ?? "";
	tab.requests.length = 0;
	expect((await authClient.unlinkAccount({ accountId })).error).toBeNull();
	await eventually(now).toMatchObject({ data: { active: false, did: null } });
	await aMoment();
	const expected = ["POST /unlink-account", "GET /get-session", "GET /bsky/session"];
	expect(tab.requests).toEqual(expected);
	expect(authClient.useSession.get().data?.user).toMatchObject({ bskyDid: null, bskyHandle: null });
});

test("a switch to another account, which other tabs hear of", async () => {
	const { person, authClient, now } = await openSignedIn();
	const second = await newPerson(network);
	await tab.browser.signIn(second);
	tab.focus();
	await eventually(now).toMatchObject({ data: { active: true, did: second.did } });
	tab.requests.length = 0;
	expect(await authClient.bsky.switch({ did: person.did })).toEqual({
		data: { did: person.did },
		error: null,
	});
	await eventually(now).toMatchObject({ ...SETTLED, data: { active: true, did: person.did } });
	await aMoment();
	expect(tab.requests).toEqual(["POST /bsky/switch", "GET /get-session", "GET /bsky/session"]);
	expect(authClient.useSession.get().data?.session.bskyDid).toBe(person.did);
	expect(tab.window.localStorage.getItem("better-auth.message")).toContain("switch");
});

test("the accounts to switch between", async () => {
	const { person, authClient } = await openSignedIn();
	const second = await newPerson(network);
	await tab.browser.signIn(second);
	const { data, error } = await authClient.bsky.accounts();
	expect(error).toBeNull();
	expect(data?.accounts.map(({ did, current }) => [did, current])).toEqual([
		[person.did, false],
		[second.did, true],
	]);
	expect(tab.requests.at(-1)).toBe("GET /bsky/accounts");
});

test("a switch in another tab is followed", async () => {
	const { person, now } = await openSignedIn();
	const second = await newPerson(network);
	await tab.browser.signIn(second);
	await tab.browser.post("/bsky/switch", { did: person.did });
	await tab.browser.post("/bsky/switch", { did: second.did });
	tab.hearFromOtherTab();
	await eventually(now).toMatchObject({ ...SETTLED, data: { active: true, did: second.did } });
});

test("a switch to nobody's account changes nothing", async () => {
	const { person, authClient, now } = await openSignedIn();
	tab.requests.length = 0;
	const { error } = await authClient.bsky.switch({ did: "did:plc:nobody" });
	expect(error).toMatchObject({ code: "NOT_LINKED", status: 404 });
	await aMoment();
	expect(tab.requests).toEqual(["POST /bsky/switch"]);
	expect(now()).toMatchObject({ ...SETTLED, data: { did: person.did } });
});

test("a disconnect", async () => {
	const { authClient, now, person } = await openSignedIn();
	tab.requests.length = 0;
	expect((await authClient.bsky.disconnect()).error).toBeNull();
	await eventually(now).toMatchObject({
		...SETTLED,
		data: { active: false, did: person.did, reason: "signed_out" },
	});
	await aMoment();
	expect(tab.requests).toEqual(["POST /bsky/disconnect", "GET /bsky/session"]);
});

test("refetch asks again and keeps what is shown", async () => {
	const { now, seen } = await openSignedIn();
	seen.length = 0;
	await now().refetch();
	expect(asked(tab)).toBe(2);
	expect(seen.every(({ data }) => data?.active)).toBe(true);
	expect(seen.map(({ isRefetching }) => isRefetching)).toEqual([true, false]);
});

test("looked at again after a while, it is asked again", async () => {
	const { authClient } = await openSignedIn();
	unmount();
	// nanostores lets go of an atom a second after its last listener.
	await new Promise((resolve) => setTimeout(resolve, 1500));
	const { seen } = watch(authClient);
	expect(seen[0]?.data?.active).toBe(true);
	await aMoment();
	expect(asked(tab)).toBe(2);
});

test("a failure keeps what is shown, and says what happened", async () => {
	const { now, person } = await openSignedIn();
	const shown = { data: { active: true, did: person.did }, isPending: false, isRefetching: false };
	tab.answerNextWith(async () => Response.json({ code: "BROKEN" }, { status: 500 }));
	await now().refetch();
	expect(now()).toMatchObject({ ...shown, error: { status: 500, code: "BROKEN" } });
	tab.answerNextWith(async () => {
		throw new TypeError("fetch failed");
	});
	await now().refetch();
	expect(now()).toMatchObject({ ...shown, error: new TypeError("fetch failed") });
	await now().refetch();
	expect(now()).toMatchObject({ ...shown, error: null });
});

test("what is shown of one user never stands in for the next one", async () => {
	const { now, seen } = await openSignedIn();
	await tab.browser.post("/sign-out", {});
	const next = await newPerson(network);
	await tab.browser.signIn(next);
	tab.answerNextWith(async () => Response.json({}, { status: 500 }));
	seen.length = 0;
	tab.focus();
	await eventually(now).toMatchObject({ data: null, isPending: false, error: { status: 500 } });
	expect(seen.every(({ data }) => data === null)).toBe(true);
	await now().refetch();
	expect(now()).toMatchObject({ ...SETTLED, data: { active: true, did: next.did } });
});

test("a session that ended in between is no error", async () => {
	const { now } = await openSignedIn();
	await tab.browser.post("/sign-out", {});
	await now().refetch();
	expect(now()).toMatchObject({ ...SETTLED, data: null });
});

test("the answer of an earlier request never replaces a later one", async () => {
	const { now, authClient } = await openSignedIn();
	const late = tab.holdNext();
	const first = now().refetch();
	await now().refetch();
	const shown = now().data;
	late(Response.json({ active: false, did: null, reason: "not_linked" }));
	await first;
	expect(now()).toMatchObject({ ...SETTLED, data: shown });

	const afterSignOut = tab.holdNext();
	const pending = now().refetch();
	await authClient.signOut();
	await eventually(now).toMatchObject({ ...SETTLED, data: null });
	afterSignOut(Response.json(shown));
	await pending;
	expect(now()).toMatchObject({ ...SETTLED, data: null });
});

test("where better-auth can't tell who is signed in, the error shows", async () => {
	tab = openTab(app);
	const down = async () => {
		throw new TypeError("fetch failed");
	};
	const authClient = createAuthClient({
		...tab.options,
		fetchOptions: { customFetchImpl: down },
		plugins: [atprotoAuthClient()],
	});
	const { now } = watch(authClient);
	await eventually(now).toMatchObject({ data: null, isPending: false, error: expect.any(Error) });
});

test("on a server nothing is asked", async () => {
	tab = openTab(app);
	const authClient = clientOf(tab);
	await tab.close();
	const { now } = watch(authClient);
	await aMoment();
	expect(now()).toMatchObject({ data: null, isPending: true });
	expect(tab.requests).toEqual([]);
});

test("an app that sets `throw` for all its requests", async () => {
	tab = openTab(app);
	const person = await newPerson(network);
	await tab.browser.signIn(person);
	const { fetchOptions } = tab.options;
	const authClient = createAuthClient({
		...tab.options,
		fetchOptions: { ...fetchOptions, throw: true },
		plugins: [atprotoAuthClient()],
	});
	const { now } = watch(authClient);
	await eventually(now).toMatchObject({ ...SETTLED, data: { active: true, did: person.did } });
});
