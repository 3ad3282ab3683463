import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bundleAlone, sizeOfGate, styles, USES } from "./sizes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const BUDGETS: [what: string, most: number, code: string][] = [
	// Of its 11,651: texts and sentences 2,200, the parser of what people type, which is the server's own,
	// 1,080, requests and nanostores 650, signing up 600, accounts used before 700, where errors are said
	// and what helps 400, who was signed in before 60, a browser that is stopped 60, the way back
	// to a route behind # 60, accounts forgotten elsewhere 50, what is said once and not again 40, options
	// that change under it 40, whom a form connects again 30, a key that is held 20, a page in between and a client that throws 35, the way
	// back without an error 35, sign-up once there is a network 17, a cancelled server 9; the rest are the form,
	// its list and their props.
	["the headless sign-in", 11_660, USES.signIn],
	["useBskySession alone", 3000, USES.session],
	[
		"the switcher, without the session",
		2000,
		'import { loadAccounts, switchTo } from "./src/session/switcher.ts"; globalThis.used = { loadAccounts, switchTo };',
	],
	// 1700 of it are the English texts, 1150 the session that is asked for again, 120 what keeps an answer
	// that comes late, or is about who was signed in before, from being shown, 140 what wakes the list as
	// sessions are, 40 the route behind # that it is left at, 35 what another list disconnects, 35 what is
	// given up with it, 20 what is over once the network is back, 54 the way back without an error, 20 what a page that comes
	// back does no more.
	["the connected accounts", 7150, USES.accounts],
	// An upload that says how far it is loads the rest then.
	["an agent", 1000, USES.agent],
	[
		"the codes of its errors",
		500,
		'import { bskyErrorCode, missingScope } from "@better-auth-bsky/client/agent"; globalThis.used = { bskyErrorCode, missingScope };',
	],
	["the client plugin", 2000, USES.plugin],
	// Russian, the largest, is 2605: 108 texts and their plurals, all of which a page takes. Each further one is about 24.
	["a language", 2700, USES.language],
];

describe("sizes, in bytes", () => {
	test.each(BUDGETS)("%s: at most %d", async (what, most, code) => {
		const { size } = await bundleAlone(code);
		console.log(`${what}: ${size} bytes`);
		expect(size).toBeLessThanOrEqual(most);
	});

	test("a gate for a scope, beside useBskySession: at most 2630, and hasScope()", async () => {
		const { gate, hasScope } = await sizeOfGate();
		console.log(`a gate: ${gate} bytes, ${hasScope} of which are hasScope()`);
		// 330 are texts, 250 what remembers whose answer the page came back with, 120 what forgets it for
		// another person, account or scope, 60 what tells it from somebody who was signed in before, 25 what is
		// over once the network is back, 20 what a page that is translated needs, 60 the way back
		// without an error, 36 what was refused before it was granted.
		expect(gate - hasScope).toBeLessThanOrEqual(2630);
	});

	// 4,016 B: 20 of them keep all of it away from what an app has in a gate that is granted.
	test("the styles: at most 4050", async () => {
		const { size } = await bundleAlone(styles(), "css");
		console.log(`the styles: ${size} bytes`);
		expect(size).toBeLessThanOrEqual(4050);
	});
});

test("nothing but this package, nanostores and what core shares", async () => {
	const { files: all, text } = await bundleAlone(Object.values(USES).join("\n"));
	const files = all.map((file) => file.replace(/^.*packages\//, ""));
	const own = /^client\/src\/|node_modules\/nanostores\/|^<stdin>$/;
	const shared =
		/^core\/src\/(shared|errors|base\/(did|has-scope|paths|scope)|identity\/identifier)\.ts$/;
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
