import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Allowance } from "./allowance.ts";
import { ExpiringMap } from "./expiring-map.ts";
import { nowAndThen } from "./now-and-then.ts";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 2, 12);

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOON }));
afterEach(() => void vi.useRealTimers());

/** Each does something, and tells whether it is in force still. */
const KEPT = {
	"what is remembered for a minute": () => {
		const map = new ExpiringMap<true>(10, MINUTE);
		map.set("a", true);
		return () => map.get("a") === true;
	},
	"the rest until a chore is done again": () => {
		const owner = {};
		const isTime = nowAndThen(MINUTE);
		isTime(owner);
		return () => !isTime(owner);
	},
	"an allowance that is used up": () => {
		const allowance = new Allowance(1, MINUTE);
		allowance.take();
		return () => !allowance.take();
	},
};

test.each(Object.entries(KEPT))("%s goes by any clock", (_name, keep) => {
	for (const [now, isKept] of [
		[NOON + MINUTE - 1, true],
		[NOON + MINUTE, false],
		[NOON + 24 * 60 * MINUTE, false],
		// Set back: nothing lasts until it is that late again.
		[NOON - 24 * 60 * MINUTE, false],
	] as const) {
		vi.setSystemTime(NOON);
		const isStill = keep();
		vi.setSystemTime(now);
		expect([now, isStill()]).toEqual([now, isKept]);
	}
});

test("what has no end has none", () => {
	const map = new ExpiringMap<true>(10, Infinity);
	map.set("a", true);
	for (const now of [NOON - MINUTE, NOON + MINUTE]) {
		vi.setSystemTime(now);
		expect(map.get("a")).toBe(true);
	}
});
