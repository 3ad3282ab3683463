import { beforeAll, expect, test } from "vitest";
import { bundle, CLIENTS } from "./sizes.ts";

let without: Awaited<ReturnType<typeof bundle>>;
let withPlugin: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
	without = await bundle(CLIENTS.without);
	withPlugin = await bundle(CLIENTS.withPlugin);
});

test("only the plugin's own files come on top of better-auth's client", () => {
	const added = withPlugin.files.filter((file) => !without.files.includes(file));
	expect(added.map((file) => file.replace(/^.*packages\/client\//, ""))).toEqual([
		"src/paths.ts",
		"src/in-browser.ts",
		"src/session/query.ts",
		"src/session/plugin-atom.ts",
		"src/index.ts",
	]);
});

test("nothing of the server, and nothing of the AT Protocol SDK", () => {
	const foreign = withPlugin.files.filter((file) =>
		/@atproto|packages\/core|oauth-client/.test(file),
	);
	expect(foreign).toEqual([]);
	expect(withPlugin.text).not.toMatch(/node:|com\.atproto|BSKY_ERROR_CODES/);
});

test("at most 1 kB, minified and compressed", () => {
	const size = withPlugin.size - without.size;
	console.log(`client plugin: ${size} bytes on top of ${without.size}`);
	expect(size).toBeLessThanOrEqual(1000);
});

test("an app that doesn't use it doesn't ship it", async () => {
	const unused = await bundle(CLIENTS.unused);
	expect(unused.text).toBe(without.text);
});
