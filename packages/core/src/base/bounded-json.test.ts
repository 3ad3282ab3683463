import fc from "fast-check";
import { expect, test } from "vitest";
import { anyJson } from "../../test/any-json.ts";
import { hasAtMostValues } from "./bounded-json.ts";

/** Values inside of a value. */
const valuesOf = (value: unknown): number =>
	typeof value === "object" && value !== null
		? Object.values(value).reduce<number>((sum, inner) => sum + 1 + valuesOf(inner), 0)
		: 0;

const bytes = (text: string) => new TextEncoder().encode(text);

test("no JSON text has more values than it says, whatever its texts hold", () => {
	fc.assert(
		fc.property(anyJson(), fc.constantFrom(undefined, 1), (value, indent) => {
			const text = bytes(JSON.stringify(value, null, indent));
			const values = valuesOf(value);
			if (values > 0) expect(hasAtMostValues(text, values - 1)).toBe(false);
			// One too many is counted for each list or object that is empty.
			expect(hasAtMostValues(text, 2 * values + 1)).toBe(true);
		}),
	);
});

test("64 kB of anything is looked through in no time", () => {
	const texts = ["[".repeat(65_536), '"'.repeat(65_536), "\\".repeat(65_536), "1".repeat(65_536)];
	const before = process.cpuUsage();
	for (const text of texts) hasAtMostValues(bytes(text), 65_535);
	const { user, system } = process.cpuUsage(before);
	expect((user + system) / 1000).toBeLessThan(50);
});
