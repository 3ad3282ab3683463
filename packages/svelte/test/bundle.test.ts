import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundle } from "./bundle.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

test.each([
	// 11.7 kB are the headless form, as client/test/sizes.test.ts has it; the views are 2 kB.
	// What keeps both whole where a browser translates them is 70.
	["BlueskySignIn", 15_740],
	// 6.8 kB: Svelte's own way of rendering is 0.2 to 0.4 more than React's and Vue's for the same views.
	["BlueskyUser", 6_975],
	["useBskySession", 3_000],
	// Of them 2.6 kB are the session.
	["useBskyAgent", 3_650],
	["useBskyProfile", 5_080],
])("%s takes at most %i bytes, minified and compressed", async (name, most) => {
	const { size } = await bundle(`export { ${name} } from "./src/index.ts";`);
	console.log(`${name}: ${size} bytes`);
	expect(size).toBeLessThanOrEqual(most);
});

test("the README says how much", async () => {
	const { size } = await bundle('export { BlueskySignIn } from "./src/index.ts";');
	const [, said] =
		/([\d.]+) kB<!-- [^>]+ --> for the whole form/.exec(
			readFileSync(`${root}/README.md`, "utf8"),
		) ?? [];
	expect(Math.abs(size / 1000 - Number(said))).toBeLessThan(0.2);
});

test("nothing of the server, and nothing of the AT Protocol SDK", async () => {
	const { files, text } = await bundle('export * from "./src/index.ts";');
	expect(files.length).toBeGreaterThan(20);
	const shared =
		/packages\/core\/src\/(shared|errors|base\/(did|has-scope|paths|scope)|identity\/(identifier|text))\.ts$/;
	const others = files.filter((file) => !shared.test(file));
	expect(others.filter((file) => /@atproto|packages\/core|oauth-client/.test(file))).toEqual([]);
	expect(text).not.toMatch(/node:|com\.atproto|BSKY_ERROR_CODES/);
});

test("one language is loaded, the others on request", async () => {
	const { files } = await bundle('export * from "./src/index.ts";');
	const packs = files.filter((file) => /client\/src\/labels\/[a-z]{2}(-\w+)?\.ts$/.test(file));
	expect(packs.map((file) => file.replace(/.*\//, ""))).toEqual(["en.ts"]);
});

test("the sources import the headless layer, Svelte, and types of nanostores", () => {
	for (const file of readdirSync(`${root}/src`)) {
		const source = readFileSync(`${root}/src/${file}`, "utf8");
		for (const [line, from = ""] of source.matchAll(
			/^\s*(?:import|export)[^;]*? from "([^"]+)"/gm,
		)) {
			expect([file, from]).toEqual([
				file,
				expect.stringMatching(/^(\.\/|svelte($|\/)|@better-auth-bsky\/client($|\/)|nanostores$)/),
			]);
			if (from === "nanostores") expect(line).toMatch(/import type/);
		}
	}
});

test("a BlueskyUser brings no form, which is loaded when it is asked for, and no menu", async () => {
	const { files, text, later } = await bundle('export { BlueskyUser } from "./src/index.ts";');
	expect(files.filter((file) => /sign-in|labels\/en/.test(file))).toEqual([]);
	expect(text).not.toMatch(/listbox|typeahead|Add another account/);
	expect(later.map((file) => file.replace(/^.*\//, "")).sort()).toEqual([
		expect.stringMatching(/^bluesky-sign-in\.\w+$/),
		"later.ts",
	]);
});
