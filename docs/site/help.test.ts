import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";
import { expect, test } from "vitest";
import { helpOn, helpOnOption } from "../../packages/core/src/base/docs-url.ts";
import { LINES, OTHER_LINES } from "../../packages/core/src/base/lines.ts";
import { CHECKS } from "../../packages/core/src/checks.ts";
import { CALL_SENTENCES, SENTENCES } from "../../packages/core/src/errors.ts";
import reference from "../reference.json" with { type: "json" };
import { referencePages } from "./reference.ts";

const PAGES = new Map(referencePages());
const ANCHOR = /^(?:#+ .*\{#(\S+)\}|<a id="(\S+)"><\/a>)$/gm;

/** The anchors of the page that an address of the site is of. */
function anchorsAt(address: string): string[] {
	const page = new URL(address).pathname.replace("/better-auth-bsky/", "");
	return [...(PAGES.get(page) ?? "").matchAll(ANCHOR)].map(([, id, other]) => id ?? other ?? "");
}

const IDS = [
	...Object.keys({ ...SENTENCES, ...CALL_SENTENCES, ...LINES, ...OTHER_LINES }),
	...Object.values(CHECKS).flatMap((checks) => checks.map(({ id }) => id)),
];

test.each(IDS)("the page of errors has a place for %s", (id) => {
	expect(anchorsAt(helpOn(id)).filter((each) => each === id)).toEqual([id]);
});

test("no two of them share a name", () => {
	expect(new Set(IDS).size).toBe(IDS.length);
});

test("the page of options has a place for each that an error at start-up may name", () => {
	const core = join(ROOT, "packages/core/src");
	const thrown = globSync("**/*.ts", { cwd: core }).flatMap((file) =>
		[...readFileSync(join(core, file), "utf8").matchAll(/BskyOptionError\(\s*"([^"]+)"/g)].map(
			([, option = ""]) => option,
		),
	);
	const checked = Object.values(CHECKS).flatMap((checks) =>
		checks.map(({ option }) => option ?? ""),
	);
	const named = reference.core.options.map(({ name }) => name);
	const missing = [...thrown, ...checked, ...named]
		.filter(Boolean)
		.map(helpOnOption)
		.filter((address) => !anchorsAt(address).includes(new URL(address).hash.slice(1)));
	expect(thrown.length).toBeGreaterThan(5);
	expect(missing).toEqual([]);
});
