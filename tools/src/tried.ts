import { type TestFunction, test } from "vitest";

/** The tables in docs/ that say what was tried. */
export type TriedTable =
	| "runtimes"
	| "databases"
	| "hosts"
	| "plugins"
	| "mistakes"
	| "combinations";

/** A row of such a table. The test that bears it out carries it, so none outlives its test. */
export interface Tried {
	table: TriedTable;
	/** What was tried, in a few words: the test's name, too. */
	name: string;
	outcome: "works" | "refused" | "not run";
	/** What to know about it, as Markdown on one line; empty in all rows of a table, or in none. */
	words: string;
}

declare module "vitest" {
	interface TaskMeta {
		tried?: Tried;
	}
}

/** Whether tests run that are too long for `npm test`: with `npm test -- --long`. */
export const AT_LENGTH = Boolean(process.env.TRIED_AT_LENGTH);

/** A row may be a whole life, on several databases. */
const TIMEOUT = AT_LENGTH ? 300_000 : 120_000;

/**
 * The rows of one table, each a test.
 *
 * @example
 * const { works, refused, notRun } = triedIn("plugins");
 * works("`admin`", "A ban ends the stored session.", async () => { … });
 * notRun("MongoDB's server", "No server can be had without internet.");
 */
export function triedIn(table: TriedTable) {
	const row =
		(outcome: Tried["outcome"]) =>
		(name: string, words: string, body: TestFunction, { atLength = false } = {}) =>
			test.skipIf(atLength && !AT_LENGTH)(
				name,
				{
					meta: { tried: { table, name, outcome, words } },
					timeout: TIMEOUT,
				},
				body,
			);
	return {
		/** The test shows that it works. `atLength`: with `npm test -- --long` only. */
		works: row("works"),
		/** The test shows that it is refused in words that help. */
		refused: row("refused"),
		/** Nothing was tried, and this is why. It counts as skipped. */
		notRun: (name: string, why: string) =>
			test.skip(`${name}: ${why}`, {
				meta: { tried: { table, name, outcome: "not run", words: why } },
			}, () => {}),
	};
}
