import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** Flags of a command that belong together, as its `--help` lists them. */
export interface Flags {
	flags: string[];
	text: string;
}

export function readFlags(): Flags[] {
	const command = join(ROOT, "packages", "devnet", "bin", "bsky-devnet.mjs");
	const args = ["--conditions=@better-auth-bsky/source", command, "--help"];
	return flagsIn(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

/** Two spaces or more stand between one flag and the next, and before what they do. */
export function flagsIn(help: string): Flags[] {
	const found: Flags[] = [];
	for (const line of help.split("\n")) {
		const parts = line.trim().split(/ {2,}/);
		const last = found.at(-1);
		if (/^ {2}-/.test(line)) {
			const flags = parts.filter((part) => part.startsWith("-"));
			found.push({ flags, text: parts.slice(flags.length).join(" ") });
		} else if (last && /^ {10,}\S/.test(line)) {
			last.text = `${last.text} ${line.trim()}`.trim();
		}
	}
	return found;
}
