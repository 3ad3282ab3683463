import { spawnSync } from "node:child_process";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { CHROMIUM_ARGS, systemChromiums } from "./chromium.ts";
import { isExecutable, onPath } from "./executables.ts";
import { systemFirefoxes } from "./firefox.ts";
import {
	CHROMIUM_PACKAGES,
	FIREFOX_PACKAGES,
	installHeadlessShell,
	installWithPackageManager,
	installWithPlaywright,
	isDebian,
	type Packages,
} from "./install.ts";

/** No browser was found, and none could be installed: what a person can do about it. */
export class NoBrowserError extends Error {
	override name = "NoBrowserError";
}

/** A kind of browser: where one may be, and who may have one. */
interface Kind {
	name: string;
	/** What a person can install by hand. */
	orElse: string;
	/** The environment variable with the path of the one to take. */
	variable: string;
	/** Where this machine has one, the best one first. */
	found(): string[];
	/** Who is asked for one, in this order. */
	sources: { name: string; install(): void }[];
}

const CHROMIUM: Kind = {
	name: "Chromium",
	orElse: "Chromium or Chrome",
	variable: "CHROMIUM_PATH",
	found: () => [...systemChromiums(), ...[chromium.executablePath()].filter(isExecutable)],
	sources: [
		{ name: "Playwright", install: installWithPlaywright },
		packageManager(CHROMIUM_PACKAGES),
	],
};

/** A Chromium that has no windows, and a third less to do. */
const HEADLESS_SHELL: Kind = {
	name: "headless Chromium",
	orElse: "chromium-headless-shell",
	variable: "CHROMIUM_PATH",
	found: () => onPath("chromium-headless-shell"),
	sources: isDebian() ? [{ name: "Debian", install: installHeadlessShell }] : [],
};

const FIREFOX: Kind = {
	name: "Firefox",
	orElse: "it",
	variable: "FIREFOX_PATH",
	found: systemFirefoxes,
	// Playwright's own is none that people have.
	sources: [packageManager(FIREFOX_PACKAGES)],
};

/** Milliseconds a browser may take to say its version. */
const START_TIMEOUT = 20_000;

/**
 * A Chromium to run: `CHROMIUM_PATH`, a system one, Playwright's own, or a freshly installed one.
 *
 * @param say is told before something is installed
 * @throws {NoBrowserError}
 */
export const ensureBrowser = (say?: (line: string) => void): string => ensure(CHROMIUM, say);

/**
 * A Chromium for tests: `CHROMIUM_PATH`, Debian's without windows, or else any.
 *
 * @param say is told before something is installed
 * @throws {NoBrowserError}
 */
export function ensureTestBrowser(say?: (line: string) => void): string {
	try {
		return ensure(HEADLESS_SHELL, say);
	} catch (error) {
		if (!(error instanceof NoBrowserError)) throw error;
		return ensureBrowser(say);
	}
}

/**
 * A Firefox to run: `FIREFOX_PATH`, a system one, or a freshly installed one.
 *
 * @param say is told before something is installed
 * @throws {NoBrowserError}
 */
export const ensureFirefox = (say?: (line: string) => void): string => ensure(FIREFOX, say);

/** A headless Chromium that talks to nobody by itself. */
export function launchBrowser(executablePath: string, options?: LaunchOptions): Promise<Browser> {
	return chromium.launch({
		...options,
		executablePath,
		args: [...CHROMIUM_ARGS, ...(options?.args ?? [])],
	});
}

function ensure(kind: Kind, say: (line: string) => void = () => {}): string {
	const { name, orElse, variable, sources } = kind;
	const chosen = process.env[variable];
	if (chosen) {
		if (starts(chosen)) return chosen;
		throw new NoBrowserError(`${variable} is "${chosen}", and no browser starts from there.`);
	}
	const find = () => kind.found().find(starts);
	const found = find();
	if (found) return found;
	for (const source of sources) {
		say(`No ${name} found: asking ${source.name} for one.`);
		source.install();
		const installed = find();
		if (installed) return installed;
	}
	throw new NoBrowserError(
		`A ${name} is needed and could not be installed: install ${orElse}, or set ${variable} to one.`,
	);
}

function packageManager(packages: Packages) {
	return {
		name: "the system's package manager",
		install: () => installWithPackageManager(packages),
	};
}

/** Also tells whether the system libraries it needs are there. Windows has no such switch. */
function starts(path: string): boolean {
	if (process.platform === "win32") return isExecutable(path);
	const options = { stdio: "ignore", timeout: START_TIMEOUT, killSignal: "SIGKILL" } as const;
	return spawnSync(path, ["--version"], options).status === 0;
}
