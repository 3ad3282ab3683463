import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import type { TestProjectInlineConfiguration } from "vitest/config";
import { commands } from "./commands.ts";

const conditions = ["@better-auth-bsky/source"];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface BrowserProjectOptions {
	/** What the framework is called: `"react"`. Its tests are `packages/NAME/test/*.browser.{ts,tsx}`. */
	name: string;
	/** Vite's plugins that compile the framework's components. */
	plugins?: TestProjectInlineConfiguration["plugins"];
	/** Packages that the page loads: found in advance, so that no reload interrupts a test. */
	include?: string[];
	/** The module that renders in Node, {@link ServerModule}, from the workspace's root. */
	server: string;
}

/** A Vitest project that runs a framework's components in a real browser. */
export function browserProject(options: BrowserProjectOptions): TestProjectInlineConfiguration {
	const { name, plugins, include = [], server } = options;
	if (process.env.NO_BROWSER) return skipped(name);
	const executablePath = process.env.CHROMIUM_PATH ?? systemChromium();
	return {
		plugins,
		resolve: { conditions: [...conditions, "module", "browser", "development|production"] },
		ssr: { resolve: { conditions: [...conditions, "node", "development|production"] } },
		optimizeDeps: { include: ["nanostores", "axe-core", ...include] },
		server: { host: "127.0.0.1" },
		test: {
			name,
			include: [`packages/${name}/test/**/*.browser.{ts,tsx}`],
			testTimeout: 20_000,
			hookTimeout: 20_000,
			browser: {
				enabled: true,
				headless: true,
				screenshotFailures: false,
				api: { host: "127.0.0.1" },
				provider: playwright({
					launchOptions: {
						executablePath,
						args: [
							"--no-sandbox",
							"--disable-gpu",
							"--disable-background-networking",
							"--disable-component-update",
							"--disable-sync",
						],
					},
				}),
				instances: [{ browser: "chromium" }],
				viewport: { width: 800, height: 900 },
				commands: commands(server),
			},
		},
	};
}

/** Without a browser there is one skipped test in its place, which says so. */
function skipped(name: string): TestProjectInlineConfiguration {
	return {
		test: {
			name,
			include: [here("./no-browser.test.ts")],
			env: { BROWSER_PROJECT: name },
			environment: "node",
		},
	};
}

const systemChromium = () =>
	["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
