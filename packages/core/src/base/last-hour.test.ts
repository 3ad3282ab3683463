import { afterEach, expect, test, vi } from "vitest";
import { LastHour } from "./last-hour.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const at = (minutes: number) =>
	vi.useFakeTimers({ now: START + minutes * MINUTE, toFake: ["Date"] });
afterEach(() => vi.useRealTimers());

test("counts for an hour, by the minute", () => {
	const hour = new LastHour(10);
	at(0);
	hour.add("a");
	at(30);
	hour.add("a");
	hour.add("b", 3);
	expect(hour.all).toEqual([
		["b", 3],
		["a", 2],
	]);
	at(59);
	expect(hour.of("a")).toBe(2);
	at(60);
	expect(hour.of("a")).toBe(1);
	at(90);
	expect([hour.of("a"), hour.of("b"), hour.of("c"), hour.all]).toEqual([0, 0, 0, []]);
});

test("a clock that is set back takes nothing along from what it said before", () => {
	const hour = new LastHour(10);
	at(600);
	hour.add("a");
	at(0);
	expect(hour.of("a")).toBe(0);
	hour.add("a");
	expect(hour.of("a")).toBe(1);
});

test("names that anybody may invent make way for the ones that happen often", () => {
	const hour = new LastHour(10);
	at(0);
	for (const name of ["often", "often", "often", "twice", "twice"]) hour.add(name);
	for (let n = 0; n < 1000; n++) hour.add(`invented ${n}`);
	expect(hour.all.slice(0, 2)).toEqual([
		["often", 3],
		["twice", 2],
	]);
	expect(hour.all).toHaveLength(10);
});

test("names that are long without end take no more room than others", () => {
	const hour = new LastHour(10);
	at(0);
	for (const end of "ab") hour.add(`https://${"a".repeat(60_000)}${end}.example`);
	expect(hour.all).toEqual([[expect.stringMatching(/^.{300}$/), 2]]);
});

test("a day of it takes no more room than an hour", () => {
	const hour = new LastHour(10);
	for (let minute = 0; minute < 24 * 60; minute++) {
		at(minute);
		hour.add("a");
	}
	expect(hour.of("a")).toBe(60);
});
