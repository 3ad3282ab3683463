import { createAuthClient } from "better-auth/client";
import { afterEach, expect, test, vi } from "vitest";
import { connectAccounts, createAccounts } from "../src/accounts/index.ts";
import { createAsk } from "../src/ask.ts";
import { type BskyContext, withContext, within } from "../src/context.ts";
import { atprotoAuthClient } from "../src/index.ts";
import { de } from "../src/labels/de.ts";
import { en } from "../src/labels/en.ts";
import { mergeLabels } from "../src/labels/text.ts";
import type { PartialLabels } from "../src/labels/types.ts";
import { thisPage } from "../src/page.ts";
import { connectScopeGate, createScopeGate } from "../src/scope/index.ts";
import { connectSession, createBskySession } from "../src/session/index.ts";
import { menuTextsOf } from "../src/session/menu-texts.ts";
import {
	connectSignIn,
	createSignIn,
	type Props,
	type SignInOptions,
} from "../src/sign-in/index.ts";
import { openPage, type Page } from "./page.ts";

let page: Page | undefined;
afterEach(async () => {
	await page?.close();
	page = undefined;
});

const ALICE = {
	did: "did:plc:alice",
	handle: "alice.example",
	avatar: "https://cdn.example/a.jpg",
};

/** All props that an API hands out, by the name of the getter. */
function allProps(api: object, argument: unknown): Record<string, Props> {
	const getters = Object.entries(api).filter(([name]) => /^get(?!Link).*Props$/.test(name));
	return Object.fromEntries(getters.map(([name, get]) => [name, get(argument)]));
}

const everything = (options?: SignInOptions) =>
	allProps(connectSignIn(createSignIn(options)), ALICE);

test("every element carries what styles and tests find it by", () => {
	const row = { ...ALICE, id: "1" };
	const all = [
		...Object.entries(everything()),
		...Object.entries(allProps(connectAccounts(createAccounts()), row)),
		...Object.entries(allProps(connectSession(createBskySession()), undefined)),
	];
	expect(all.length).toBeGreaterThan(30);
	for (const [name, props] of all) {
		expect([name, props["data-bsky"], typeof props["data-part"]]).toEqual([name, "", "string"]);
	}
});

test("attributes are in HTML's own names, handlers in camel case, values plain", () => {
	for (const props of Object.values(everything())) {
		for (const [name, value] of Object.entries(props)) {
			if (name === "ref") continue;
			expect(name).toMatch(typeof value === "function" ? /^on([A-Z][a-z]+)+$/ : /^[a-z-]+$/);
			expect(["string", "number", "boolean", "undefined", "function"]).toContain(typeof value);
			// Frameworks disagree about what false means for an attribute.
			expect(value).not.toBe(false);
		}
	}
});

/** Without what isn't rendered. */
const rendered = (value: object) => JSON.stringify(value, (_, part) => part ?? undefined);

test("a server and the first paint of a browser render the same", () => {
	const options: SignInOptions = {
		handle: "alice.example",
		error: "access_denied",
		remember: true,
	};
	const onServer = rendered(everything(options));
	page = openPage("https://app.example/other?error=access_denied");
	page.window.localStorage.setItem("better-auth-bsky.accounts", JSON.stringify([ALICE]));
	expect(rendered(everything(options))).toBe(onServer);
	expect(rendered(everything({ ...options, id: "second" }))).toContain("second-input");
});

test("without JavaScript it is a form like any other", () => {
	const api = connectSignIn(
		createSignIn({
			callbackURL: "/me",
			errorCallbackURL: "/in",
			newUserCallbackURL: "/hello",
			requestSignUp: true,
			link: false,
		}),
	);
	expect(api.getFormProps()).toMatchObject({ action: "/api/auth/bsky/sign-in", method: "post" });
	expect(api.getFormProps().novalidate).toBeUndefined();
	expect(api.getInputProps()).toMatchObject({ name: "username", required: true });
	expect(api.getHiddenInputs().map(({ type, name, value }) => [type, name, value])).toEqual([
		["hidden", "callbackURL", "/me"],
		["hidden", "errorCallbackURL", "/in"],
		["hidden", "newUserCallbackURL", "/hello"],
		["hidden", "requestSignUp", "true"],
		["hidden", "link", "false"],
	]);
	expect(api.getContinueProps()).toMatchObject({
		type: "submit",
		name: "handle",
		value: "https://bsky.social",
		formnovalidate: true,
	});
	expect(api.hasList).toBe(false);
	expect(connectSignIn(createSignIn()).getHiddenInputs()).toEqual([]);
});

test("better-auth elsewhere: the form posts there, and the server knows the page by its origin", () => {
	page = openPage("https://app.example/in?a=1");
	const signIn = createSignIn({ baseURL: "https://api.example/auth" });
	const unmount = signIn.mount();
	const api = connectSignIn(signIn);
	expect(api.getFormProps().action).toBe("https://api.example/auth/bsky/sign-in");
	expect(api.getHiddenInputs()).toMatchObject([{ name: "errorCallbackURL", value: "/in?a=1" }]);
	unmount();
});

test.each([
	[{}, "/api/auth"],
	[{ basePath: "/auth" }, "/auth"],
	[{ baseURL: "https://api.example" }, "https://api.example/api/auth"],
	[{ baseURL: "https://api.example/", basePath: "/auth/" }, "https://api.example/auth"],
	[{ baseURL: "https://api.example/deep/auth/", basePath: "/x" }, "https://api.example/deep/auth"],
])("better-auth is where the app's client says: %j", (options, place) => {
	const authClient = createAuthClient({ ...options, plugins: [atprotoAuthClient()] });
	const action = (own: SignInOptions) =>
		connectSignIn(createSignIn(own)).getFormProps().action?.replace("/bsky/sign-in", "");
	expect(action({ authClient })).toBe(place);
	expect(action({ authClient, baseURL: "/own" })).toBe("/own");
	// One without our plugin says nothing.
	expect(action({ authClient: createAuthClient(options) })).toBe("/api/auth");
});

test.each(["/auth/", "https://api.example/auth//"])(
	"a slash at the end of where it is changes nothing: %s",
	async (baseURL) => {
		const place = baseURL.replace(/\/+$/, "");
		const form = createSignIn({ baseURL });
		expect(connectSignIn(form).getFormProps().action).toBe(`${place}/bsky/sign-in`);
		const fetch = vi.fn(async () => Response.json(null));
		await createAsk(() => ({ baseURL, fetch }))("/bsky/session");
		expect(fetch.mock.calls).toEqual([[`${place}/bsky/session`, expect.anything()]]);
	},
);

/** Every text of a component, with nothing in one of them. */
const lacking = (name: string): PartialLabels => ({ [name]: undefined });

test.each(Object.keys(en).filter((name) => name !== "errors"))(
	"a text that an app's translation lacks is the one below it: %s",
	(name) => {
		const said = { ...en, [name]: "mine" };
		expect(withContext({ labels: lacking(name) }, { labels: said }).labels).toMatchObject({
			[name]: "mine",
		});
		expect(mergeLabels(lacking(name))).toEqual(en);
		expect(menuTextsOf(lacking(name))).toEqual(menuTextsOf(undefined));
		const gate = createScopeGate({ scope: "a", labels: lacking(name) });
		expect(connectScopeGate(gate).getRootProps().lang).toBe("en");
	},
);

test.each(["HANDLE_NOT_FOUND", "UNKNOWN"])("and so is the sentence of an error: %s", (code) => {
	const lacks: PartialLabels = { errors: { [code]: undefined } };
	const said = { labels: { errors: { [code]: "mine" } } };
	expect(mergeLabels(lacks).errors).toEqual(en.errors);
	expect(menuTextsOf(lacks)).toEqual(menuTextsOf(undefined));
	expect(withContext({ labels: lacks }, said).labels).toMatchObject(said.labels);
});

test("texts of a provider come over the language of the one around it", () => {
	const around: BskyContext = {
		labels: { ...de, errors: { ...de.errors, NOT_INVITED: "Nur für Geladene." } },
	};
	const own = { title: "Herein", errors: { UNKNOWN: "Hoppla." } };
	const { labels } = within(around, { labels: own });
	expect(labels).toMatchObject({ ...de, ...own, errors: { NOT_INVITED: "Nur für Geladene." } });
	expect(withContext<BskyContext>({}, { labels }).labels).toMatchObject({
		cancel: de.cancel,
		title: "Herein",
	});
	expect(within(around, { theme: "dark" }).labels).toEqual(around.labels);
});

test.each([
	["/in", "/in"],
	["/in?a=1&b=%2F#c", "/in?a=1&b=%2F"],
	["/a%2fb", undefined],
	["//in/deep", undefined],
	[`/in?draft=${"x".repeat(4086)}`, `/in?draft=${"x".repeat(4086)}`],
	[`/in?draft=${"x".repeat(4087)}`, "/in"],
	[`/in/${"x".repeat(4096)}`, undefined],
	["/in?path=C:\\Users\\me", "/in?path=C:%5CUsers%5Cme"],
	// A server puts the next one behind it, and the first is the one that is read.
	["/in?error=access_denied&error_description=no&tab=a%20b", "/in?tab=a+b"],
	["/in?tab=a%20b&my_error=1", "/in?tab=a%20b&my_error=1"],
])("a page at %s is led back to as better-auth lets it be: %s", (path, expected) => {
	page = openPage(`https://app.example${path}`);
	expect(thisPage()).toBe(expected);
});

test("an error is tied to the field", () => {
	const api = connectSignIn(createSignIn({ error: "HANDLE_NOT_FOUND" }));
	expect(api.getInputProps()).toMatchObject({
		"aria-invalid": "true",
		"aria-describedby": "bsky-note",
		"data-state": "invalid",
	});
	expect(api.getNoteProps()).toMatchObject({ id: "bsky-note", "data-state": "error" });
	expect(api.getErrorProps()).toMatchObject({ role: "alert" });
});

test("a framework renames", () => {
	const seen: string[] = [];
	const api = connectSignIn(createSignIn(), undefined, (props, element) => {
		seen.push(element);
		return { [element]: props["data-part"] };
	});
	expect(api.getInputProps()).toEqual({ input: "input" });
	expect(api.getSubmitProps()).toEqual({ button: "submit" });
	expect(seen).toEqual(["input", "button"]);
});

test("a button's own handle goes before the field", () => {
	const signIn = createSignIn();
	const sent: unknown[] = [];
	signIn.submit = async () => void sent.push("the field");
	signIn.continueWithBluesky = async () => void sent.push("Bluesky");
	signIn.signInAs = async (handle) => void sent.push(handle);
	const submit = connectSignIn(signIn).getFormProps().onSubmit as (event: object) => void;
	const preventDefault = () => {};
	submit({ preventDefault, submitter: { name: "handle", value: "https://bsky.social" } });
	submit({ preventDefault, nativeEvent: { submitter: { name: "handle", value: "a.example" } } });
	submit({ preventDefault, submitter: { name: "", value: "" } });
	submit({ preventDefault, submitter: null });
	expect(sent).toEqual(["Bluesky", "a.example", "the field", "the field"]);
});
