import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connectAccounts, createAccounts } from "../src/accounts/index.ts";
import { PARTS } from "../src/parts.ts";
import { connectMenu, connectSession, createBskySession } from "../src/session/index.ts";
import { connectDialog, connectSignIn, createSignIn } from "../src/sign-in/index.ts";

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

test("there is no part that no element has", () => {
	const person = { did: "did:plc:alice", handle: "alice.example", id: "1" };
	const signIn = createSignIn();
	const apis = [
		connectSignIn(signIn),
		connectDialog(signIn),
		connectAccounts(createAccounts()),
		connectSession(createBskySession()),
		connectMenu(),
	];
	const parts = apis.flatMap((api) =>
		Object.entries(api)
			.filter(([name]) => /^get.*Props$/.test(name))
			.map(([, get]) => get(person)["data-part"]),
	);
	expect([...new Set(parts)].sort()).toEqual([...PARTS].sort());
});
