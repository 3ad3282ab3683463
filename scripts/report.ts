import { readFileSync } from "node:fs";

/** How many tests went which way. */
export interface Result {
	passed: number;
	failed: number;
	skipped: number;
}

/** The part of Vitest's JSON report that counts. */
interface Report {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** Reads Vitest's JSON report. A file that fails without a failing test in it counts as one. */
export function readResult(path: string): Result {
	let report: Report;
	try {
		report = JSON.parse(readFileSync(path, "utf8"));
	} catch {
		return { passed: 0, failed: 1, skipped: 0 };
	}
	const brokenFiles = report.testResults.filter(
		({ status, assertionResults }) =>
			status === "failed" && !assertionResults.some((one) => one.status === "failed"),
	);
	return {
		passed: report.numPassedTests,
		failed: report.numFailedTests + brokenFiles.length,
		skipped: report.numPendingTests + report.numTodoTests,
	};
}
