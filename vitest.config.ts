import { defineConfig } from "vitest/config";
import { elementsProject } from "./packages/elements/test/project.ts";
import { reactProject } from "./packages/react/test/project.ts";
import { svelteProject } from "./packages/svelte/test/project.ts";
import { vueProject } from "./packages/vue/test/project.ts";
import { LongestFirst } from "./tools/src/longest-first.ts";

// Workspace packages are tested from their sources, never from a build that may be stale.
const conditions = ["@better-auth-bsky/source"];

/** What takes the time of a processor, which it has to itself. */
const MEASURES = ["packages/core/test/expensive*.security.test.ts"];

/** What a browser looks at, which waits for nobody for long. */
const PAGES = ["e2e/**/*.test.ts"];

const server = {
	environment: "node",
	// What is installed is loaded once by a worker, and not once by each file.
	isolate: false,
	setupFiles: ["tools/src/fresh-modules.ts"],
	testTimeout: 60_000,
	hookTimeout: 120_000,
};

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions: [...conditions, "node"] } },
	test: {
		maxWorkers: 2,
		sequence: { sequencer: LongestFirst },
		projects: [
			{
				extends: true,
				test: {
					...server,
					name: "node",
					include: [
						"{packages,examples}/*/{src,test}/**/*.test.ts",
						"{bench,databases,docs/site,runtimes,scripts,tools}/**/*.test.ts",
					],
					exclude: ["packages/conformance/**", "**/node_modules/**", ...MEASURES],
					// A third of their time is waiting: two processors are enough for three of them.
					maxWorkers: 3,
					sequence: { groupOrder: 1 },
				},
			},
			{ extends: true, test: { ...server, name: "pages", include: PAGES } },
			{
				extends: true,
				test: {
					name: "alone",
					include: MEASURES,
					environment: "node",
					maxWorkers: 1,
					// After all others.
					sequence: { groupOrder: 2 },
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
			reactProject(),
			reactProject({ version: 18 }),
			svelteProject(),
			vueProject(),
			elementsProject(),
			elementsProject({ browser: "firefox" }),
		],
	},
});
