import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the package with the reference servers in it. Of the 624 packages that these bring, the
 * network loads not half; what remains to be installed is what has binaries or data, and `@atproto/api`,
 * whose agents are handed out.
 */
const { metafile } = await build({
	entryPoints: {
		index: "src/index.ts",
		"cli/main": "src/cli/main.ts",
		"testing/global-setup": "src/testing/global-setup.ts",
		"testing/playwright": "src/testing/playwright.ts",
		"testing/vitest": "src/testing/vitest.ts",
	},
	outdir: "dist",
	// The names of chunks say what is in them; those of our own files stay free for types.
	chunkNames: "chunks/[name]-[hash]",
	bundle: true,
	splitting: true,
	format: "esm",
	platform: "node",
	target: "node22.15",
	external: [
		"@atproto/api",
		"@atproto/oauth-provider-ui",
		"better-sqlite3",
		// Optional: what is there is used.
		...["@atproto/bsky", "@atproto/bsync", "@playwright/test", "pg-native", "vitest"],
	],
	// Names stay, for stack traces and for what goes by the name of a class.
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: "none",
	// CommonJS in it asks for Node's own modules.
	banner: {
		js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
	},
	metafile: true,
});

writeFileSync("dist/LICENSES.txt", licences(Object.keys(metafile.inputs)));

/** The licences of all packages that have a file in the bundle, each text once. */
function licences(files: readonly string[]): string {
	const owners = new Map<string, Set<string>>();
	for (const file of files) {
		const [root] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
		if (!root) continue;
		const manifest: Record<string, string> = JSON.parse(
			readFileSync(join(root, "package.json"), "utf8"),
		);
		const own = readdirSync(root).find((each) => /^licen[cs]e/i.test(each));
		const text = own ? readFileSync(join(root, own), "utf8").trim() : manifest.license;
		const names = owners.get(String(text)) ?? new Set();
		owners.set(String(text), names.add(`${manifest.name} ${manifest.version}`));
	}
	return [...owners]
		.map(([text, names]) => `${[...names].sort().join("\n")}\n\n${text}\n`)
		.sort()
		.join(`\n${"-".repeat(80)}\n\n`);
}
