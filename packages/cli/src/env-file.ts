import { isUtf8 } from "node:buffer";
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
import { CannotRun, messageOf } from "./outcome.ts";

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
		const bytes = bytesOf(path);
		if (!isUtf8(bytes))
			throw new CannotRun(`${path} is no UTF-8, as loaders read it: save it as that first.`);
		return new EnvFile(path, bytes.toString());
	}

	get text(): string {
		return this.#text;
	}

	/** What a loader reads; an empty value is none. */
	get(name: string): string | undefined {
		return parsed(this.#text)[name]?.trim() || undefined;
	}

	/** Fills the line in where it stands empty, or adds one. The value has to be one plain word. */
	set(name: string, value: string): this {
		if (this.#put(name, "", value)) return this;
		this.#text = `${this.#text.replace(/(?<=[^\n])$/, "\n")}${name}=${value}\n`;
		return this;
	}

	/**
	 * The same over a value that is there.
	 *
	 * @throws {CannotRun} where that goes over several lines
	 */
	replace(name: string, value: string): this {
		const before = this.get(name);
		if (before === undefined) return this.set(name, value);
		if (this.#put(name, before, value)) return this;
		throw new CannotRun(
			`${name} goes over several lines in ${this.path}, which only a person should edit: put ${name}=… there, and leave the other lines out.`,
		);
	}

	/** Whether there is a line with that value, the last of which counts. */
	#put(name: string, before: string, value: string): boolean {
		const lines = this.#text.split("\n");
		const at = lines.findLastIndex(
			(line) => parsed(line.replace(EXPORT, ""))[name]?.trim() === before,
		);
		const line = lines[at];
		if (line === undefined) return false;
		lines[at] = `${EXPORT.exec(line)?.[0] ?? ""}${name}=${value}`;
		if (at === lines.length - 1) lines.push("");
		this.#text = lines.join("\n");
		return true;
	}

	/** Whole or not at all, and for nobody's eyes but the owner's from its first byte on. */
	write(): void {
		const path = existsSync(this.path) ? realpathSync(this.path) : this.path;
		if (!existsSync(dirname(path))) throw new CannotRun(`${dirname(path)} isn't there.`);
		const unfinished = `${path}.${process.pid}`;
		writeFileSync(unfinished, this.#text, { mode: 0o600, flag: "wx" });
		chmodSync(unfinished, 0o600);
		renameSync(unfinished, path);
	}
}

function bytesOf(path: string): Buffer {
	try {
		return readFileSync(path);
	} catch (error) {
		if (Object(error).code === "ENOENT") return Buffer.alloc(0);
		throw new CannotRun(
			`${path} can't be read: ${messageOf(error)}. Name a file, as --write .env, that is yours to read.`,
		);
	}
}

/** What stays in front of a name. */
const EXPORT = /^(?:\uFEFF|\s*export\s+)/;

/**
 * As most loaders have it, who pass over a byte order mark. Of `export NAME=` with nothing behind it
 * Node 24 makes a variable "export NAME".
 */
export const parsed = (text: string) =>
	parseEnv(text.replace(/^\uFEFF/, "").replace(/^[ \t]*export[ \t]+(?=\w+[ \t]*=)/gm, ""));

/** Whether git leaves a file alone; also where there is no git. */
export function isIgnored(path: string): boolean {
	const git = (...args: string[]) =>
		spawnSync("git", args, { cwd: dirname(path), stdio: "ignore" }).status;
	return (
		git("rev-parse", "--is-inside-work-tree") !== 0 ||
		git("check-ignore", "-q", basename(path)) === 0
	);
}
