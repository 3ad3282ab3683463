import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type App, createApp, h, KeepAlive, nextTick, ref } from "vue";
import { BlueskyScopeGate, BlueskySignIn, BskyProvider, provideBsky } from "../src/index.ts";
import Idioms from "./idioms.vue";

const text = ref("Enter");
let app: App;

beforeEach(() => {
	app = createApp({ render: () => h(Idioms, { signIn: text.value }) });
	app.mount(document.body.appendChild(document.createElement("div")));
});
afterEach(() => {
	app.unmount();
	document.body.replaceChildren();
});

const find = <E extends Element>(selector: string) => document.querySelector(selector) as E;

async function type(input: HTMLInputElement, value: string) {
	input.value = value;
	input.dispatchEvent(new InputEvent("input", { bubbles: true }));
	await nextTick();
}

test("v-model goes both ways", async () => {
	const input = find<HTMLInputElement>("input[name=username]");
	expect(input.value).toBe("alice.test");
	await type(input, "alice.example");
	expect(find("output").textContent).toBe("alice.example");
	find<HTMLButtonElement>("output + button").click();
	await nextTick();
	expect(input.value).toBe("bob.test");
});

test("attributes fall through, and a bare flag is on", async () => {
	expect(find("[data-part=root]").classList).toContain("mine");
	await nextTick();
	expect(find<HTMLInputElement>("[name=requestSignUp]").value).toBe("true");
});

test("the content of a component is that of its main button, where there is one", () => {
	const [filled, empty] = document.querySelectorAll("[data-as=button] [data-part=continue]");
	expect(filled?.innerHTML).toBe("<b>Go</b>");
	expect(empty?.textContent).toBe("Continue with Bluesky");
});

test("what a getter provides is kept up to date", async () => {
	expect(find("[data-part=title]").textContent).toBe("Enter");
	expect(find<HTMLElement>("[data-part=root]").dataset.bskyTheme).toBe("dark");
	text.value = "Come in";
	await nextTick();
	expect(find("[data-part=title]").textContent).toBe("Come in");
});

test("the value of a form of one's own fits v-model", async () => {
	const input = find<HTMLInputElement>("#own-input");
	expect(input.value).toBe("carol.test");
	await type(find(".twin"), "dan.test");
	expect(input.value).toBe("dan.test");
});

test("a provider inside another one adds to what is said around it", () => {
	const inner = () => h(BskyProvider, { theme: "dark" }, () => h(BlueskySignIn));
	const nested = createApp({
		render: () => h(BskyProvider, { appName: "Around" }, inner),
	});
	provideBsky({ baseURL: "/around" }, nested);
	const place = document.body.appendChild(document.createElement("div"));
	nested.mount(place);
	expect(place.querySelector("[data-part=title]")?.textContent).toBe("Sign in to Around");
	expect(place.querySelector("form")?.getAttribute("action")).toBe("/around/bsky/sign-in");
	expect(place.querySelector("[data-bsky-theme=dark]")).not.toBeNull();
	nested.unmount();
});

test("a provider inside another one tells of a sign-in by what is said around it", async () => {
	const fetch = vi
		.spyOn(globalThis, "fetch")
		.mockImplementation(async (url) =>
			Response.json(`${url}`.endsWith("/bsky/session") ? signedIn : null),
		);
	const at = performance.timeOrigin - 1000;
	sessionStorage.setItem("better-auth-bsky.trip", JSON.stringify({ intent: "sign-in", at }));
	const onSuccess = vi.fn();
	const inner = () => h(BskyProvider, { theme: "dark" });
	const outer = () => h(BskyProvider, { baseURL: "/around", onSuccess }, inner);
	const nested = createApp({ render: outer });
	nested.mount(document.body.appendChild(document.createElement("div")));
	await vi.waitFor(() => expect(onSuccess).toHaveBeenCalledTimes(1));
	expect(fetch.mock.calls.filter(([url]) => !`${url}`.startsWith("/around/"))).toEqual([]);
	nested.unmount();
	vi.restoreAllMocks();
});

test("what the app's own button has stopped is not begun", async () => {
	const onStart = vi.fn();
	let isStopped = true;
	const onClick = (event: Event) => isStopped && event.preventDefault();
	const own = createApp({
		render: () =>
			h(BlueskySignIn, { as: "button", asChild: true, onStart }, () =>
				h("button", { onClick }, "Go"),
			),
	});
	const place = document.body.appendChild(document.createElement("div"));
	own.mount(place);
	const button = place.querySelector("button");
	button?.click();
	expect(onStart).not.toHaveBeenCalled();
	isStopped = false;
	button?.click();
	expect(onStart).toHaveBeenCalledTimes(1);
	own.unmount();
});

test("as-child takes one element", () => {
	vi.spyOn(console, "warn").mockImplementation(() => {});
	const two = () => [h("button"), h("button")];
	const broken = createApp({ render: () => h(BlueskySignIn, { asChild: true }, two) });
	broken.config.errorHandler = undefined;
	expect(() => broken.mount(document.createElement("div"))).toThrow("as-child needs one element.");
	vi.restoreAllMocks();
});

const signedIn = { active: true, did: "did:plc:alice", grantedScope: "atproto" } as const;

test.each([
	["a form", "continue", (own: object) => h(BlueskySignIn, { as: "button", ...own })],
	[
		"a gate",
		"allow",
		(own: object) => h(BlueskyScopeGate, { scope: "repo:xyz.kept", initial: signedIn, ...own }),
	],
])("%s that is kept alive out of the page leaves for nowhere, and works again", async (...one) => {
	const [, part, component] = one;
	const answers: ((answer: Response) => void)[] = [];
	const fetch = vi.fn<typeof globalThis.fetch>(
		() => new Promise((resolve) => answers.push(resolve)),
	);
	const navigate = vi.fn();
	const isShown = ref(true);
	const nothing = { render: () => null };
	const kept = createApp({
		render: () => h(KeepAlive, () => (isShown.value ? component({ fetch, navigate }) : h(nothing))),
	});
	const place = document.body.appendChild(document.createElement("div"));
	kept.mount(place);
	const later = () => new Promise((resolve) => setTimeout(resolve, 20));
	const press = () => place.querySelector<HTMLElement>(`[data-part=${part}]`)?.click();
	const answer = () => answers.pop()?.(Response.json({ url: "https://pds.example/" }));
	await later();
	press();
	isShown.value = false;
	await nextTick();
	answer();
	await later();
	expect(navigate).not.toHaveBeenCalled();
	isShown.value = true;
	await later();
	press();
	await later();
	answer();
	await later();
	expect(navigate).toHaveBeenCalledTimes(1);
	kept.unmount();
});
