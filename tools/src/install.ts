import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { onPath } from "./executables.ts";

/** Milliseconds until an attempt is given up, where the network is slow or closed. */
const TIMEOUT = { download: 120_000, packageLists: 60_000, packages: 300_000 };

/** Debian's. Chromium doesn't bring one. */
const EMOJI_FONT = "fonts-noto-color-emoji";

export function installWithPlaywright(): void {
	const { resolve } = createRequire(import.meta.url);
	const cli = join(dirname(resolve("playwright-core/package.json")), "cli.js");
	attempt([process.execPath, cli, "install", "chromium"], TIMEOUT.download);
}

/** What a browser is called by each package manager. */
export interface Packages {
	apt: string[];
	dnf: string[];
	apk: string[];
}

export const CHROMIUM_PACKAGES: Packages = {
	apt: ["chromium", EMOJI_FONT],
	dnf: ["chromium"],
	apk: ["chromium"],
};

export const FIREFOX_PACKAGES: Packages = {
	apt: ["firefox-esr"],
	dnf: ["firefox"],
	apk: ["firefox"],
};

export function installWithPackageManager({ apt, dnf, apk }: Packages): void {
	if (onPath("apt-get").length > 0) {
		installDebian(...apt);
	} else if (onPath("dnf").length > 0) {
		attempt([...asRoot, "dnf", "install", "-y", ...dnf], TIMEOUT.packages);
	} else if (onPath("apk").length > 0) {
		attempt([...asRoot, "apk", "add", ...apk], TIMEOUT.packages);
	}
}

/** Ubuntu has apt-get as well, and no such package. */
export const isDebian = (): boolean =>
	existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));

/** Chromium without windows. */
export const installHeadlessShell = (): void =>
	installDebian("chromium-headless-shell", EMOJI_FONT);

/** Tries to have emojis on pictures, where Linux knows none; without, they are empty boxes. */
export function ensureEmojiFont(say: (line: string) => void = () => {}): void {
	if (onPath("fc-list").length === 0 || onPath("apt-get").length === 0) return;
	const { stdout } = spawnSync("fc-list", [":lang=und-zsye"], { encoding: "utf8" });
	if (stdout.trim()) return;
	say("No emoji font found: asking the system's package manager.");
	installDebian(EMOJI_FONT);
}

const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];

function installDebian(...packages: string[]): void {
	const apt = [...asRoot, "apt-get", "-o", "Acquire::http::Timeout=15"];
	attempt([...apt, "update"], TIMEOUT.packageLists);
	attempt([...apt, "install", "-y", "--no-install-recommends", ...packages], TIMEOUT.packages);
}

/** Whether it worked is seen by looking for what it was to install. */
function attempt([command = "", ...args]: string[], timeout: number): void {
	spawnSync(command, args, {
		stdio: "ignore",
		timeout,
		killSignal: "SIGKILL",
		env: {
			...process.env,
			DEBIAN_FRONTEND: "noninteractive",
			PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "10000",
		},
	});
}
