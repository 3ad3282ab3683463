import { defineConfig } from "@playwright/test";
import type { DevnetWorkerFixtures } from "../../src/testing/playwright.ts";

// What test/playwright.test.ts runs.
export default defineConfig<object, DevnetWorkerFixtures>({
	testMatch: "*.spec.ts",
	workers: 1,
	reporter: "line",
	outputDir: process.env.OUTPUT ?? "results",
	use: {
		launchOptions: {
			executablePath: process.env.CHROMIUM_PATH ?? "",
			args: ["--no-sandbox", "--disable-gpu"],
		},
	},
	projects: [
		{ name: "own", testMatch: "own.spec.ts" },
		{
			name: "attached",
			testMatch: "attached.spec.ts",
			use: { devnetOptions: { attach: process.env.ATTACH ?? "" } },
		},
	],
});
