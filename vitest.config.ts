import { defineConfig } from "vitest/config";

// Workspace packages are tested from their sources, never from a build that may be stale.
const conditions = ["@better-auth-bsky/source"];

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions: [...conditions, "node"] } },
	test: {
		include: ["{packages,examples}/*/{src,test}/**/*.test.ts", "e2e/**/*.test.ts"],
		environment: "node",
		testTimeout: 60_000,
		hookTimeout: 120_000,
		maxWorkers: 2,
	},
});
