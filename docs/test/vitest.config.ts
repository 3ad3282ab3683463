import { defineConfig } from "vitest/config";

export default defineConfig({
	resolve: { conditions: ["@better-auth-bsky/source"] },
	ssr: { resolve: { conditions: ["@better-auth-bsky/source", "node"] } },
	test: {
		root: import.meta.dirname,
		include: ["*.test.ts"],
		globalSetup: ["build.ts"],
		// One browser at a time: a page says by itself when it is slow.
		maxWorkers: 1,
		testTimeout: 120_000,
		hookTimeout: 300_000,
	},
});
