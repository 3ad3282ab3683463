import { flushSync, mount, unmount } from "svelte";
import { createSubscriber } from "svelte/reactivity";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import Idioms from "./idioms.svelte";
import Nested from "./nested.svelte";

let app: object;
let text = "Enter";
let change = () => {};

beforeEach(() => {
	const follow = createSubscriber((update) => {
		change = update;
	});
	const props = {
		get signIn() {
			follow();
			return text;
		},
	};
	app = mount(Idioms, { target: document.body, props });
	flushSync();
});
afterEach(() => unmount(app));

const find = <E extends Element>(selector: string) => document.querySelector(selector) as E;
const buttonOf = (content: string) =>
	[...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === content);

test("bind:value goes both ways", () => {
	const input = find<HTMLInputElement>("input[name=username]");
	expect(input.value).toBe("alice.test");
	input.value = "alice.example";
	input.dispatchEvent(new InputEvent("input", { bubbles: true }));
	flushSync();
	expect(find("output").textContent).toBe("alice.example");
	buttonOf("Bob")?.click();
	flushSync();
	expect(input.value).toBe("bob.test");
});

test("the content of a component is that of its main button", () => {
	expect(find("[data-part=continue] > b").textContent).toBe("Go");
});

test("a context that is a function is kept up to date, for components and for own markup", () => {
	expect(find("[data-part=title]").textContent).toBe("Enter");
	expect(find<HTMLElement>("[data-part=root]").dataset.bskyTheme).toBe("dark");
	text = "Come in";
	change();
	flushSync();
	expect(find("[data-part=title]").textContent).toBe("Come in");
});

test("the value of a form of one's own can be set", () => {
	const input = find<HTMLInputElement>("#own-input");
	expect(input.value).toBe("carol.test");
	buttonOf("Dan")?.click();
	flushSync();
	expect(input.value).toBe("dan.test");
});

test("a provider inside adds to what is said around it", () => {
	const inner = find("#inner-title").closest<HTMLElement>("[data-part=root]");
	expect(inner?.dataset.bskyTheme).toBe("dark");
	expect(find("#inner-title").textContent).toBe(text);
	expect(inner?.textContent).toContain("Continue with pds.example");
});

test("it tells of a sign-in by that as well", async () => {
	const signedIn = { active: true, did: "did:plc:alice", grantedScope: "atproto" };
	const fetch = vi
		.spyOn(globalThis, "fetch")
		.mockImplementation(async (url) =>
			Response.json(`${url}`.endsWith("/bsky/session") ? signedIn : null),
		);
	const at = performance.timeOrigin - 1000;
	sessionStorage.setItem("better-auth-bsky.trip", JSON.stringify({ intent: "sign-in", at }));
	const onSuccess = vi.fn();
	const nested = mount(Nested, { target: document.body, props: { onSuccess } });
	await vi.waitFor(() => expect(onSuccess).toHaveBeenCalledTimes(1));
	expect(fetch.mock.calls.filter(([url]) => !`${url}`.startsWith("/around/"))).toEqual([]);
	await unmount(nested);
	vi.restoreAllMocks();
});
