import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { table as markdownTable } from "@better-auth-bsky/tools/markdown";
import { fillMarks, marksOf } from "@better-auth-bsky/tools/marks";
import { met, type Row } from "./rows.ts";

const README = join(import.meta.dirname, "..", "README.md");

export function table(rows: readonly Row[]): string {
	const lines = rows.map((row) => [
		row.what,
		row.measured,
		row.format(row.value),
		row.bound === null ? "" : row.format(row.bound),
		row.bound === null ? "" : met(row) ? "yes" : "**no**",
	]);
	return markdownTable(["", "measured", "result", "bound", "met"], lines);
}

export function machine(): string {
	const [cpu] = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	return `${cpus().length} × ${cpu?.model.trim()}, ${memory} GB, ${process.platform} ${process.arch}`;
}

/** Puts `text` between the marks in the README. */
export function writeReport(text: string): void {
	const page = readFileSync(README, "utf8");
	if (!marksOf(page).includes("measured")) throw new Error(`${README} has no marks.`);
	writeFileSync(
		README,
		fillMarks(page, (mark) => (mark === "measured" ? text : undefined)),
	);
}
