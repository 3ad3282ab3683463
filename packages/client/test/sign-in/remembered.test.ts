import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { arrive } from "../../src/session/arrive.ts";
import type { BskySession, Person } from "../../src/session/index.ts";
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

/** The person comes back, and the page that follows shows who they are. */
async function comeBack(person: Person | null, search = "") {
	const trip = JSON.parse(page.window.sessionStorage.getItem("better-auth-bsky.trip") ?? "{}");
	const began = JSON.stringify({ ...trip, at: performance.timeOrigin - 1000 });
	page.window.sessionStorage.setItem("better-auth-bsky.trip", began);
	page.window.happyDOM.setURL(`https://app.example/${search}`);
	const data: BskySession | null = person && {
		active: true,
		grantedScope: "atproto",
		...person,
		did: person.did ?? "did:plc:x",
	};
	const tell = () => {};
	await arrive(
		{ ask: async () => ({ data: null, error: { code: "X" } }), options: {}, tell },
		data,
	);
}

const named = (name: string): Person => ({ did: `did:plc:${name}`, handle: `${name}.example` });

async function signInAs(person: Person, options?: SignInOptions) {
	await leave(person.handle, options);
	await comeBack(person);
}

const handles = () =>
	open()
		.$state.get()
		.accounts.map(({ handle }) => handle);
const stored = () => page.window.localStorage.getItem(KEY);

test("nothing is kept unless asked for", async () => {
	await signInAs(named("alice"), { remember: false });
	expect(stored()).toBeNull();
});

test("the latest comes first, each once, five at most", async () => {
	for (const name of ["a", "b", "c", "a", "d", "e", "f"]) await signInAs(named(name));
	expect(handles()).toEqual(["f.example", "e.example", "d.example", "a.example", "c.example"]);
});

test("with face and name, as the session has them, also of who came by another way", async () => {
	const alice = { ...named("alice"), displayName: "Alice", avatar: "https://cdn.example/a.jpg" };
	const signIn = open();
	void signIn.continueWithBluesky();
	await server.last().answer({ url: "https://bsky.social/" });
	await comeBack(alice);
	expect(open().$state.get().accounts).toEqual([alice]);
});

test("only after success: not who has cancelled, nor who never came back", async () => {
	await signInAs(named("before"));
	await leave("typo.example");
	expect(handles()).toEqual(["before.example"]);
	await comeBack(named("typo"), "?error=access_denied");
	expect(handles()).toEqual(["before.example"]);
	await leave("nobody.example");
	await comeBack(null);
	expect(handles()).toEqual(["before.example"]);
});

test("one of them signs in and can be removed", async () => {
	await signInAs(named("alice"));
	await signInAs(named("bob"));
	const signIn = open();
	const { getAccountProps, getForgetProps } = connectSignIn(signIn);
	const [bob, alice] = signIn.$state.get().accounts;
	if (!alice || !bob) throw new Error("They are not there.");
	const event = { preventDefault() {}, stopPropagation() {}, currentTarget: null };
	expect(getForgetProps(alice)["aria-label"]).toBe("Forget @alice.example");
	getForgetProps(alice).onClick?.(event);
	expect(signIn.$state.get().accounts).toEqual([bob]);
	getAccountProps(bob).onClick?.(event);
	expect(server.last().body).toMatchObject({ handle: "bob.example" });
});

test.each(["in another form of the page", "in another tab"])(
	"one that is forgotten %s is gone from this one, and no other comes",
	async (where) => {
		await signInAs(named("alice"));
		await signInAs(named("bob"));
		const signIn = open();
		if (where === "in another tab") {
			const newValue = JSON.stringify([named("carol"), named("alice")]);
			page.window.localStorage.setItem(KEY, newValue);
			page.fire("storage", { key: KEY, newValue });
		} else {
			vi.stubGlobal("CustomEvent", page.window.CustomEvent);
			const other = createSignIn({ remember: true, suggestions: false });
			const root = page.window.document.body.appendChild(
				page.window.document.createElement("form"),
			);
			other.attach(root as unknown as Element);
			const unmountOther = other.mount();
			other.forget("bob.example");
			unmountOther();
		}
		expect(signIn.$state.get().accounts.map(({ handle }) => handle)).toEqual(["alice.example"]);
	},
);

test("an app may begin or cease to remember while the form is there", async () => {
	await signInAs(named("alice"));
	const options: SignInOptions = { fetch: server.fetch, suggestions: false };
	const signIn = open({ ...options, remember: false });
	const shown = () => {
		const { accounts, isReturning } = connectSignIn(signIn);
		return [accounts.map(({ handle }) => handle), isReturning];
	};
	expect(shown()).toEqual([[], false]);
	signIn.setOptions({ ...options, remember: true });
	expect(shown()).toEqual([["alice.example"], true]);
	signIn.setOptions({ ...options, remember: false });
	expect(shown()).toEqual([[], false]);
});

test("storage that is forbidden or full is no obstacle", async () => {
	page.forbidStorage();
	const signIn = await leave("alice.example");
	expect(signIn.$state.get().status).toBe("redirecting");
	signIn.forget("alice.example");
	expect(handles()).toEqual([]);
});

test("one is gone from the form, though the storage keeps it", async () => {
	await signInAs(named("alice"));
	await signInAs(named("bob"));
	const signIn = open();
	const kept = stored();
	vi.stubGlobal("localStorage", {
		getItem: () => kept,
		setItem: () => {
			throw new DOMException("full", "QuotaExceededError");
		},
	});
	signIn.forget("bob.example");
	expect(signIn.$state.get().accounts.map(({ handle }) => handle)).toEqual(["alice.example"]);
});

test.each([
	"{",
	"null",
	"{}",
	"[1, null, {}]",
	'[{"handle": 1}]',
	'[{"handle": "a.example", "avatar": "javascript:alert(1)"}]',
	'[{"handle": "a.example", "displayName": {}}]',
	'[{"handle": "a.example", "did": 5}]',
	'[{"handle": "a.example", "did": null}]',
	'[{"handle": "a.example", "did": {}}]',
	'[{"handle": ""}]',
	'[{"handle": " "}]',
	'[{"handle": "alice"}]',
	'[{"handle": "alice.example\\n"}]',
	'[{"handle": "\\u202ealice.example"}]',
	'[{"handle": "ali\\u0000ce.example"}]',
])("what isn't ours is not read: %s", (text) => {
	page.window.localStorage.setItem(KEY, text);
	expect(handles()).toEqual([]);
});

test("of what anything may have written, each is shown once, and five at most", () => {
	const many = [..."aabacadefghij"].map((name, index) => ({
		handle: `${name}.example`,
		// Two who call themselves the same can't be told apart where one is picked.
		...(index > 2 && { did: `did:plc:${index}` }),
	}));
	page.window.localStorage.setItem(KEY, JSON.stringify(many));
	expect(handles()).toEqual(["a", "b", "c", "d", "e"].map((name) => `${name}.example`));
});

test("an account that has moved to another handle is the same one", async () => {
	await signInAs(named("alice"));
	await signInAs(named("bob"));
	await signInAs({ ...named("alice"), handle: "alice.another.example" });
	expect(handles()).toEqual(["alice.another.example", "bob.example"]);
});

test("that one was forgotten is said once, and not after what follows", async () => {
	await signInAs(named("alice"));
	await signInAs(named("bob"));
	const signIn = open();
	const said = () => connectSignIn(signIn).statusText;
	signIn.forget("bob.example");
	expect(said()).toBe("@bob.example was removed from this device.");
	void signIn.signInAs("alice.example");
	signIn.abort();
	expect(said()).toBe("");
	signIn.forget("alice.example");
	expect(said()).toBe("@alice.example was removed from this device.");
});
