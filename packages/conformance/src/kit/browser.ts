import { onTestFinished, type TestContext } from "vitest";
import { commands, server } from "vitest/browser";

/** What a person may have told their system. */
export interface Preferences {
	colorScheme?: "dark" | "light";
	forcedColors?: "active";
	reducedMotion?: "reduce" | "no-preference";
	/** What the page is for, where it isn't a screen. */
	media?: "print";
}

declare module "vitest/browser" {
	interface BrowserCommands {
		prefer(preferences: Preferences): Promise<void>;
	}
}

/** Tells the browser what the person prefers, until the end of the test. */
export async function prefer(preferences: Preferences): Promise<void> {
	onTestFinished(() => commands.prefer({}));
	await commands.prefer(preferences);
}

/**
 * Skips a test of something that Chromium alone can be made to do.
 *
 * @param what WebDriver BiDi, by which Firefox is driven, has no command for
 */
export function onlyInChromium({ skip }: Pick<TestContext, "skip">, what: string): void {
	skip(server.browser === "firefox", `WebDriver BiDi has no command for ${what}`);
}
