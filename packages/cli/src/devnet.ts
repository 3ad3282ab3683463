import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
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

async function devnet(args: readonly string[]): Promise<number> {
	const child = start(args, "inherit");
	// Ctrl+C goes to both: this one waits until the network has stopped.
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
	return codeOf(child);
}

/** An origin that a local network has published. */
export interface Published {
	origin: string;
	/** Where TLS is answered for it, on 127.0.0.1. */
	tlsPort: number;
	/** PEM. */
	certificate: string;
}

/**
 * What the network that runs on this machine has published.
 *
 * @throws {CannotRun} where none runs, or more than one
 */
export async function publishedOrigins(): Promise<Published[]> {
	const child = start(["status", "--json"], "pipe");
	const [said, code] = await Promise.all([child.stdout ? text(child.stdout) : "", codeOf(child)]);
	// It has said why.
	if (code !== 0) throw new CannotRun("So nobody knows what the local network has published.");
	const { published = [] }: { published?: Published[] } = JSON.parse(said);
	return published;
}

/** The app's own `bsky-devnet`, or the one of this version, which npx fetches. */
function start(args: readonly string[], stdout: "inherit" | "pipe"): ChildProcess {
	const own = installed();
	const [command, ...before] = own
		? [process.execPath, "--input-type=module", "--eval", run(own), "--"]
		: ["npx", "--yes", "--package", `${PACKAGE}@${version()}`, "bsky-devnet"];
	return spawn(command, [...before, ...args], { stdio: ["inherit", stdout, "inherit"] });
}

async function codeOf(child: ChildProcess): Promise<number> {
	try {
		const [code]: unknown[] = await once(child, "close");
		return typeof code === "number" ? code : exitCodes.findings;
	} catch (error) {
		throw new CannotRun(`bsky-devnet can't be started: ${String(Object(error).message)}`);
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
