import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isEnding } from "./open.ts";

const NOW = 1_800_000_000_000;
beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

/** In seconds from now: when a token was stored, when it ends, and whether it is time for another. */
test.each([
	[-3600, 31, false],
	[-3600, 29, true],
	[-3600, -1, true],
	// Half of a short life.
	[-1, 3, false],
	[-3, 1, true],
	[0, 1, false],
	// A database's time of another zone, or that is none.
	[7200, 29, true],
	[7200, 31, false],
	[Number.NaN, 29, true],
	[Number.NaN, -1, true],
	[Number.NaN, 31, false],
])("stored %d s from now, and ending in %d s: %s", (storedAt, expiresAt, isTime) => {
	const at = (seconds: number) => NOW + seconds * 1000;
	expect(isEnding({ storedAt: at(storedAt), expiresAt: at(expiresAt) })).toBe(isTime);
});

test("one without an end is none that ends", () => {
	expect(isEnding({ storedAt: NOW, expiresAt: null })).toBe(false);
});
