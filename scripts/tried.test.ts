import { describe, expect, test } from "vitest";
import { withTried } from "./tried.ts";

type Report = Parameters<typeof withTried>[1];

const ran = (name: string, status = "passed", more: object = {}) => ({
	status,
	meta: { tried: { table: "plugins", name, outcome: "works", words: "a | b", ...more } },
});
const report = (...files: [string, object[]][]) =>
	({
		testResults: files.map(([name, assertionResults]) => ({ name, assertionResults })),
	}) as Report;

const page = (...rows: string[]) =>
	[
		"# Plugins",
		"",
		"<!-- tried-plugins: begin; written by `npm test` -->",
		"",
		"| What | Outcome | To know |",
		"| --- | --- | --- |",
		...rows,
		"",
		"<!-- tried-plugins: end -->",
		"",
	].join("\n");

test("rows become a table by what their tests carry, in the order of files and tests", () => {
	const found = report(
		[
			"/b.test.ts",
			[ran("`jwt`"), { status: "passed" }, ran("Node", "passed", { table: "runtimes" })],
		],
		["/a.test.ts", [ran("`admin`")]],
	);
	const wanted = page("| `admin` | works | a \\| b |", "| `jwt` | works | a \\| b |");
	expect(withTried(page("| old | works | |"), found)).toBe(wanted);
	expect(withTried(wanted, found)).toBe(wanted);
});

describe("a row whose test was skipped", () => {
	const row = "| `jwt` | works | a \\| b |";

	test("stays as it is", () => {
		expect(withTried(page(row), report(["/a", [ran("`jwt`", "skipped")]]))).toBe(page(row));
	});

	test.each([
		["is new", page()],
		["said that something else works", page(row.replace("a", "c"))],
		["said something else of it", page(row.replace("works", "refused"))],
		["was not run before", page(row.replace("works", "not run"))],
	])("is not run where it %s", (_, before) => {
		const after = withTried(before, report(["/a", [ran("`jwt`", "skipped")]]));
		expect(after).toBe(page(row.replace("works", "not run")));
	});
});

test("a row whose test is gone goes, and so does a whole table", () => {
	const before = page("| `jwt` | works | a \\| b |");
	expect(withTried(before, report())).not.toContain("jwt");
});

test("what other scripts write stays", () => {
	const other = "<!-- sizes: begin -->12<!-- sizes: end -->";
	expect(withTried(other, report())).toBe(other);
});
