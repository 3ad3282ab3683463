import { spawnSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	readFileSync,
	realpathSync,
	renameSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { parseEnv } from "node:util";

/** An env file that may hold secrets: whatever else is in it stays as it is, to the letter. */
export class EnvFile {
	readonly path: string;
	#text: string;

	constructor(path: string, text: string) {
		this.path = path;
		this.#text = text;
	}

	/** A file that isn't there yet is an empty one. */
	static read(path: string): EnvFile {
		return new EnvFile(path, existsSync(path) ? readFileSync(path, "utf8") : "");
	}

	get text(): string {
		return this.#text;
	}

	/** What a loader reads; an empty value is none. */
	get(name: string): string | undefined {
		return parseEnv(this.#text)[name]?.trim() || undefined;
	}

	/** Fills the line in where it stands empty, or adds one. The value has to be one plain word. */
	set(name: string, value: string): this {
		const empty = new RegExp(
			`^(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:""|'')?[ \\t]*(?:#.*)?$`,
			"m",
		);
		const line = `${name}=${value}`;
		const text = this.#text.replace(/(?<=[^\n])$/, "\n");
		this.#text = empty.test(text) ? text.replace(empty, () => line) : `${text}${line}\n`;
		return this;
	}

	/** Whole or not at all, and for nobody's eyes but the owner's from its first byte on. */
	write(): void {
		const path = existsSync(this.path) ? realpathSync(this.path) : this.path;
		const unfinished = `${path}.${process.pid}`;
		writeFileSync(unfinished, this.#text, { mode: 0o600, flag: "wx" });
		chmodSync(unfinished, 0o600);
		renameSync(unfinished, path);
	}
}

/** Whether git leaves a file alone; also where there is no git. */
export function isIgnored(path: string): boolean {
	const git = (...args: string[]) =>
		spawnSync("git", args, { cwd: dirname(path), stdio: "ignore" }).status;
	return (
		git("rev-parse", "--is-inside-work-tree") !== 0 ||
		git("check-ignore", "-q", basename(path)) === 0
	);
}
