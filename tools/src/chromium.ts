import { inProgramFiles, isExecutable, onPath } from "./executables.ts";

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
	...inProgramFiles("Google", "Chrome", "Application", "chrome.exe"),
	...inProgramFiles("Microsoft", "Edge", "Application", "msedge.exe"),
];

/** Where this machine has a browser of the kind, the most likely one first. None was started. */
export const systemChromiums = (): string[] => [
	...NAMES.flatMap(onPath),
	...ELSEWHERE.filter(isExecutable),
];
