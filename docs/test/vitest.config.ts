import { defineConfig } from "vitest/config";

export default defineConfig({
	resolve: { conditions: ["@better-auth-bsky/source"] },
	ssr: { resolve: { conditions: ["@better-auth-bsky/source", "node"] } },
	test: {
		root: import.meta.dirname,
		include: ["*.test.ts"],
		globalSetup: ["build.ts"],
		// One browser, and two tabs in it: most of the time is spent on waiting for a page to be quiet.
		maxWorkers: 1,
		maxConcurrency: 2,
		testTimeout: 120_000,
		hookTimeout: 300_000,
	},
});
