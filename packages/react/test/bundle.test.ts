import { expect, test } from "vitest";
import { bundle } from "./bundle.ts";

test.each([
	// 11.7 kB are the headless form, as client/test/sizes.test.ts has it; the views are 2 kB.
	["BlueskySignIn", 15_220],
	["BlueskyUser", 6_700],
	["useBskySession", 3_000],
	// Of them 2.6 kB are the session.
	["useBskyAgent", 3_600],
	["useBskyProfile", 5_030],
])("%s takes at most %i bytes, minified and compressed", async (name, most) => {
	const { size } = await bundle(`export { ${name} } from "./src/index.ts";`);
	console.log(`${name}: ${size} bytes`);
	expect(size).toBeLessThanOrEqual(most);
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
	expect(packs).toEqual([expect.stringMatching(/\/en\.ts$/)]);
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
