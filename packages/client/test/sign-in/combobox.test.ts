import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
	connectSignIn,
	createSignIn,
	type NeutralProps,
	type SignInOptions,
} from "../../src/sign-in/index.ts";
import { fakeServer, openPage, type Page } from "../page.ts";

let page: Page;
let server: ReturnType<typeof fakeServer>;
let unmount = () => {};

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	page = openPage();
	server = fakeServer();
});
afterEach(async () => {
	unmount();
	vi.useRealTimers();
	await page.close();
});

const actor = (name: string) => ({ did: `did:plc:${name}`, handle: `${name}.bsky.social` });
const PEOPLE = ["alice", "alina", "ally"].map(actor);

type Handler = Extract<keyof NeutralProps["input"], `on${string}`>;

function open(options: SignInOptions = {}) {
	const signIn = createSignIn({ fetch: server.fetch, navigate: () => {}, ...options });
	unmount = signIn.mount();
	signIn.focus(true);
	const handler = (name: Handler) => input()[name] as (event: unknown) => void;
	const input = () => connectSignIn(signIn).getInputProps();
	const type = (value: string) => handler("onInput")({ currentTarget: { value } });
	const rest = () => vi.advanceTimersByTime(150);
	return {
		signIn,
		input,
		type,
		rest,
		handler,
		now: () => signIn.$state.get(),
		/** Presses a key; answers whether the field used it. */
		press(key: string, more = {}) {
			const event = { key, preventDefault: vi.fn(), stopPropagation: vi.fn(), ...more };
			handler("onKeyDown")(event);
			return event.preventDefault.mock.calls.length > 0;
		},
		async suggest(value = "al", actors: unknown[] = PEOPLE) {
			type(value);
			rest();
			await server.last().answer({ actors });
		},
	};
}

describe("looking up", () => {
	test("asks for nothing that is longer than a handle can be", () => {
		const { type, rest } = open();
		for (const pasted of ["a".repeat(254), "a line\n".repeat(100)]) type(pasted);
		rest();
		expect(server.asked).toEqual([]);
	});

	test("waits until the typing rests", () => {
		const { type, rest } = open();
		for (const value of ["al", "ali", "alic"]) {
			type(value);
			vi.advanceTimersByTime(149);
		}
		expect(server.asked).toEqual([]);
		rest();
		expect(server.asked.map(({ url }) => url.search)).toEqual(["?q=alic"]);
	});

	test("drops what is stale, in whatever order it comes", async () => {
		const { type, rest, now } = open();
		type("al");
		rest();
		const first = server.last();
		type("bo");
		expect(first.signal?.aborted).toBe(true);
		rest();
		await server.last().answer({ actors: [actor("bob")] });
		await first.answer({ actors: PEOPLE });
		expect(now().suggestions).toEqual([actor("bob")]);
	});

	test("an answer after the text is gone shows nothing", async () => {
		const { type, rest, now } = open();
		type("al");
		rest();
		type("");
		await server.last().answer({ actors: PEOPLE });
		expect(now()).toMatchObject({ suggestions: [], open: false });
	});

	test("an answer after the field was left opens nothing", async () => {
		const { signIn, type, rest, now } = open();
		type("al");
		rest();
		signIn.focus(false);
		await server.last().answer({ actors: PEOPLE });
		expect(now().open).toBe(false);
	});

	test("an answer after the sign-in began opens nothing", async () => {
		const { signIn, type, rest, now } = open();
		type("alice");
		rest();
		const lookup = server.last();
		void signIn.submit();
		await lookup.answer({ actors: PEOPLE });
		expect(now()).toMatchObject({ open: false, status: "submitting" });
	});

	test("leaves an input method alone until it is done", () => {
		const { type, rest, handler, now } = open();
		handler("onCompositionStart")({});
		type("後");
		type("後藤");
		rest();
		expect([server.asked.length, now().value]).toEqual([0, "後藤"]);
		handler("onCompositionEnd")({});
		rest();
		expect(server.asked.map(({ url }) => url.searchParams.get("q"))).toEqual(["後藤"]);
	});

	test.each(["", " ", "a", "@", "me@example.com", "did:plc:abc", "https://pds.example"])(
		"%j is asked of nobody",
		(value) => {
			const { type, rest } = open();
			type(value);
			rest();
			expect(server.asked).toEqual([]);
		},
	);

	test.each([
		["@al", "al"],
		["at://al", "al"],
		["AL\u200b", "al"],
		["후", "후"],
	])("%j is asked as %j", (value, q) => {
		const { type, rest } = open();
		type(value);
		rest();
		expect(server.last().url.searchParams.get("q")).toBe(q);
	});

	test("whoever is highlighted stays so in the next list", async () => {
		const { suggest, type, rest, press, now } = open();
		await suggest();
		type("ali");
		rest();
		press("ArrowDown");
		press("ArrowDown");
		await server.last().answer({ actors: [actor("alina")] });
		expect(now()).toMatchObject({ open: true, highlighted: 0 });
		type("alin");
		expect(now().highlighted).toBe(-1);
	});

	test("a failure is silent, and takes old suggestions away", async () => {
		const { suggest, type, rest, now } = open();
		await suggest();
		type("ali");
		rest();
		await server.last().answer({ code: "SUGGESTIONS_UNAVAILABLE" }, 503);
		expect(now()).toMatchObject({
			suggestions: [],
			open: false,
			status: "idle",
			suggestible: true,
		});
	});

	test("an answer that makes no sense is none", async () => {
		const { suggest, now } = open();
		for (const actors of ["x", null, [null], [{ handle: 1 }]]) {
			await suggest(`al${String(actors).length}`, actors as unknown[]);
			expect(now().suggestions).toEqual([]);
		}
	});

	test("a server without suggestions is asked once, and the field is no combobox", async () => {
		const { type, rest, input } = open();
		type("al");
		rest();
		await server.last().answer({}, 404);
		type("ali");
		rest();
		expect(server.asked).toHaveLength(1);
		expect(input()).not.toHaveProperty("role");
	});
});

describe("keys", () => {
	const highlighted = (form: ReturnType<typeof open>) => form.now().highlighted;

	test("Down and Up go through the list and around", async () => {
		const form = open();
		await form.suggest();
		expect(form.now()).toMatchObject({ open: true, highlighted: -1 });
		const seen = ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"].map(
			(key) => {
				expect(form.press(key)).toBe(true);
				return highlighted(form);
			},
		);
		expect(seen).toEqual([0, 1, 2, 0, 2, 1]);
		expect(form.input()["aria-activedescendant"]).toBe("bsky-option-1");
	});

	test("Up goes to the last one first, and opens", async () => {
		const form = open();
		await form.suggest();
		form.press("Escape");
		expect(form.now().open).toBe(false);
		form.press("ArrowUp");
		expect(form.now()).toMatchObject({ open: true, highlighted: 2 });
	});

	test("Alt+Down opens and doesn't move; Alt+Up closes", async () => {
		const form = open();
		await form.suggest();
		form.press("Escape");
		form.press("ArrowDown", { altKey: true });
		expect(form.now()).toMatchObject({ open: true, highlighted: -1 });
		form.press("ArrowUp", { altKey: true });
		expect(form.now().open).toBe(false);
	});

	test("Enter picks what is highlighted; with nothing it sends the form", async () => {
		const form = open();
		await form.suggest();
		form.press("ArrowDown");
		expect(form.press("Enter")).toBe(true);
		expect(form.now()).toMatchObject({
			value: "alice.bsky.social",
			open: false,
			person: PEOPLE[0],
			status: "idle",
		});
		expect(form.press("Enter")).toBe(true);
		expect(form.now()).toMatchObject({ status: "submitting", sent: "alice.bsky.social" });
	});

	test("a list that was closed stays closed until something is typed, or it is asked for", async () => {
		const form = open();
		await form.suggest();
		form.type("ali");
		form.rest();
		form.press("Escape");
		await server.last().answer({ actors: PEOPLE });
		expect(form.now()).toMatchObject({ open: false, suggestions: PEOPLE });
		await form.suggest("alic");
		expect(form.now().open).toBe(true);
		form.type("alice");
		form.rest();
		form.press("Escape");
		form.press("ArrowDown", { altKey: true });
		await server.last().answer({ actors: PEOPLE });
		expect(form.now().open).toBe(true);
	});

	test("Escape closes the list, and is the page's then", async () => {
		const form = open();
		await form.suggest();
		expect(form.press("Escape")).toBe(true);
		expect(form.now()).toMatchObject({ open: false, value: "al" });
		expect(form.press("Escape")).toBe(false);
		expect(form.now().value).toBe("al");
	});

	test("Home, End, Left and Right go back to the text", async () => {
		const form = open();
		await form.suggest();
		for (const key of ["Home", "End", "ArrowLeft", "ArrowRight"]) {
			form.press("ArrowDown");
			expect(highlighted(form)).toBe(0);
			expect(form.press(key)).toBe(false);
			expect(form.now()).toMatchObject({ open: true, highlighted: -1 });
		}
	});

	test("Tab leaves and picks nothing", async () => {
		const form = open();
		await form.suggest();
		form.press("ArrowDown");
		expect(form.press("Tab")).toBe(false);
		expect(form.now()).toMatchObject({ open: false, value: "al" });
	});

	test("those of an input method, and of the system, are left alone", async () => {
		const form = open();
		await form.suggest();
		for (const more of [
			{ isComposing: true },
			{ nativeEvent: { isComposing: true } },
			{ keyCode: 229 },
			{ ctrlKey: true },
			{ metaKey: true },
			{ shiftKey: true },
		]) {
			expect(form.press("ArrowDown", more)).toBe(false);
		}
		expect(highlighted(form)).toBe(-1);
	});

	test("the highlighted one is scrolled into view", async () => {
		const form = open();
		await form.suggest();
		const li = page.window.document.createElement("li");
		li.id = "bsky-option-0";
		li.scrollIntoView = vi.fn();
		page.window.document.body.append(li);
		vi.stubGlobal("requestAnimationFrame", (callback: () => void) => callback());
		form.press("ArrowDown");
		expect(li.scrollIntoView).toHaveBeenCalledWith({ block: "nearest" });
	});
});

describe("a pointer", () => {
	test("highlights by moving, picks by a click, and leaves the focus in the field", async () => {
		const { signIn, suggest, now } = open();
		await suggest();
		const preventDefault = vi.fn();
		const list = connectSignIn(signIn).getListProps();
		list.onMouseDown?.({ preventDefault, stopPropagation() {} });
		expect(preventDefault).toHaveBeenCalled();
		connectSignIn(signIn).getOptionProps(1).onPointerMove?.();
		expect(now().highlighted).toBe(1);
		connectSignIn(signIn).getOptionProps(1).onClick?.();
		expect(now()).toMatchObject({ value: "alina.bsky.social", open: false });
	});
});

test("an Enter that is held is one Enter", async () => {
	const onError = vi.fn();
	const { press, type } = open({ onError, suggestions: false });
	type("alice.example");
	press("Enter");
	await server.last().answer({ code: "HANDLE_NOT_FOUND" }, 404);
	expect(press("Enter", { repeat: true })).toBe(true);
	expect(server.asked).toHaveLength(1);
	expect(onError).toHaveBeenCalledTimes(1);
	press("Enter");
	expect(server.asked).toHaveLength(2);
});

describe("a person", () => {
	test.each(["alice.bsky.social", "@Alice.bsky.social", "alice"])(
		"is recognised by %s",
		async (value) => {
			const { suggest, now, signIn, input } = open();
			await suggest(value);
			expect(now().person).toEqual(PEOPLE[0]);
			expect(input()["aria-describedby"]).toBe("bsky-note");
			signIn.close();
			expect(connectSignIn(signIn).statusText).toBe("Signing in as @alice.bsky.social");
		},
	);

	test.each(["Cancel", "a failure"])("is announced once, and not after %s", async (what) => {
		const { suggest, press, type, signIn } = open();
		const said = () => connectSignIn(signIn).statusText;
		await suggest("alice.bsky.social");
		press("Escape");
		expect(said()).toBe("Signing in as @alice.bsky.social");
		void signIn.submit();
		expect(said()).toBe("Finding your account…");
		if (what === "Cancel") signIn.abort();
		else await server.last().fail();
		expect(said()).toBe("");
		type("alina.bsky.social");
		expect(said()).toBe("Signing in as @alina.bsky.social");
	});

	test("is announced where somebody else is picked after a failure", async () => {
		const { suggest, signIn } = open();
		await suggest();
		void signIn.continueWithBluesky();
		await server.last().fail();
		signIn.pick(1);
		expect(connectSignIn(signIn).statusText).toBe("Signing in as @alina.bsky.social");
	});

	test("is nobody any more when the text changes", async () => {
		const { suggest, type, now } = open();
		await suggest("alice.bsky.social");
		type("alice.bsky.socia");
		expect(now().person).toBeNull();
		type("alice.bsky.social");
		expect(now().person).toEqual(PEOPLE[0]);
	});

	test("can be recognised without a list", async () => {
		const { suggest, type, rest, now, input } = open({ suggestions: "person" });
		type("alice");
		rest();
		expect(server.asked).toEqual([]);
		await suggest("alice.bsky.social", PEOPLE.slice(0, 1));
		expect(now()).toMatchObject({ person: PEOPLE[0], open: false });
		expect(input()).not.toHaveProperty("role");
	});
});

describe("roles", () => {
	const COMBOBOX = [
		"role",
		"aria-autocomplete",
		"aria-controls",
		"aria-expanded",
		"aria-activedescendant",
	];

	test("there are none without suggestions, before the script runs, and for a server", () => {
		const off = open({ suggestions: false });
		const before = connectSignIn(createSignIn());
		const { signIn } = open();
		signIn.setMode("server");
		for (const props of [
			off.input(),
			before.getInputProps(),
			connectSignIn(signIn).getInputProps(),
		]) {
			for (const name of COMBOBOX) expect(props).not.toHaveProperty(name);
			expect(props).toMatchObject({ name: "username", autocomplete: "username" });
		}
	});

	test("a combobox with a list", async () => {
		const { input, suggest, signIn } = open();
		expect(input()).toMatchObject({ role: "combobox", "aria-expanded": "false" });
		await suggest();
		expect(input()).toMatchObject({ "aria-expanded": "true", "aria-controls": "bsky-list" });
		const api = connectSignIn(signIn);
		expect(api.getListProps()).toMatchObject({
			id: "bsky-list",
			role: "listbox",
			"data-state": "open",
		});
		expect(api.statusText).toBe("3 suggestions");
		signIn.highlight(1);
		expect([0, 1].map((i) => connectSignIn(signIn).getOptionProps(i)["aria-selected"])).toEqual([
			"false",
			"true",
		]);
	});
});
