import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

/** No browser was found, and none could be installed: what a person can do about it. */
export class NoBrowserError extends Error {
	override name = "NoBrowserError";
}

/** Milliseconds an attempt to install a browser may take, where the network is slow or closed. */
const DOWNLOAD_TIMEOUT = 120_000;
const PACKAGES_TIMEOUT = 300_000;

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
		if (isExecutable(chosen)) return chosen;
		throw new NoBrowserError(`CHROMIUM_PATH is "${chosen}", and no program is there.`);
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
		args: [
			// Chromium refuses its sandbox to root.
			...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
			"--disable-gpu",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			...(options?.args ?? []),
		],
	});
}

function systemBrowser(): string | undefined {
	const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
	const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
	return [...onPath, ...ELSEWHERE].find(isExecutable);
}

function playwrightBrowser(): string | undefined {
	const path = chromium.executablePath();
	return path && isExecutable(path) ? path : undefined;
}

function isExecutable(path: string): boolean {
	if (!existsSync(path)) return false;
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

function installWithPlaywright(): void {
	const cli = createRequire(import.meta.url).resolve("playwright-core/cli.js");
	attempt([process.execPath, cli, "install", "chromium"], DOWNLOAD_TIMEOUT);
}

function installWithPackageManager(): void {
	const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
	const managers = [
		["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
		["dnf", "install", "-y", "chromium"],
		["apk", "add", "chromium"],
	];
	for (const [manager = "", ...args] of managers) {
		if (!onPath(manager)) continue;
		if (manager === "apt-get") attempt([...asRoot, manager, "update"], PACKAGES_TIMEOUT);
		attempt([...asRoot, manager, ...args], PACKAGES_TIMEOUT);
		return;
	}
}

function attempt([command = "", ...args]: string[], timeout: number): void {
	spawnSync(command, args, {
		stdio: "ignore",
		timeout,
		killSignal: "SIGKILL",
		env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
	});
}

function onPath(command: string): boolean {
	try {
		execFileSync("which", [command], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}
