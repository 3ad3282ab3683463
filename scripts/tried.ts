import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cell, table } from "@better-auth-bsky/tools/markdown";
import { fillMarks } from "@better-auth-bsky/tools/marks";
import type { Tried } from "@better-auth-bsky/tools/tried";
import { ROOT } from "@better-auth-bsky/tools/workspace";

/** The part of Vitest's JSON report that says what was tried. */
interface Report {
	testResults: {
		name: string;
		assertionResults: { status: string; meta?: { tried?: Tried } }[];
	}[];
}

const FOLDER = join(ROOT, "docs");

/**
 * Writes the tables of docs/ that come from tests, between their marks, from the report of a whole
 * run in which nothing failed.
 *
 * @param isCheck writes nothing
 * @returns the pages that differ from what was run
 */
export function writeTried(path: string, isCheck: boolean): string[] {
	const report: Report = JSON.parse(readFileSync(path, "utf8"));
	return readdirSync(FOLDER).filter((name) => {
		if (!name.endsWith(".md")) return false;
		const page = readFileSync(join(FOLDER, name), "utf8");
		const wanted = withTried(page, report);
		if (!isCheck && page !== wanted) writeFileSync(join(FOLDER, name), wanted);
		return page !== wanted;
	});
}

/**
 * A page with the tables of a report, in the order of files and tests. A test that was skipped, such as
 * one for `--long`, says nothing: its row stays where the page has it to the letter, and is "not run"
 * where it is new or says something else. A table that no test has rows for is emptied.
 */
export function withTried(page: string, { testResults }: Report): string {
	const rows = testResults
		.toSorted((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap(({ assertionResults }) =>
			assertionResults.flatMap(({ meta, status }) => {
				if (!meta?.tried) return [];
				const isKnown = status === "passed" || page.includes(`\n${lineOf(meta.tried)}\n`);
				return isKnown ? meta.tried : { ...meta.tried, outcome: "not run" as const };
			}),
		);
	const tables = Map.groupBy(rows, (row) => `tried-${row.table}`);
	return fillMarks(page, (mark) =>
		mark.startsWith("tried-") ? table(HEAD, (tables.get(mark) ?? []).map(cells)) : undefined,
	);
}

const HEAD = ["What", "Outcome", "To know"];
const cells = ({ name, outcome, words }: Tried) => [cell(name), outcome, cell(words)];
const lineOf = (row: Tried) => `| ${cells(row).filter(Boolean).join(" | ")} |`;
