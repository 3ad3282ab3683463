import type { TestProjectInlineConfiguration } from "vitest/config";

/** Makes Vite's plugins that compile the framework's components. */
export type Plugins = () => NonNullable<TestProjectInlineConfiguration["plugins"]>;

export interface BrowserProjectOptions {
	/** What the framework is called: `"react"`. Its tests are `packages/NAME/test/*.browser.{ts,tsx}`. */
	name: string;
	/** Where its tests run: the project is then called after it, too. @default a Chromium */
	browser?: "firefox" | undefined;
	/** Other files than those, in `packages/NAME`. */
	tests?: string[] | undefined;
	/** Packages of another version, the one that this package depends on: the project's name says which. */
	other?: { name: string; packages: string[] } | undefined;
	/**
	 * Whether another one's looks are enough: a view says what a component looks like to every framework,
	 * and a browser that measures each state takes minutes for each of them.
	 */
	sharesLooks?: boolean;
	plugins?: Plugins;
	/** Packages that the page loads: found in advance, so that no reload interrupts a test. */
	include?: string[];
	/** The module that renders in Node (`ServerModule`), in `packages/NAME`. */
	server: string;
}

// Workspace packages are tested from their sources, never from a build that may be stale.
export const conditions = ["@better-auth-bsky/source", "module", "node", "development|production"];
