import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import type { TestProjectInlineConfiguration } from "vitest/config";
import { BROWSERS } from "./browsers.ts";
import { commands } from "./commands.ts";
import { type BrowserProjectOptions, conditions } from "./options.ts";

declare module "vitest" {
	interface ProvidedContext {
		/** Whether what comes out the same with every version of a framework is left out. */
		isBrief: boolean;
		/** Whether what another framework looks like is enough. */
		sharesLooks: boolean;
	}
}

/** A Vitest project that runs a framework's components in a real browser. */
export function browserProject(options: BrowserProjectOptions): TestProjectInlineConfiguration {
	const { plugins = () => [], include = [], sharesLooks = false, server, other } = options;
	const browser = options.browser ?? "chromium";
	const { missing, launchOptions } = BROWSERS[browser]();
	const name = [other?.name ?? options.name, options.browser].filter(Boolean).join("-");
	if (missing) return skipped(name, missing);
	const root = fileURLToPath(new URL(`../../../${options.name}`, import.meta.url));
	return {
		root,
		plugins: plugins(),
		resolve: {
			alias: Object.fromEntries(other?.packages.map((one) => [one, folderOf(one)]) ?? []),
			conditions: conditions.map((one) => (one === "node" ? "browser" : one)),
		},
		optimizeDeps: {
			include: ["@better-auth-bsky/conformance > axe-core", "nanostores", ...include],
		},
		test: {
			name,
			include: options.tests ?? ["test/**/*.browser.{ts,tsx}"],
			provide: {
				isBrief: other !== undefined && !process.env.EXAMPLES_AT_LENGTH,
				sharesLooks: sharesLooks && !process.env.EXAMPLES_AT_LENGTH,
			},
			// Two windows of a Firefox take the focus from each other.
			...(browser === "firefox" && { fileParallelism: false }),
			testTimeout: 20_000,
			hookTimeout: 20_000,
			api: { host: "127.0.0.1" },
			browser: {
				enabled: true,
				headless: true,
				screenshotFailures: false,
				provider: playwright({ launchOptions }),
				instances: [{ browser }],
				viewport: { width: 800, height: 900 },
				commands: commands(root, server, plugins, other?.packages),
			},
		},
	};
}

/** Where this package has another one. */
const folderOf = (name: string) =>
	dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** Without a browser there is one skipped test in its place, which says so. */
const skipped = (name: string, why: string): TestProjectInlineConfiguration => ({
	test: {
		name,
		root: fileURLToPath(new URL(".", import.meta.url)),
		include: ["no-browser.test.ts"],
		env: { SKIPPED: `the components of ${name}: ${why}` },
	},
});
