import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** Flags of a command that belong together, or one command, as its `--help` lists them. */
export interface Flags {
	flags: string[];
	text: string;
}

export function readFlags(): { flags: Flags[]; commands: Flags[] } {
	const command = join(ROOT, "packages", "devnet", "bin", "bsky-devnet.mjs");
	const args = ["--conditions=@better-auth-bsky/source", command, "--help"];
	const help = execFileSync(process.execPath, args, { encoding: "utf8" });
	return { flags: flagsIn(help), commands: commandsIn(help) };
}

/** Two spaces or more stand between one flag and the next, and before what they do. */
export const flagsIn = (help: string): Flags[] =>
	rowsIn(help, /^ {2}-/, (parts) => parts.filter((part) => part.startsWith("-")));

/** A command has a line of its own, in front of what it does. */
export const commandsIn = (help: string): Flags[] =>
	rowsIn(help, /^ {2}[a-z]/, (parts) => parts.slice(0, 1));

function rowsIn(help: string, begin: RegExp, named: (parts: string[]) => string[]): Flags[] {
	const found: Flags[] = [];
	let last: Flags | undefined;
	for (const line of help.split("\n")) {
		if (begin.test(line)) {
			const parts = line.trim().split(/ {2,}/);
			const flags = named(parts);
			last = { flags, text: parts.slice(flags.length).join(" ") };
			found.push(last);
		} else if (last && /^ {10,}\S/.test(line)) {
			last.text = `${last.text} ${line.trim()}`.trim();
		} else {
			last = undefined;
		}
	}
	return found;
}
