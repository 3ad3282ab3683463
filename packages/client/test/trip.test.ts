import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { beginTrip, endTrip, hasTrip, tripBehind } from "../src/trip.ts";
import { openPage, type Page } from "./page.ts";

const KEY = "better-auth-bsky.trip";

let page: Page;
beforeEach(() => {
	page = openPage();
	vi.stubGlobal("sessionStorage", page.window.sessionStorage);
});
afterEach(() => page.close());

/** A page loads, some time after the browser has left the one before. */
const arrive = (after: number, url = "https://app.example/") => {
	const { at, ...trip } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
	sessionStorage.setItem(KEY, JSON.stringify({ ...trip, at: Date.now() - after }));
	vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(Date.now() - 1);
	page.window.happyDOM.setURL(url);
};

test.each(["sign-in", "connect"] as const)("a trip to %s is told of once", (intent) => {
	beginTrip({ intent });
	expect(hasTrip()).toBe(true);
	arrive(60_000);
	expect(tripBehind()).toMatchObject({ intent });
	expect(endTrip()).toMatchObject({ intent });
	expect(endTrip()).toBeNull();
	expect(hasTrip()).toBe(false);
});

test("the page that began it has not come back from it", () => {
	vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(Date.now() - 5000);
	beginTrip({ intent: "sign-in" });
	expect(endTrip()).toBeNull();
	expect(hasTrip()).toBe(true);
});

test("one that failed has led nowhere", () => {
	beginTrip({ intent: "sign-in" });
	arrive(1000, "https://app.example/?error=access_denied");
	expect(endTrip()).toBeNull();
	expect(hasTrip()).toBe(false);
});

test("nor has one from long ago", () => {
	beginTrip({ intent: "sign-in" });
	arrive(3_600_001);
	expect(endTrip()).toBeNull();
	expect(hasTrip()).toBe(false);
});

test.each([
	["navigate", true],
	["reload", true],
	["back_forward", false],
])("by %s, it has led to the page: %s", (type, isBehind) => {
	vi.spyOn(performance, "getEntriesByType").mockReturnValue([
		{ type, name: "https://app.example/" } as unknown as PerformanceEntry,
	]);
	beginTrip({ intent: "connect" });
	arrive(1000);
	expect(tripBehind() !== null).toBe(isBehind);
	expect(hasTrip()).toBe(isBehind);
});

test.each([
	...["", "no", "{}", "[]", '{"intent":"other","at":1}'],
	'{"intent":"sign-in","at":1,"by":5}',
	'{"intent":"sign-in","at":1,"typed":{}}',
	'{"intent":"sign-in","at":1,"typed":null}',
	'{"intent":"sign-in","at":1,"was":{}}',
])("nonsense is nothing: %j", (text) => {
	sessionStorage.setItem(KEY, text);
	expect([hasTrip(), endTrip()]).toEqual([false, null]);
});

test("where storage is forbidden there are none", () => {
	vi.stubGlobal("sessionStorage", undefined);
	beginTrip({ intent: "sign-in" });
	expect([hasTrip(), tripBehind(), endTrip()]).toEqual([false, null, null]);
});
