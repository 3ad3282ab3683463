import { browserProject } from "@better-auth-bsky/conformance/project";
import { defineConfig } from "vitest/config";

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
					include: ["{packages,examples}/*/{src,test}/**/*.test.ts", "e2e/**/*.test.ts"],
					exclude: ["packages/conformance/**", "**/node_modules/**"],
					environment: "node",
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
			browserProject({
				name: "react",
				include: [
					"better-auth/react",
					"react",
					"react-dom",
					"react-dom/client",
					"react/jsx-dev-runtime",
				],
				server: "test/server.tsx",
			}),
		],
	},
});
