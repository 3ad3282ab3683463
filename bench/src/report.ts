import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { met, type Row } from "./rows.ts";

const README = join(import.meta.dirname, "..", "README.md");
const BEGIN = "<!-- measured: begin; written by `npm run bench` -->";
const END = "<!-- measured: end -->";

export function table(rows: readonly Row[]): string {
	const lines = rows.map((row) => [
		row.what,
		row.measured,
		row.format(row.value),
		row.format(row.bound),
		met(row) ? "yes" : "**no**",
	]);
	const head = ["", "measured", "result", "bound", "met"];
	return [head, head.map(() => "---"), ...lines]
		.map((cells) => `| ${cells.join(" | ")} |`)
		.join("\n");
}

export function machine(): string {
	const [cpu] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	return `${cpus().length} × ${cpu?.model.trim()}, ${memory} GB, ${process.platform} ${process.arch}`;
}

/** Puts `text` between the marks in the README. */
export function writeReport(text: string): void {
	const [before, rest] = readFileSync(README, "utf8").split(BEGIN);
	const [, after] = rest?.split(END) ?? [];
	if (before === undefined || after === undefined) throw new Error(`${README} has no marks.`);
	writeFileSync(README, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}
