import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureFirefox, ensureTestBrowser, NoBrowserError } from "@better-auth-bsky/tools/browser";
import { build, inTerminal } from "@better-auth-bsky/tools/workspace";
import { readResult } from "./report.ts";
import { writeTried } from "./tried.ts";

/**
 * `npm test`: builds, runs every test once, and ends with `N passed, N failed`. With `--long`, the
 * storms, faults and random lives of a session go on for more than an hour, the examples do in
 * development all that they do in production, and Firefox has a look at the components, too.
 *
 * A whole run also writes the tables of docs/ that say what was tried. With `TRIED=check` in the
 * environment it writes nothing, and fails where one is stale.
 */

const LONG = {
	STORM_ROUNDS: "20",
	FAULT_ROUNDS: "1",
	RACE_ROUNDS: "20",
	ENDING_RUNS: "100",
	LIFE_RUNS: "200",
	HABITS_AT_LENGTH: "1",
	EXAMPLES_AT_LENGTH: "1",
	TRIED_AT_LENGTH: "1",
	FIREFOX_AT_LENGTH: "1",
};
const args = process.argv.slice(2).filter((arg) => arg !== "--long");
const isLong = process.argv.includes("--long");

const browser = orNone(ensureTestBrowser);
const firefox = isLong ? orNone(ensureFirefox) : undefined;
build();

const folder = mkdtempSync(join(tmpdir(), "bsky-test-"));
const report = join(folder, "report.json");
const status = inTerminal(
	"vitest",
	[
		"run",
		"--silent=passed-only",
		"--reporter=default",
		"--reporter=json",
		`--outputFile.json=${report}`,
		...args,
	],
	{
		...process.env,
		...(isLong && LONG),
		...(browser ? { CHROMIUM_PATH: browser } : { NO_BROWSER: "1" }),
		...(firefox ? { FIREFOX_PATH: firefox } : { NO_FIREFOX: "1" }),
	},
);
const result = readResult(report);
if (args.length === 0 && result.failed === 0) {
	const isCheck = process.env.TRIED === "check";
	const pages = writeTried(report, isCheck);
	for (const page of pages)
		console.log(
			isCheck ? `docs/${page} is stale. \`npm test\` writes it anew.` : `Wrote docs/${page}`,
		);
	if (isCheck) result.failed += pages.length;
}
rmSync(folder, { recursive: true, force: true });
// Something outside the tests went wrong: it counts, so that no run looks better than it was.
if (status !== 0 && result.failed === 0) result.failed = 1;
const { passed, failed, skipped } = result;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;

/** A browser; where there is none, the tests that need it are skipped. */
function orNone(ensure: typeof ensureTestBrowser): string | undefined {
	try {
		return ensure(console.log);
	} catch (error) {
		if (!(error instanceof NoBrowserError)) throw error;
		console.error(`${error.message}\nThe tests that need it are skipped.`);
		return undefined;
	}
}
