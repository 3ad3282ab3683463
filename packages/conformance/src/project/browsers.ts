import { CHROMIUM_ARGS, systemChromiums } from "@better-auth-bsky/tools/chromium";
import { FIREFOX_CHANNEL, systemFirefoxes } from "@better-auth-bsky/tools/firefox";
import type { LaunchOptions } from "playwright";

/** How a project's browser starts, and why it doesn't. */
interface Start {
	missing: string | undefined;
	launchOptions: LaunchOptions;
}

/** The browsers that the components are tested in. */
export const BROWSERS = {
	chromium: (): Start => ({
		missing: process.env.NO_BROWSER && "no Chromium could be had, as NO_BROWSER says",
		launchOptions: {
			...at(process.env.CHROMIUM_PATH ?? systemChromiums()[0]),
			args: [...CHROMIUM_ARGS],
		},
	}),
	firefox: (): Start => ({
		missing: process.env.FIREFOX_AT_LENGTH
			? process.env.NO_FIREFOX && "no Firefox could be had, as NO_FIREFOX says"
			: "only with --long",
		launchOptions: {
			...at(process.env.FIREFOX_PATH ?? systemFirefoxes()[0]),
			channel: FIREFOX_CHANNEL,
		},
	}),
};

const at = (executablePath: string | undefined) => ({ ...(executablePath && { executablePath }) });
