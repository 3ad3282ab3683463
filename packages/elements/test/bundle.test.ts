import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundle, EVERYTHING, sizeAsOne } from "./bundle.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

// Minified, before compression: 77.1 kB. The form is 24.5 of them, the list of accounts 11.1, the chip 9.1,
// the gate 4.4 with 6.3 of core's, which is mostly what scopes mean; English 2.2, what they share 7.1, and
// nanostores 1.5. The elements and their renderer are 10.9: of these, the script that a language is written
// in takes 80 compressed, and a page that the browser translates 60.
test("all elements together take at most 26300 bytes, minified and compressed", async () => {
	const { size } = await bundle(EVERYTHING);
	console.log(`elements: ${size} bytes`);
	expect(size).toBeLessThanOrEqual(26_300);
});

// What the chip does once somebody opens its menu, or comes back from their server, is 10.5 kB of 89.0.
test("as one file they take at most 30500 bytes", async () => {
	const size = await sizeAsOne();
	console.log(`bluesky.js: ${size} bytes`);
	expect(size).toBeLessThanOrEqual(30_500);
});

test("the README says how much", async () => {
	const { size } = await bundle(EVERYTHING);
	const [, said] =
		/([\d.]+) kB<!-- [^>]+ --> for all of them/.exec(readFileSync(`${root}/README.md`, "utf8")) ??
		[];
	expect(Math.abs(size / 1000 - Number(said))).toBeLessThan(0.2);
});

test("nothing of the server, and nothing of the AT Protocol SDK", async () => {
	const { files, text } = await bundle(EVERYTHING);
	expect(files.length).toBeGreaterThan(20);
	const shared =
		/packages\/core\/src\/(shared|errors|base\/(did|paths|scope|has-scope)|identity\/identifier)\.ts$/;
	const others = files.filter((file) => !shared.test(file));
	expect(others.filter((file) => /@atproto|packages\/core|oauth-client/.test(file))).toEqual([]);
	expect(text).not.toMatch(/node:|com\.atproto|BSKY_ERROR_CODES/);
});

test("one language is loaded, the others on request", async () => {
	const { files } = await bundle(EVERYTHING);
	const packs = files.filter((file) => /client\/src\/labels\/[a-z]{2}(-\w+)?\.ts$/.test(file));
	expect(packs.map((file) => file.replace(/.*\//, ""))).toEqual(["en.ts"]);
});

test("what a server renders with has no DOM in it", async () => {
	const { files } = await bundle('export * from "./src/server.ts";');
	const own = files.flatMap((file) => /packages\/elements\/src\/(.*)/.exec(file)?.[1] ?? []);
	expect(own.sort()).toEqual(["options.ts", "server.ts", "to-html.ts"]);
});

test("the sources import the headless layer, and nothing else", () => {
	for (const file of readdirSync(`${root}/src`)) {
		const source = readFileSync(`${root}/src/${file}`, "utf8");
		for (const [, from] of source.matchAll(/^\s*(?:import|export)[^;]*? from "([^"]+)"/gm))
			expect([file, from]).toEqual([
				file,
				expect.stringMatching(/^(\.\/|@better-auth-bsky\/client($|\/))/),
			]);
	}
});
