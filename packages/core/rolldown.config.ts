import { defineConfig } from "rolldown";

const common = { platform: "node", external: /^[^./]/ } as const;

export default defineConfig([
	/**
	 * What an app loads at start, in few files: reading many takes longer than running them. What the
	 * first sign-in needs is in files of its own, and what workers go without in those that have a name.
	 */
	{
		...common,
		input: {
			index: "src/index.ts",
			"public-fetch": "src/base/public-fetch.ts",
			"recent-node": "src/base/recent-node.ts",
		},
		output: {
			dir: "dist",
			cleanDir: true,
			codeSplitting: { groups: [{ name: "common", tags: ["$initial"], minShareCount: 2 }] },
		},
	},
	/** What a browser needs, too: a file that imports nothing of the server's. */
	{ ...common, input: "src/shared.ts", output: { file: "dist/shared.js" } },
]);
