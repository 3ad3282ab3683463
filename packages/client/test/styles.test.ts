import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const source = readFileSync(new URL("../src/styles.css", import.meta.url), "utf8");
const [, documentation = "", rules = ""] = /^\/\*(.*?)\*\/(.*)$/s.exec(source) ?? [];

const named = (text: string, pattern: RegExp) =>
	[...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();

test("every custom property is documented at the top, with the value it has without", () => {
	const used = named(rules, /var\((--bsky-[\w-]+)/g);
	expect(used.length).toBeGreaterThan(5);
	expect(named(documentation, /^ \*\s+(--bsky-[\w-]+)\s+\S/gm)).toEqual(used);
	for (const [, name = "", value = ""] of rules.matchAll(
		/var\((--bsky-[\w-]+), (#\w+|[\w.]+rem)\)/g,
	)) {
		// It is computed, or that of the page.
		if (name === "--bsky-on-fill" || name === "--bsky-text") continue;
		expect(documentation).toMatch(new RegExp(`${name}\\s+${value.replace(".", "\\.")}`));
	}
});
