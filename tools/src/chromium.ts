import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A Chromium started with these runs as root as well, and talks to nobody by itself. */
export const CHROMIUM_ARGS: readonly string[] = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

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

/** Where this machine has a browser of the kind, the most likely one first. None was started. */
export const systemChromiums = (): string[] => [
	...NAMES.flatMap(onPath),
	...ELSEWHERE.filter(isExecutable),
];

/** Where a command is found. */
export function onPath(name: string): string[] {
	const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
	return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

export function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
