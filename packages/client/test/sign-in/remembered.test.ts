import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectSignIn, createSignIn, type SignInOptions } from "../../src/sign-in/index.ts";
import { fakeServer, openPage, type Page } from "../page.ts";

const KEY = "better-auth-bsky.accounts";
let page: Page;
let server: ReturnType<typeof fakeServer>;
let unmount = () => {};

beforeEach(() => {
	page = openPage();
	server = fakeServer();
});
afterEach(async () => {
	unmount();
	await page.close();
});

function open(options: SignInOptions = {}) {
	unmount();
	const signIn = createSignIn({
		fetch: server.fetch,
		navigate: () => {},
		remember: true,
		suggestions: false,
		...options,
	});
	unmount = signIn.mount();
	return signIn;
}

async function leave(handle: string, options?: SignInOptions) {
	const signIn = open(options);
	void signIn.submit(handle);
	await server.last().answer({ url: "https://pds.example/" });
	return signIn;
}

const handles = () =>
	open()
		.$state.get()
		.accounts.map(({ handle }) => handle);
const stored = () => page.window.localStorage.getItem(KEY);

test("nothing is kept unless asked for", async () => {
	await leave("alice.example", { remember: false });
	expect(stored()).toBeNull();
});

test("the latest comes first, each once, five at most", async () => {
	for (const name of ["a", "b", "c", "a", "d", "e", "f"]) await leave(`${name}.example`);
	expect(handles()).toEqual(["f.example", "e.example", "d.example", "a.example", "c.example"]);
});

test("a face that was recognised is kept, and nothing else", async () => {
	const alice = {
		did: "did:plc:alice",
		handle: "alice.example",
		displayName: "Alice",
		avatar: "https://cdn.example/a.jpg",
	};
	const signIn = open({ suggestions: "person" });
	signIn.input("alice.example");
	await vi.waitUntil(() => server.asked.length > 0);
	await server.last().answer({ actors: [alice] });
	void signIn.submit();
	await server.last().answer({ url: "https://pds.example/" });
	expect(open().$state.get().accounts).toEqual([alice]);
	await leave("alice.example");
	expect(open().$state.get().accounts).toEqual([alice]);
});

test("a sign-in that comes back with an error is forgotten again; one used before isn't", async () => {
	await leave("before.example");
	expect(handles()).toEqual(["before.example"]);
	const comeBackRefused = () =>
		page.window.happyDOM.setURL("https://app.example/?error=access_denied");
	await leave("typo.example");
	comeBackRefused();
	expect(handles()).toEqual(["before.example"]);
	await leave("before.example");
	comeBackRefused();
	expect(handles()).toEqual(["before.example"]);
});

test("a sign-in that never leaves keeps nothing", async () => {
	const signIn = open();
	void signIn.submit("nobody.example");
	await server.last().answer({ code: "HANDLE_NOT_FOUND" }, 404);
	expect(handles()).toEqual([]);
});

test("a server is no account", async () => {
	const signIn = open();
	void signIn.continueWithBluesky();
	await server.last().answer({ url: "https://bsky.social/" });
	await leave("https://pds.example");
	expect(handles()).toEqual([]);
});

test("one of them signs in and can be removed", async () => {
	await leave("alice.example");
	await leave("bob.example");
	const signIn = open();
	const { getAccountProps, getForgetProps, getFormProps } = connectSignIn(signIn);
	const [bob, alice] = signIn.$state.get().accounts;
	if (!alice || !bob) throw new Error("They are not there.");
	expect(getForgetProps(alice)["aria-label"]).toBe("Forget @alice.example");
	getForgetProps(alice).onClick?.();
	expect(signIn.$state.get().accounts).toEqual([bob]);
	const submitter = getAccountProps(bob);
	getFormProps().onSubmit?.({ preventDefault() {}, stopPropagation() {}, submitter });
	expect(server.last().body).toMatchObject({ handle: "bob.example" });
});

test("storage that is forbidden or full is no obstacle", async () => {
	page.forbidStorage();
	const signIn = await leave("alice.example");
	expect(signIn.$state.get().status).toBe("redirecting");
	signIn.forget("alice.example");
	expect(handles()).toEqual([]);
});

test.each([
	"{",
	"null",
	"{}",
	"[1, null, {}]",
	'[{"handle": 1}]',
	'[{"handle": "a.example", "avatar": "javascript:alert(1)"}]',
	'[{"handle": "a.example", "displayName": {}}]',
])("what isn't ours is not read: %s", (text) => {
	page.window.localStorage.setItem(KEY, text);
	expect(handles()).toEqual([]);
});
