import { inProgramFiles, isExecutable, onPath } from "./executables.ts";

/**
 * What Playwright calls a Firefox as people have it, which it drives by WebDriver BiDi. Without a
 * channel it asks for a Firefox of its own making.
 */
export const FIREFOX_CHANNEL = "moz-firefox";

const ELSEWHERE = [
	"/Applications/Firefox.app/Contents/MacOS/firefox",
	...inProgramFiles("Mozilla Firefox", "firefox.exe"),
];

/** Where this machine has a Firefox, the most likely one first. None was started. */
export const systemFirefoxes = (): string[] => [
	...["firefox", "firefox-esr"].flatMap(onPath),
	...ELSEWHERE.filter(isExecutable),
];
