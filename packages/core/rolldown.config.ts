import { defineConfig } from "rolldown";

/**
 * What an app loads at start, in two files: reading many takes longer than running them. What the
 * first sign-in needs is in files of its own.
 */
export default defineConfig({
	input: "src/index.ts",
	platform: "node",
	external: /^[^./]/,
	output: {
		dir: "dist",
		format: "esm",
		cleanDir: true,
		codeSplitting: { groups: [{ name: "shared", tags: ["$initial"], minShareCount: 2 }] },
	},
});
