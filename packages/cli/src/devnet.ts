import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import type { End } from "./main.ts";
import { CannotRun, exitCodes } from "./outcome.ts";
import { version } from "./version.ts";

const PACKAGE = "@better-auth-bsky/devnet";

export const devnetCommand = (end: End): Command =>
	new Command("devnet")
		.description(
			"A whole AT Protocol network on this machine: `devnet --help` lists what it can do.",
		)
		.argument("[args...]")
		.helpOption(false)
		.allowUnknownOption()
		.passThroughOptions()
		.action(async (args: string[]) => end(await devnet(args)));

/** Runs the app's own `bsky-devnet`, or the one of this version, which npx fetches. */
async function devnet(args: readonly string[]): Promise<number> {
	const own = installed();
	const [command, ...before] = own
		? [process.execPath, "--input-type=module", "--eval", run(own), "--"]
		: ["npx", "--yes", "--package", `${PACKAGE}@${version()}`, "bsky-devnet"];
	const child = spawn(command, [...before, ...args], { stdio: "inherit" });
	// Ctrl+C goes to both: this one waits until the network has stopped.
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
	try {
		const [code]: unknown[] = await once(child, "exit");
		return typeof code === "number" ? code : exitCodes.findings;
	} catch (error) {
		throw new CannotRun(`${command} can't be started: ${String(Object(error).message)}`);
	}
}

function installed(): string | null {
	try {
		const require = createRequire(resolve("package.json"));
		return pathToFileURL(require.resolve(`${PACKAGE}/cli`)).href;
	} catch {
		return null;
	}
}

const run = (url: string) =>
	`const { main } = await import(${JSON.stringify(url)}); process.exitCode = await main(process.argv.slice(1));`;
