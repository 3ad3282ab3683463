import { spawnSync } from "node:child_process";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { CHROMIUM_ARGS, isExecutable, systemChromiums } from "./chromium.ts";
import { installWithPackageManager, installWithPlaywright } from "./install.ts";

/** No browser was found, and none could be installed: what a person can do about it. */
export class NoBrowserError extends Error {
	override name = "NoBrowserError";
}

/** Milliseconds a browser may take to say its version. */
const START_TIMEOUT = 20_000;

/**
 * A Chromium to run: `CHROMIUM_PATH`, a system one, Playwright's own, or a freshly installed one.
 *
 * @param say is told before something is installed
 * @throws {NoBrowserError}
 */
export function ensureBrowser(say: (line: string) => void = () => {}): string {
	const chosen = process.env.CHROMIUM_PATH;
	if (chosen) {
		if (starts(chosen)) return chosen;
		throw new NoBrowserError(`CHROMIUM_PATH is "${chosen}", and no browser starts from there.`);
	}
	const found = systemBrowser() ?? playwrightBrowser();
	if (found) return found;
	say("No Chromium found: asking Playwright for one.");
	installWithPlaywright();
	const installed = playwrightBrowser();
	if (installed) return installed;
	say("That didn't work: asking the system's package manager.");
	installWithPackageManager();
	const fromPackages = systemBrowser();
	if (fromPackages) return fromPackages;
	throw new NoBrowserError(
		"A Chromium is needed and could not be installed: install Chromium or Chrome, or set CHROMIUM_PATH to one.",
	);
}

/** A headless browser that talks to nobody by itself. */
export function launchBrowser(executablePath: string, options?: LaunchOptions): Promise<Browser> {
	return chromium.launch({
		...options,
		executablePath,
		args: [...CHROMIUM_ARGS, ...(options?.args ?? [])],
	});
}

const systemBrowser = (): string | undefined => systemChromiums().find(starts);

const playwrightBrowser = (): string | undefined =>
	[chromium.executablePath()].filter(isExecutable).find(starts);

/** Also tells whether the system libraries it needs are there. Windows has no such switch. */
function starts(path: string): boolean {
	if (process.platform === "win32") return isExecutable(path);
	const options = { stdio: "ignore", timeout: START_TIMEOUT, killSignal: "SIGKILL" } as const;
	return spawnSync(path, ["--version"], options).status === 0;
}
