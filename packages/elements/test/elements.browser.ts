import { de } from "@better-auth-bsky/client/labels/de";
import { zhHans } from "@better-auth-bsky/client/labels/zh-Hans";
import { zhHant } from "@better-auth-bsky/client/labels/zh-Hant";
import type { BskySession } from "@better-auth-bsky/client/session";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { define } from "../src/define.ts";
import { type BlueskyScopeGate, BlueskySignIn, type BlueskyUser, configure } from "../src/index.ts";
import { renderScopeGate, renderSignIn, renderUser } from "../src/server.ts";

const SESSION: BskySession = {
	active: true,
	did: "did:plc:alice",
	handle: "alice.test",
	grantedScope: "atproto",
};
const asked: { url: URL; body: unknown; signal: AbortSignal | null | undefined }[] = [];
const answers: Record<string, unknown> = {};
/** Another one for each test: what a page keeps of a session doesn't reach there. */
let place = 0;

beforeEach(() => {
	asked.length = 0;
	place++;
	answers["/bsky/typeahead"] = { actors: [{ handle: "alice.test" }, { handle: "alina.test" }] };
	configure({
		baseURL: `/place-${place}`,
		labels: undefined,
		theme: undefined,
		session: undefined,
	});
	vi.spyOn(globalThis, "fetch").mockImplementation((input, init) => {
		const url = new URL(String(input), location.href);
		const { body, signal } = init ?? {};
		asked.push({ url, body: body ? JSON.parse(String(body)) : undefined, signal });
		const answer = answers[url.pathname.replace(/^\/place-\d+/, "")];
		if (answer === "never")
			return new Promise((_, reject) =>
				signal?.addEventListener("abort", () => reject(signal.reason)),
			);
		return Promise.resolve(Response.json(answer ?? {}, { status: answer ? 200 : 401 }));
	});
});
afterEach(() => {
	document.body.replaceChildren();
	vi.restoreAllMocks();
	for (const path of Object.keys(answers)) delete answers[path];
});

/** Resolves when all that is due has been done. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function put<E extends Element = BlueskySignIn>(
	html: string,
	into: Element | ShadowRoot = document.body,
): Promise<E> {
	into.innerHTML = html;
	await settled();
	return into.firstElementChild as E;
}

const part = (name: string, of: ParentNode = document): HTMLElement => {
	const found = of.querySelector<HTMLElement>(`[data-part="${name}"]`);
	if (!found) throw new Error(`There is no ${name}.`);
	return found;
};
const field = (of: ParentNode = document) => part("input", of) as HTMLInputElement;
const bodies = () => asked.flatMap(({ body }) => body ?? []);

describe("options", () => {
	test("as attributes: texts, flags, and values as JSON", async () => {
		answers["/bsky/sign-in"] = "never";
		const one = await put(
			`<bluesky-sign-in callback-url="/in" error-callback-url="/out" new-user-callback-url="/new"
				request-sign-up link="false" suggestions="person" default-value="true"
				default-server="https://pds.test" theme="dark" labels='{"title":"Enter"}'></bluesky-sign-in>`,
		);
		expect(one).toMatchObject({
			callbackURL: "/in",
			requestSignUp: true,
			link: false,
			suggestions: "person",
			defaultValue: "true",
			labels: { title: "Enter" },
		});
		expect(part("title").textContent).toBe("Enter");
		expect(part("root").dataset.bskyTheme).toBe("dark");
		expect(field()).not.toHaveAttribute("role");
		part("continue").click();
		await settled();
		expect(bodies()).toEqual([
			{
				handle: "https://pds.test",
				callbackURL: "/in",
				errorCallbackURL: "/out",
				newUserCallbackURL: "/new",
				requestSignUp: true,
				link: false,
				disableRedirect: true,
			},
		]);
	});

	test("as properties, which come over attributes, and can change", async () => {
		const one = await put('<bluesky-sign-in as="button" base-url="/a"></bluesky-sign-in>');
		expect(part("ways").getAttribute("action")).toBe("/a/bsky/sign-in");
		one.as = "form";
		one.baseURL = "/b";
		one.labels = { handle: "Who?" };
		await null;
		expect(part("form").getAttribute("action")).toBe("/b/bsky/sign-in");
		expect(part("label").textContent).toBe("Who?");
		one.as = undefined;
		one.setAttribute("base-url", "/c");
		one.baseURL = undefined;
		await null;
		expect(part("ways").getAttribute("action")).toBe("/c/bsky/sign-in");
		expect(document.querySelector("[data-part=input]")).toBeNull();
	});

	test("set before the script knew the element", async () => {
		const elsewhere = document.implementation.createHTMLDocument();
		const one = elsewhere.createElement("bluesky-sign-in");
		expect(one).not.toBeInstanceOf(BlueskySignIn);
		one.labels = { title: "Enter" };
		document.body.append(document.adoptNode(one));
		expect(one).toBeInstanceOf(BlueskySignIn);
		expect(Object.keys(one)).toEqual([]);
		await null;
		expect(part("title").textContent).toBe("Enter");
	});

	test("its id is the beginning of those inside, and each has one of its own", async () => {
		const two = "<bluesky-sign-in></bluesky-sign-in>".repeat(2);
		await put(`<bluesky-sign-in id="login"></bluesky-sign-in>${two}`);
		expect(field().id).toBe("login-input");
		const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
	});

	test("said once for the page, for a part of it, and by language", async () => {
		configure({ languages: [de], theme: "dark" });
		await put(
			'<div lang="de-AT"><bluesky-sign-in></bluesky-sign-in></div><bluesky-sign-in></bluesky-sign-in>',
		);
		const [first, second] = document.querySelectorAll("bluesky-sign-in") as unknown as Element[];
		if (!first || !second) throw new Error("There are two.");
		expect(part("title", first).textContent).toBe(de.title);
		expect(part("title", second).textContent).toBe("Sign in");
		expect(part("root", second).dataset.bskyTheme).toBe("dark");
		configure({ labels: { title: "Enter" }, theme: "light" }, first.parentElement ?? undefined);
		await null;
		expect(part("title", first).textContent).toBe("Enter");
		expect(part("label", first).textContent).toBe(de.handle);
		expect(part("root", first).dataset.bskyTheme).toBe("light");
		expect(part("title", second).textContent).toBe("Sign in");
		configure({ theme: undefined, labels: { cancel: "Away" } }, first.parentElement ?? undefined);
		await settled();
		expect(first.querySelector("[data-part=root]")?.getAttribute("data-bsky-theme")).toBe("dark");
		configure({ languages: undefined });
	});

	test.each([
		["zh-TW", zhHant.title],
		["zh-Hant-HK", zhHant.title],
		["zh-HK", zhHant.title],
		["zh-CN", zhHans.title],
		["zh", zhHans.title],
		["DE", de.title],
		["de-1996", de.title],
		["sr-Latn", "Sign in"],
		["pt_BR", "Sign in"],
		["?", "Sign in"],
		["", "Sign in"],
	])("of several languages, %j has the one that is written as it is", async (lang, title) => {
		configure({ languages: [de, zhHans, zhHant] });
		await put(`<div lang="${lang}"><bluesky-sign-in></bluesky-sign-in></div>`);
		expect(part("title").textContent).toBe(title);
		configure({ languages: undefined });
	});

	test.each([
		["heading='2024'", "2024", "form"],
		["heading='null'", "null", "form"],
		["heading='false'", undefined, "form"],
		["heading", "Sign in", "form"],
		["heading='' as='Dialog'", "Sign in", "Dialog"],
		["as", "Sign in", ""],
		["labels='null' sign-up='null' default-server", "Sign in", "form"],
		["labels='[]' suggestions='0' primary='first' theme frame=''", "Sign in", "form"],
	])("what is said oddly stands as it is, or for nothing: %s", async (said, title, as) => {
		await put(`<bluesky-sign-in ${said}></bluesky-sign-in>`);
		expect(document.querySelector("[data-part=title]")?.textContent).toBe(title);
		expect(part("root").dataset.as).toBe(as);
		expect(field()).toBeVisible();
	});

	test("a heading from the server is a text, whatever it looks like", async () => {
		await put(renderSignIn({ heading: "2024" }));
		expect(part("title").textContent).toBe("2024");
	});

	test("said after an element has come: what it does from then on is done there", async () => {
		answers["/bsky/session"] = SESSION;
		answers["/sign-out"] = { success: true };
		await put("<bluesky-user></bluesky-user>");
		await vi.waitFor(() => expect(part("name").textContent).toBe("@alice.test"));
		const elsewhere = `/place-${++place}`;
		configure({ baseURL: elsewhere });
		await vi.waitFor(() => expect(asked.at(-1)?.url.pathname).toBe(`${elsewhere}/bsky/session`));
		await vi.waitFor(() => expect(part("name").textContent).toBe("@alice.test"));
		part("sign-out").click();
		await vi.waitFor(() => expect(asked.at(-1)?.url.pathname).toMatch(/sign-out$/));
		expect(asked.at(-1)?.url.pathname).toBe(`${elsewhere}/sign-out`);
		await vi.waitFor(() => expect(document.querySelector("[data-part=menu]")).toBeNull());
	});

	test("elements can be defined by two copies of this", () => {
		expect(define).not.toThrow();
		expect(customElements.get("bluesky-sign-in")).toBe(BlueskySignIn);
	});
});

describe("coming and going", () => {
	test.each([
		["nothing", ""],
		["what a server has sent", renderSignIn({ signUp: false })],
	])("content that is replaced by %s comes back, once, and works", async (_, html) => {
		const element = await put('<bluesky-sign-in sign-up="false"></bluesky-sign-in>');
		const sent = document.createElement("template");
		sent.innerHTML = html;
		element.replaceChildren(...(sent.content.firstElementChild?.childNodes ?? []));
		await settled();
		expect(element.querySelectorAll('[data-part="root"]')).toHaveLength(1);
		part("input").focus();
		await userEvent.keyboard("alice");
		expect(part("input")).toHaveValue("alice");
		await vi.waitFor(() => expect(part("input")).toHaveAttribute("aria-expanded", "true"));
		const records = vi.fn();
		const observer = new MutationObserver(records);
		observer.observe(element, { childList: true });
		await settled();
		expect(records).not.toHaveBeenCalled();
		observer.disconnect();
	});

	test("whoever is moved goes on with what is under way", async () => {
		answers["/bsky/sign-in"] = "never";
		const one = await put(
			'<bluesky-sign-in default-value="alice.test"></bluesky-sign-in><main></main>',
		);
		const input = field();
		part("submit").click();
		await settled();
		document.querySelector("main")?.append(one);
		await settled();
		expect(field()).toBe(input);
		expect(part("root").dataset.state).toBe("submitting");
		expect(asked[0]?.signal?.aborted).toBe(false);
	});

	test("whoever is taken away ends it, and can come back", async () => {
		answers["/bsky/sign-in"] = "never";
		const one = await put('<bluesky-sign-in default-value="alice.test"></bluesky-sign-in>');
		const input = field();
		part("submit").click();
		await settled();
		one.remove();
		await settled();
		expect(asked[0]?.signal?.aborted).toBe(true);
		document.body.append(one);
		await settled();
		expect(part("root").dataset.state).toBe("idle");
		expect(field()).toBe(input);
		expect(input.value).toBe("alice.test");
		expect(input.readOnly).toBe(false);
		part("submit").click();
		await settled();
		expect(bodies()).toHaveLength(2);
	});

	test("a copy of the page's markup lives, as routers keep it", async () => {
		answers["/bsky/sign-in"] = "never";
		const one = await put("<bluesky-sign-in></bluesky-sign-in>");
		await userEvent.type(field(), "bob.test");
		part("submit").click();
		await settled();
		const copy = one.cloneNode(true) as BlueskySignIn;
		one.replaceWith(copy);
		const input = field();
		await settled();
		expect(field()).toBe(input);
		expect(input.value).toBe("bob.test");
		expect(input.readOnly).toBe(false);
		expect(part("root").dataset.state).toBe("idle");
		part("submit").click();
		await settled();
		expect(bodies()).toHaveLength(2);
		expect(bodies().at(-1)).toMatchObject({ handle: "bob.test" });
	});
});

describe("in a shadow root of the app's", () => {
	let root: ShadowRoot;
	beforeEach(() => {
		const host = document.body.appendChild(document.createElement("div"));
		root = host.attachShadow({ mode: "open" });
	});

	test("the form suggests, and a failure brings the focus back", async () => {
		await put("<bluesky-sign-in></bluesky-sign-in>", root);
		await userEvent.type(field(root), "ali");
		await vi.waitFor(() => expect(part("list", root).dataset.state).toBe("open"));
		await userEvent.keyboard("{ArrowDown}{Enter}");
		await vi.waitFor(() => expect(field(root).value).toBe("alice.test"));
		(part("submit", root) as HTMLButtonElement).focus();
		part("submit", root).click();
		await vi.waitFor(() => expect(part("root", root).dataset.state).toBe("failed"));
		expect(root.activeElement).toBe(field(root));
		expect((part("label", root) as HTMLLabelElement).control).toBe(field(root));
	});

	test("what was typed before the script stays", async () => {
		const one = document.createElement("bluesky-sign-in");
		const html = renderSignIn({}, { id: "x" });
		one.innerHTML = html.replace(/^<bluesky-sign-in[^>]*>|<\/bluesky-sign-in>$/g, "");
		root.append(one);
		field(root).value = "carol.test";
		field(root).focus();
		await settled();
		expect(field(root).value).toBe("carol.test");
		expect(root.activeElement).toBe(field(root));
		part("submit", root).click();
		await settled();
		expect(bodies()).toEqual([expect.objectContaining({ handle: "carol.test" })]);
	});

	test("the dialog opens", async () => {
		await put('<bluesky-sign-in as="dialog"></bluesky-sign-in>', root);
		part("open", root).click();
		expect(part("dialog", root)).toHaveProperty("open", true);
		expect(root.activeElement).toBe(field(root));
		part("close", root).click();
		expect(part("dialog", root)).toHaveProperty("open", false);
	});
});

describe("the app's children", () => {
	const said = JSON.stringify(SESSION);
	const LINK = '<a slot="menu" href="/settings">Settings</a>';

	test("stand in the menu, whenever they come", async () => {
		const one = await put<BlueskyUser>(
			`<bluesky-user session='${said}'>\n${LINK}\nLoading…</bluesky-user>`,
		);
		const links = () =>
			[...part("menu-items").querySelectorAll("a")].map(({ textContent }) => textContent);
		expect(links()).toEqual(["Settings"]);
		expect(one.textContent).not.toContain("Loading");
		one.insertAdjacentHTML("beforeend", '<a slot="menu">Help</a>');
		await settled();
		expect(links()).toEqual(["Settings", "Help"]);
		part("menu-items").querySelector("a")?.remove();
		one.theme = "dark";
		await settled();
		expect(links()).toEqual(["Help"]);
	});

	test("wait out of the page while there is no menu", async () => {
		answers["/sign-out"] = { success: true };
		answers["/bsky/session"] = SESSION;
		const one = await put<BlueskyUser>(`<bluesky-user session="null">${LINK}</bluesky-user>`);
		expect(one.innerHTML).toBe("");
		one.session = SESSION;
		await settled();
		expect(part("menu-items").firstElementChild?.outerHTML).toBe(LINK);
		part("sign-out").click();
		await vi.waitFor(() => expect(one.querySelector("[data-part=menu]")).toBeNull());
		expect(one.querySelector("a")).toBeNull();
	});

	test("the way in has those of its own", async () => {
		const one = await put<BlueskyUser>('<bluesky-user session="null" sign-in></bluesky-user>');
		part("open").click();
		await vi.waitFor(() => expect(part("dialog")).toHaveProperty("open", true));
		const way = one.querySelector("bluesky-sign-in");
		expect(way?.as).toBe("dialog");
		one.signIn = { as: "button", callbackURL: "/in" };
		await settled();
		expect(one.querySelector("bluesky-sign-in")).toBe(way);
		expect(way).toMatchObject({ as: "button", callbackURL: "/in" });
		expect(part("continue")).toBeVisible();
	});

	test("the button that connects an account, whenever it comes", async () => {
		answers["/bsky/accounts"] = [];
		const one = await put('<bluesky-accounts><b slot="button">Mine</b></bluesky-accounts>');
		expect(part("open").innerHTML).toBe('<b slot="button">Mine</b>');
		part("open").querySelector("b")?.remove();
		one.insertAdjacentHTML("beforeend", '<b slot="button">Other</b>');
		await settled();
		expect(part("open").innerHTML).toBe('<b slot="button">Other</b>');
	});
});

describe("what needs a scope", () => {
	const GRANTED = JSON.stringify({ ...SESSION, grantedScope: "atproto transition:generic" });
	const said = JSON.stringify(SESSION);
	const gate = (session: string, content: string) =>
		`<bluesky-scope-gate scope="repo:a.b.c" session='${session}'>${content}</bluesky-scope-gate>`;
	const CONTENT = 'Write <b>here</b> <x-card><i slot="fallback">!</i></x-card>';

	test("is all that has no slot, as it is, and whatever comes later", async () => {
		const one = await put<BlueskyScopeGate>(gate(GRANTED, CONTENT));
		expect(part("gate").innerHTML).toBe(CONTENT);
		expect(one.state).toBe("granted");
		one.append("?");
		await settled();
		expect(part("gate").innerHTML).toBe(`${CONTENT}?`);
		part("gate").querySelector("b")?.remove();
		one.theme = "dark";
		await settled();
		expect(part("gate").textContent).toBe("Write  !?");
	});

	test("waits out of sight, and is the same afterwards", async () => {
		const one = await put<BlueskyScopeGate>(gate(said, CONTENT));
		expect(one.textContent).toMatch(/permission/);
		expect(one.querySelector("b")).toBeNull();
		const bold = one.querySelector("template")?.content.querySelector("b");
		expect(bold?.textContent).toBe("here");
		one.session = JSON.parse(GRANTED);
		await settled();
		expect(part("gate").innerHTML).toBe(CONTENT);
		expect(part("gate").querySelector("b")).toBe(bold);
		expect(one.querySelector("template")).toBeNull();
		one.scope = "identity:*";
		await settled();
		expect(part("gate").dataset.state).toBe("missing");
		expect(one.querySelector("b")).toBeNull();
		one.append("?");
		await settled();
		expect(one.textContent).not.toContain("?");
		one.scope = "repo:a.b.c";
		await settled();
		expect(part("gate").innerHTML).toBe(`${CONTENT}?`);
	});

	test.each([
		["granted", GRANTED],
		["missing", said],
	])("is in a copy of the page's markup: %s", async (state, session) => {
		const one = await put<BlueskyScopeGate>(gate(session, CONTENT));
		const copy = one.cloneNode(true) as BlueskyScopeGate;
		one.replaceWith(copy);
		await settled();
		expect(copy.state).toBe(state);
		copy.session = JSON.parse(GRANTED);
		await settled();
		expect(part("gate").innerHTML).toBe(CONTENT);
	});

	test("the app asks in its own way", async () => {
		answers["/bsky/upgrade"] = "never";
		const own = '<button slot="fallback">Mine</button>';
		const one = await put<BlueskyScopeGate>(gate(said, `${own}${CONTENT}`));
		expect(part("gate").innerHTML).toBe(own);
		void one.allow();
		await settled();
		expect(bodies()).toEqual([expect.objectContaining({ scope: "repo:a.b.c" })]);
		expect(one.state).toBe("asking");
		one.session = JSON.parse(GRANTED);
		await settled();
		expect(part("gate").innerHTML).toBe(CONTENT);
	});

	test.each([
		["granted", GRANTED],
		["missing", said],
		["pending", undefined],
	])("a server sends it: %s", async (state, session) => {
		answers["/bsky/session"] = "never";
		const slots = { children: CONTENT, fallback: '<button slot="fallback">Mine</button>' };
		const options = { scope: "repo:a.b.c", baseURL: `/place-${place}` };
		const known = session && JSON.parse(session);
		const one = await put<BlueskyScopeGate>(
			renderScopeGate({ ...options, session: known }, { slots }),
		);
		expect(one.state).toBe(state);
		expect(one.querySelectorAll("button")).toHaveLength(state === "missing" ? 1 : 0);
		one.session = JSON.parse(GRANTED);
		await settled();
		expect(part("gate").innerHTML).toBe(CONTENT);
		one.session = null;
		await settled();
		expect(part("gate").innerHTML).toBe(slots.fallback);
	});

	test("taken away it follows nothing, and can come back", async () => {
		answers["/bsky/upgrade"] = "never";
		const one = await put<BlueskyScopeGate>(gate(said, CONTENT));
		void one.allow();
		await settled();
		one.remove();
		await settled();
		expect(asked[0]?.signal?.aborted).toBe(true);
		document.body.append(one);
		one.session = JSON.parse(GRANTED);
		await settled();
		expect(part("gate").innerHTML).toBe(CONTENT);
	});
});

describe("what a server has sent", () => {
	test("lives as soon as it is in the page, as it is", async () => {
		document.body.innerHTML = renderUser(
			{ session: SESSION },
			{ slots: { menu: '<a slot="menu">Settings</a>' }, context: { baseURL: `/place-${place}` } },
		);
		const before = [...document.body.querySelectorAll("*")];
		await settled();
		expect([...document.body.querySelectorAll("*")]).toEqual(before);
		expect(asked).toEqual([]);
		expect(part("user").dataset.state).toBe("signed-in");
	});

	test("an own button, too", async () => {
		answers["/bsky/sign-in"] = "never";
		document.body.innerHTML = renderSignIn(
			{ as: "button", callbackURL: "/in" },
			{ slots: { button: '<button slot="button" class="own">Go</button>' } },
		);
		const button = part("continue");
		await settled();
		expect(part("continue")).toBe(button);
		expect(button.className).toBe("own");
		button.click();
		await settled();
		expect(bodies()).toEqual([expect.objectContaining({ callbackURL: "/in" })]);
	});
});
