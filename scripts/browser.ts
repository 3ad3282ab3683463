import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

/** No browser was found, and none could be installed: what a person can do about it. */
export class NoBrowserError extends Error {
	override name = "NoBrowserError";
}

/** Milliseconds until an attempt is given up, where the network is slow or closed. */
const TIMEOUT = { start: 20_000, download: 120_000, packageLists: 60_000, packages: 300_000 };

const NAMES = [
	"chromium",
	"chromium-browser",
	"google-chrome-stable",
	"google-chrome",
	"microsoft-edge",
];

const ELSEWHERE = [
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
	...["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => {
		const folder = process.env[name];
		if (!folder) return [];
		return [
			join(folder, "Google", "Chrome", "Application", "chrome.exe"),
			join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
		];
	}),
];

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

/** Debian's. Chromium doesn't bring one. */
const EMOJI_FONT = "fonts-noto-color-emoji";

/** Tries to have emojis on pictures, where Linux knows none; without, they are empty boxes. */
export function ensureEmojiFont(say: (line: string) => void = () => {}): void {
	if (onPath("fc-list").length === 0 || onPath("apt-get").length === 0) return;
	const { stdout } = spawnSync("fc-list", [":lang=und-zsye"], { encoding: "utf8" });
	if (stdout.trim()) return;
	say("No emoji font found: asking the system's package manager.");
	installDebian(EMOJI_FONT);
}

/** A headless browser that talks to nobody by itself. */
export function launchBrowser(executablePath: string, options?: LaunchOptions): Promise<Browser> {
	return chromium.launch({
		...options,
		executablePath,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			...(options?.args ?? []),
		],
	});
}

function systemBrowser(): string | undefined {
	return [...NAMES.flatMap(onPath), ...ELSEWHERE.filter(isExecutable)].find(starts);
}

function playwrightBrowser(): string | undefined {
	return [chromium.executablePath()].filter(isExecutable).find(starts);
}

function onPath(name: string): string[] {
	const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
	return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Also tells whether the system libraries it needs are there. Windows has no such switch. */
const starts = (path: string): boolean =>
	process.platform === "win32" ? isExecutable(path) : attempt([path, "--version"], TIMEOUT.start);

function installWithPlaywright(): void {
	const { resolve } = createRequire(import.meta.url);
	const cli = join(dirname(resolve("playwright-core/package.json")), "cli.js");
	attempt([process.execPath, cli, "install", "chromium"], TIMEOUT.download);
}

const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];

function installDebian(...packages: string[]): void {
	const apt = [...asRoot, "apt-get", "-o", "Acquire::http::Timeout=15"];
	attempt([...apt, "update"], TIMEOUT.packageLists);
	attempt([...apt, "install", "-y", "--no-install-recommends", ...packages], TIMEOUT.packages);
}

function installWithPackageManager(): void {
	if (onPath("apt-get").length > 0) {
		installDebian("chromium", EMOJI_FONT);
	} else if (onPath("dnf").length > 0) {
		attempt([...asRoot, "dnf", "install", "-y", "chromium"], TIMEOUT.packages);
	} else if (onPath("apk").length > 0) {
		attempt([...asRoot, "apk", "add", "chromium"], TIMEOUT.packages);
	}
}

function attempt([command = "", ...args]: string[], timeout: number): boolean {
	const { status } = spawnSync(command, args, {
		stdio: "ignore",
		timeout,
		killSignal: "SIGKILL",
		env: {
			...process.env,
			DEBIAN_FRONTEND: "noninteractive",
			PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "10000",
		},
	});
	return status === 0;
}
