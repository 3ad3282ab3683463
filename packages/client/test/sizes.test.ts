import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bundleAlone, styles, USES } from "./sizes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const BUDGETS: [what: string, most: number, code: string][] = [
	// 1050 of it are the parser of what people type, which is the server's own: two parsers disagreed.
	// 25 are for each code, and its sentence in English.
	["the headless sign-in", 7400, USES.signIn],
	["useBskySession alone", 3000, USES.session],
	["the connected accounts", 4000, USES.accounts],
	["the client plugin", 2000, USES.plugin],
	["a language", 1600, USES.language],
];

describe("sizes, in bytes", () => {
	test.each(BUDGETS)("%s: at most %d", async (what, most, code) => {
		const { size } = await bundleAlone(code);
		console.log(`${what}: ${size} bytes`);
		expect(size).toBeLessThanOrEqual(most);
	});

	test("the styles: at most 3000", async () => {
		const { size } = await bundleAlone(styles(), "css");
		console.log(`the styles: ${size} bytes`);
		expect(size).toBeLessThanOrEqual(3000);
	});
});

test("nothing but this package, nanostores and what core shares", async () => {
	const { files: all, text } = await bundleAlone(Object.values(USES).join("\n"));
	const files = all.map((file) => file.replace(/^.*packages\//, ""));
	const own = /^client\/src\/|node_modules\/nanostores\/|^<stdin>$/;
	const shared = /^core\/src\/(shared|errors|base\/(did|paths)|identity\/identifier)\.ts$/;
	expect(files.filter((file) => !own.test(file) && !shared.test(file))).toEqual([]);
	expect(text).not.toMatch(/node:|com\.atproto|BSKY_ERROR_CODES/);
});

test("a session alone brings no texts and no form", async () => {
	const { text } = await bundleAlone(USES.session);
	expect(text).not.toMatch(/Sign in|listbox|typeahead/);
});

test("no framework, no server and no SDK is imported anywhere", () => {
	const files = readdirSync(`${root}/src`, { recursive: true, encoding: "utf8" });
	for (const file of files.filter((name) => name.endsWith(".ts"))) {
		const source = readFileSync(`${root}/src/${file}`, "utf8");
		for (const [line, from] of source.matchAll(
			/^(?:import|export)[^;]*? from "([^".][^"]*)";/gms,
		)) {
			const values = ["nanostores", "@better-auth-bsky/core/shared"];
			const known = [...values, "better-auth/client", "@better-auth-bsky/core"];
			expect([file, known]).toEqual([file, expect.arrayContaining([from])]);
			// Of the others, types only.
			if (!values.includes(from ?? "")) expect(line).toMatch(/^(import|export) type/);
		}
	}
});
