import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a page downloads for this code: bundled for the browser, and minified. */
async function bundle(code: string) {
	const { metafile, outputFiles } = await build({
		stdin: { contents: code, resolveDir: root },
		conditions: ["@better-auth-bsky/source"],
		define: { "process.env.NODE_ENV": '"production"' },
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
	const size = brotliCompressSync(output.contents).byteLength;
	return { size, files: Object.keys(metafile.inputs), text: output.text };
}

const CREATE = 'import { createAuthClient } from "better-auth/client";';
let without: Awaited<ReturnType<typeof bundle>>;
let withPlugin: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
	without = await bundle(`${CREATE} globalThis.client = createAuthClient({ plugins: [] });`);
	withPlugin = await bundle(
		`${CREATE} import { atprotoAuthClient } from "./src/index.ts";
		globalThis.client = createAuthClient({ plugins: [atprotoAuthClient()] });`,
	);
});

test("only the plugin's own files come on top of better-auth's client", () => {
	const added = withPlugin.files.filter((file) => !without.files.includes(file));
	expect(added.map((file) => file.replace(/^.*packages\/client\//, ""))).toEqual([
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
	const unused = await bundle(
		`${CREATE} import { atprotoAuthClient } from "./src/index.ts";
		globalThis.client = createAuthClient({ plugins: [] });`,
	);
	expect(unused.text).toBe(without.text);
});
