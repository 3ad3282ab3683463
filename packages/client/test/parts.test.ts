import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connectAccounts, createAccounts, viewAccounts } from "../src/accounts/index.ts";
import { PARTS } from "../src/parts.ts";
import { connectScopeGate, createScopeGate, viewScopeGate } from "../src/scope/index.ts";
import { connectMenu, connectSession, createBskySession } from "../src/session/index.ts";
import { connectDialog, connectSignIn, createSignIn } from "../src/sign-in/index.ts";
import { isList, type View, type ViewElement } from "../src/view.ts";

/** Those of a view, which has more than its elements' props: what they stand in, and who. */
function partsIn(view: View): unknown[] {
	if (isList(view)) return view.flatMap(partsIn);
	if (view === null || typeof view === "string" || !("tag" in view)) return [];
	return [view.props["data-part"], ...view.children.flatMap(partsIn)].filter(Boolean);
}

/** With an account that works and is asked about, and one that is being connected again. */
function accountsView(): View {
	const accounts = createAccounts();
	const account = { handle: "alice.bsky.social", active: true, primary: true, current: true };
	const [asked, busy] = [
		{ ...account, did: "did:plc:alice", displayName: "Alice" },
		{ ...account, did: "did:plc:bob", active: false, current: false },
	];
	const state = { ...accounts.$state.get(), accounts: [asked, busy], loadError: "UNKNOWN" };
	const pressed = { status: "redirecting", busyDid: busy.did, askedDid: asked.did } as const;
	return [
		viewAccounts(accounts, { ...state, ...pressed }, {}, {}) as ViewElement,
		viewAccounts(accounts, { ...state, accounts: null }, {}, {}) as ViewElement,
	];
}

function gateView(): View {
	const options = { scope: "atproto", initial: null };
	const gate = createScopeGate(options);
	return viewScopeGate(gate, gate.$state.get(), options, false, {});
}

const packages = fileURLToPath(new URL("../..", import.meta.url));

/** Where a part is named in a string: styles, the suite of the components, and what drives it. */
const SOURCES = [
	"client/src/styles.css",
	"conformance/src/**/*.ts",
	"{react,svelte,vue}/{src,test}/**/*.{ts,tsx,svelte,vue}",
];

/** `[data-part="form"]`, `[data-part=form]`, `data-part="form"`. */
const NAMED = /data-part=\\?["']?([\w-]+)/g;

/** The tests' own. */
const OTHERS = ["probe"];

test("styles and tests name parts that there are", () => {
	const named = globSync(SOURCES, { cwd: packages }).flatMap((file) =>
		[...readFileSync(`${packages}/${file}`, "utf8").matchAll(NAMED)].map(
			([, name = ""]) => [file, name] as const,
		),
	);
	expect(named.length).toBeGreaterThan(100);
	const known = new Set<string>([...PARTS, ...OTHERS]);
	expect(named.filter(([, name]) => !known.has(name))).toEqual([]);
});

/** In the view of who is signed in alone; the suite of the components sees them. */
const USER_PARTS = [
	"handle-end",
	"handle-start",
	"handle-whole",
	"chip",
	"face",
	"glyph",
	"menu-header",
	"menu-rows",
	"reconnect",
	"switch",
	"switcher",
];

test("there is no part that no element has", () => {
	const person = { did: "did:plc:alice", handle: "alice.example", id: "1" };
	const signIn = createSignIn();
	const apis = [
		connectSignIn(signIn),
		connectDialog(signIn),
		connectAccounts(createAccounts()),
		connectScopeGate(createScopeGate({ scope: "atproto" })),
		connectSession(createBskySession()),
		connectMenu(),
	];
	const gotten = apis.flatMap((api) =>
		Object.entries(api)
			.filter(([name]) => /^get.*Props$/.test(name))
			.map(([, get]) => get(person)["data-part"]),
	);
	const seen = [...gotten, ...partsIn(accountsView()), ...partsIn(gateView()), ...USER_PARTS];
	expect([...new Set(seen)].sort()).toEqual([...PARTS].sort());
});
