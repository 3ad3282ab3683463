import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import base from "../../../../vitest.config.ts";

/** `npm run packed`. It is apart from the other tests since it asks the npm registry. */
export default defineConfig({
	...base,
	root: resolve(import.meta.dirname, "../../../.."),
	test: {
		globalSetup: "@better-auth-bsky/tools/pack",
		include: [
			"packages/better-auth-bsky/test/packed/{accounts,installs,packed,starters,types}.ts",
			"e2e/packed/{examples,init,tutorials}.ts",
		],
		maxWorkers: 2,
		testTimeout: 60_000,
		hookTimeout: 400_000,
	},
});
