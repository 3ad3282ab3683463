import { de } from "@better-auth-bsky/client/labels/de";
import type { BskySession } from "@better-auth-bsky/client/session";
import { el } from "@better-auth-bsky/client/view";
import { expect, test } from "vitest";
import { renderAccounts, renderScopeGate, renderSignIn, renderUser } from "../src/server.ts";
import { toHtml } from "../src/to-html.ts";

const SESSION: BskySession = {
	active: true,
	did: "did:plc:alice",
	handle: "alice.test",
	displayName: `<script>alert("'&'")</script>`,
	grantedScope: "atproto",
};

const start = (html: string) => /^<[^>]*>/.exec(html)?.[0];

test("options are attributes, without what no text can say", () => {
	const html = renderSignIn({
		callbackURL: '/in?a="b"&c',
		requestSignUp: true,
		link: false,
		suggestions: "person",
		error: null,
		navigate() {},
		labels: { continueWithBluesky: "Enter" },
	});
	expect(start(html)).toBe(
		'<bluesky-sign-in labels="{&quot;continueWithBluesky&quot;:&quot;Enter&quot;,&quot;errors&quot;:{}}"' +
			' callback-url="/in?a=&quot;b&quot;&amp;c" request-sign-up link="false" suggestions="person">',
	);
	expect(html).toContain(
		'<input type="hidden" name="callbackURL" value="/in?a=&quot;b&quot;&amp;c">',
	);
	expect(html).toMatch(/<button .*<span>Enter<\/span><\/button>/);
	expect(html).not.toMatch(/undefined|navigate|onInput|=>/);
	expect(html.endsWith("</div></bluesky-sign-in>")).toBe(true);
});

test("what people call themselves is text", () => {
	const html = renderUser({ session: SESSION });
	expect(html).not.toMatch(/<script|alert\("/);
	expect(html).toContain("&lt;script&gt;alert(&quot;&#39;&amp;&#39;&quot;)&lt;/script&gt;");
});

test("each state of the session that a server may know", () => {
	expect(renderUser({ session: null })).toBe('<bluesky-user session="null"></bluesky-user>');
	expect(renderUser()).toContain('data-state="pending"');
	expect(start(renderUser())).toBe("<bluesky-user>");
	expect(renderUser({}, { context: { session: SESSION } })).toContain('data-state="signed-in"');
	const out = renderUser({ session: null, signIn: { callbackURL: "/in" } });
	expect(out).toContain('<input type="hidden" name="callbackURL" value="/in">');
	expect(out).not.toContain("<bluesky-sign-in");
	const user = { name: "Erin", email: "erin@example.com" };
	const session = { active: false, did: null, reason: "not_linked" } as const;
	expect(renderUser({ session }, { context: { user } })).toMatch(/ user="[^"]+Erin.*>Erin</);
});

test("the form that connects an account has ids of its own, and the app's button", () => {
	const slots = { button: '<button slot="button" class="own">Add</button>' };
	const all = renderAccounts({}, { slots }) + renderSignIn();
	expect(all).toContain('<bluesky-sign-in id="bsky-accounts-add"');
	expect(all).toMatch(/<button [^>]*class="own">Add</);
	const ids = [...all.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
	expect(new Set(ids).size).toBe(ids.length);
});

test("what needs a scope is shown, or sent aside, and so is the app's own way", () => {
	const slots = { children: "<b>Write</b>", fallback: '<i slot="fallback">Ask</i>' };
	const scope = "transition:email";
	const granted = { ...SESSION, grantedScope: `atproto ${scope}` };
	const inside = (html: string) =>
		html.slice(html.indexOf("<div"), -"</bluesky-scope-gate>".length);
	const shown = renderScopeGate({ scope, session: granted }, { slots });
	expect(start(shown)).toMatch(/^<bluesky-scope-gate scope="transition:email" session="/);
	expect(inside(shown)).toMatch(
		/<b>Write<\/b><\/div><template slot="children"><i slot="fallback">Ask<\/i><\/template>$/,
	);
	expect(inside(renderScopeGate({ scope, session: SESSION }, { slots }))).toMatch(
		/<i slot="fallback">Ask<\/i><\/div><template slot="children"><b>Write<\/b><\/template>$/,
	);
	expect(inside(renderScopeGate({ scope }, { slots }))).toMatch(
		/"pending"[^>]*><\/div><template slot="children"><b>Write<\/b><i slot="fallback">Ask<\/i><\/template>$/,
	);
	expect(renderScopeGate({ scope })).not.toContain("<template");
	expect(renderScopeGate({ scope, session: SESSION })).toMatch(/<button [^>]*>Allow<\/button>/);
});

test("what the app says for all elements, below what one says", () => {
	const context = { baseURL: "/auth", theme: "dark", labels: { connect: "Add" } } as const;
	const html = renderAccounts({ theme: "light" }, { context });
	expect(start(html)).toContain(' theme="light"');
	expect(start(html)).toContain(' base-url="/auth"');
	expect(html).toContain('data-bsky-theme="light"');
	expect(html).not.toContain('data-bsky-theme="dark"');
	expect(html).toMatch(/<span>Add<\/span><\/button>/);
});

test("labels that the page has by itself aren't sent along", () => {
	const html = renderSignIn({ labels: de, as: "button" }, { lang: "de" });
	expect(start(html)).toBe('<bluesky-sign-in lang="de" as="button">');
	expect(html).toContain(de.continueWithBluesky);
});

test("what has lost its slot is told so", () => {
	expect(() => renderUser({ session: SESSION }, { slots: { menu: "<a>Settings</a>" } })).toThrow(
		'What goes into "menu" must have the attribute slot="menu".',
	);
});

test("handlers, refs and what is missing are left out; void elements have no end", () => {
	const props = { onClick() {}, ref() {}, id: undefined, hidden: true as const, class: "a" };
	expect(toHtml(el("button", props, el("input", { value: "" }), null, "<"))).toBe(
		'<button hidden class="a"><input value="">&lt;</button>',
	);
});

test("the page's own code is imported by a server without harm", async () => {
	expect("customElements" in globalThis).toBe(false);
	const { BlueskySignIn, configure } = await import("../src/index.ts");
	expect(BlueskySignIn).toBeTypeOf("function");
	configure({ theme: "dark" });
});
