import { defineConfig } from "vitest/config";
import { reactProject } from "./packages/react/test/project.ts";
import { svelteProject } from "./packages/svelte/test/project.ts";
import { vueProject } from "./packages/vue/test/project.ts";

// Workspace packages are tested from their sources, never from a build that may be stale.
const conditions = ["@better-auth-bsky/source"];

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions: [...conditions, "node"] } },
	test: {
		maxWorkers: 2,
		projects: [
			{
				extends: true,
				test: {
					name: "node",
					include: [
						"{packages,examples}/*/{src,test}/**/*.test.ts",
						"{e2e,bench,scripts,tools}/**/*.test.ts",
					],
					exclude: ["packages/conformance/**", "**/node_modules/**"],
					environment: "node",
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
			reactProject(),
			reactProject({ version: 18 }),
			svelteProject(),
			vueProject(),
		],
	},
});
