import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What a page downloads, minified and compressed, better-auth's own client left out. */
async function bundle(contents: string, loader: "ts" | "css" = "ts") {
	const { metafile, outputFiles } = await build({
		stdin: { contents, loader, resolveDir: root },
		conditions: ["@better-auth-bsky/source"],
		define: { "process.env.NODE_ENV": '"production"' },
		external: ["better-auth/*"],
		bundle: true,
		format: "esm",
		metafile: true,
		minify: true,
		platform: "browser",
		target: "es2022",
		write: false,
	});
	const [output] = outputFiles;
	if (!output) throw new Error("esbuild wrote nothing.");
	return {
		size: brotliCompressSync(output.contents).byteLength,
		text: output.text,
		files: Object.keys(metafile.inputs).map((file) => file.replace(/^.*packages\//, "")),
	};
}

const use = (names: string, from: string) =>
	`import { ${names} } from "@better-auth-bsky/client${from}"; globalThis.used = { ${names} };`;

const BUDGETS: [what: string, most: number, code: string][] = [
	["the headless sign-in", 6000, use("createSignIn, connectSignIn", "/sign-in")],
	["useBskySession alone", 3000, use("createBskySession", "/session")],
	["the connected accounts", 4000, use("createAccounts, connectAccounts", "/accounts")],
	["the client plugin", 2000, use("atprotoAuthClient", "")],
	["a language", 1400, use("ja", "/labels/ja")],
];

describe("sizes, in bytes", () => {
	test.each(BUDGETS)("%s: at most %d", async (what, most, code) => {
		const { size } = await bundle(code);
		console.log(`${what}: ${size} bytes`);
		expect(size).toBeLessThanOrEqual(most);
	});

	test("the styles: at most 3000", async () => {
		const { size } = await bundle(readFileSync(`${root}/src/styles.css`, "utf8"), "css");
		console.log(`the styles: ${size} bytes`);
		expect(size).toBeLessThanOrEqual(3000);
	});
});

test("nothing but this package and nanostores", async () => {
	const { files, text } = await bundle(BUDGETS.map(([, , code]) => code).join("\n"));
	const own = /^client\/src\/|node_modules\/nanostores\/|^<stdin>$/;
	expect(files.filter((file) => !own.test(file))).toEqual([]);
	expect(text).not.toMatch(/node:|com\.atproto|BSKY_ERROR_CODES/);
});

test("a session alone brings no texts and no form", async () => {
	const { text } = await bundle(use("createBskySession", "/session"));
	expect(text).not.toMatch(/Sign in|listbox|typeahead/);
});

test("no framework, no server and no SDK is imported anywhere", () => {
	const files = readdirSync(`${root}/src`, { recursive: true, encoding: "utf8" });
	for (const file of files.filter((name) => name.endsWith(".ts"))) {
		const source = readFileSync(`${root}/src/${file}`, "utf8");
		for (const [line, from] of source.matchAll(
			/^(?:import|export)[^;]*? from "([^".][^"]*)";/gms,
		)) {
			const known = ["nanostores", "better-auth/client", "@better-auth-bsky/core"];
			expect([file, known]).toEqual([file, expect.arrayContaining([from])]);
			// Of the others, types only.
			if (from !== "nanostores") expect(line).toMatch(/^(import|export) type/);
		}
	}
});
