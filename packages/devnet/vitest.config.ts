import { defineConfig } from "vitest/config";

// "module" must not be among the conditions: Vitest hands them on to Node, and parts of @atproto/pds
// name files under it that only a bundler can load.
const conditions = ["@better-auth-bsky/source"];

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions: [...conditions, "node", "default"] } },
	test: {
		include: ["test/**/*.test.ts"],
		environment: "node",
		testTimeout: 60_000,
		hookTimeout: 120_000,
		maxWorkers: 2,
	},
});
