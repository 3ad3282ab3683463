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
		"src/defaults.ts",
		"src/auth-client.ts",
		"src/paths.ts",
		"src/in-browser.ts",
		"src/session/query.ts",
		"src/session/plugin-atom.ts",
		"src/session/tell-other-tabs.ts",
		// What leads back to a route behind #.
		"src/trip.ts",
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

test("hasScope() and the builders bring nothing of the SDK, and at most 1.1 kB", async () => {
	const used =
		await bundle(`import { BLUESKY_APPVIEW, hasScope, scope, scopes } from "./src/index.ts";
		globalThis.used = { BLUESKY_APPVIEW, hasScope, scope, scopes };`);
	console.log(`scopes: ${used.size} bytes`);
	expect(used.size).toBeLessThanOrEqual(1100);
	expect(used.files.filter((file) => /@atproto|oauth/.test(file))).toEqual([]);
	const one = await bundle(
		'import { hasScope } from "./src/index.ts"; globalThis.used = hasScope;',
	);
	expect(one.size).toBeLessThanOrEqual(650);
	expect(one.text).not.toMatch(/bsky_appview|Sign in/);
});

test("an app that doesn't use it doesn't ship it", async () => {
	const unused = await bundle(CLIENTS.unused);
	expect(unused.text).toBe(without.text);
});
