import fc from "fast-check";
import { expect, test } from "vitest";
import { allPairs, type Excludes, pairKeys, pairwise } from "./pairwise.ts";

/** Axes, and which of their values can't be together. Each first one goes with all, so rows can be had. */
const axes = fc.record({
	sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 5 }),
	excluded: fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 })),
});

test("every two values meet that may, and none that may not", () => {
	fc.assert(
		fc.property(axes, ({ sizes, excluded }) => {
			const table = new Set(excluded.filter(([, one, , other]) => one && other).map(String));
			const excludes: Excludes = (one, other) => table.has(String([...one, ...other]));
			const rows = pairwise(sizes, excludes);
			for (const row of rows) {
				expect(row.every((value, axis) => value >= 0 && value < (sizes[axis] ?? 0))).toBe(true);
			}
			const met = new Set(rows.flatMap(pairKeys));
			expect([...met].toSorted()).toEqual([...allPairs(sizes, excludes).keys()].toSorted());
			expect(pairwise(sizes, excludes)).toEqual(rows);
		}),
		{ numRuns: 40 },
	);
});

test("there are few rows: of 3^4 set-ups nine suffice, and a dozen are allowed", () => {
	expect(pairwise([3, 3, 3, 3]).length).toBeLessThanOrEqual(12);
});
