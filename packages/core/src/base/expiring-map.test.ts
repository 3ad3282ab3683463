import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ExpiringMap } from "./expiring-map.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 0 }));
afterEach(() => void vi.useRealTimers());

const of = (value: string) => value.length;

test("entries expire by the clock, with no timer", () => {
	const map = new ExpiringMap<string>(10, 1000);
	map.set("a", "1");
	vi.setSystemTime(999);
	expect(map.get("a")).toBe("1");
	vi.setSystemTime(1000);
	expect(map.get("a")).toBeUndefined();
});

test("none is kept for no time", () => {
	const map = new ExpiringMap<string>(10, 0);
	map.set("a", "1");
	expect(map.get("a")).toBeUndefined();
});

test("the oldest make room, by number and by weight", () => {
	const map = new ExpiringMap<string>(3, 1000, { max: 10, of });
	for (const key of "abcd") map.set(key, "1");
	expect([..."abcd"].map((key) => map.get(key))).toEqual([undefined, "1", "1", "1"]);
	// Set anew, an entry is the youngest, and weighs what it weighs now.
	map.set("b", "12345");
	expect([..."bcd"].map((key) => map.get(key))).toEqual(["12345", "1", "1"]);
	map.set("e", "1");
	expect([..."bcde"].map((key) => map.get(key))).toEqual(["12345", undefined, "1", "1"]);
	map.set("f", "1234567");
	expect([..."bdef"].map((key) => map.get(key))).toEqual([undefined, undefined, "1", "1234567"]);
});

test("what is too heavy is not kept, and neither is what it replaces", () => {
	const map = new ExpiringMap<string>(3, 1000, { max: 10, of });
	map.set("a", "1");
	map.set("b", "1");
	map.set("a", "1234567890");
	expect([map.get("a"), map.get("b")]).toEqual([undefined, "1"]);
});

test("whatever is set and deleted, it holds no more than it may", () => {
	const map = new ExpiringMap<string>(50, 1000, { max: 1000, of });
	const keys = Array.from({ length: 200 }, (_, i) => `key${i}`);
	for (let i = 0; i < 5000; i++) {
		const key = keys[(i * 7919) % keys.length] ?? "";
		if (i % 5 === 0) map.delete(key);
		else map.set(key, "x".repeat((i * 31) % 300));
		if (i % 100 !== 99) continue;
		const held = keys.filter((each) => map.get(each) !== undefined);
		const weight = held.reduce((sum, each) => sum + each.length + of(map.get(each) ?? ""), 0);
		expect(held.length).toBeLessThanOrEqual(50);
		expect(weight).toBeLessThanOrEqual(1000);
		expect(weight).toBeGreaterThan(500);
	}
});
