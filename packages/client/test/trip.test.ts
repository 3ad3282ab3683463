import { createAuthClient } from "better-auth/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { atprotoAuthClient } from "../src/index.ts";
import { beginTrip, endTrip, hasTrip, returnToRoute, type Trip, tripBehind } from "../src/trip.ts";
import { openPage, type Page } from "./page.ts";

const KEY = "better-auth-bsky.trip";

let page: Page;
beforeEach(() => {
	page = openPage();
	vi.stubGlobal("sessionStorage", page.window.sessionStorage);
});
afterEach(() => {
	vi.restoreAllMocks();
	return page.close();
});

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
	'{"intent":"sign-in","at":1,"route":["/#/"]}',
])("nonsense is nothing: %j", (text) => {
	sessionStorage.setItem(KEY, text);
	expect([hasTrip(), endTrip()]).toEqual([false, null]);
});

describe("a page whose routes are behind #", () => {
	/** It is left there; another page is loaded, and says where it stands. */
	const leadsTo = (from: string, to: string, trip: Trip = { intent: "connect" }) => {
		page.window.happyDOM.setURL(from);
		beginTrip(trip);
		arrive(1000, to);
		returnToRoute();
		return location.href.replace("https://app.example", "");
	};
	const AT = "https://app.example";

	test.each([
		["/#/settings", "/", "/#/settings"],
		["/#!/settings", "/", "/#!/settings"],
		["/app?x=1#/a/b?c=1", "/app?x=1", "/app?x=1#/a/b?c=1"],
		["/#/settings", "/?error=access_denied", "/?error=access_denied#/settings"],
		// Another page, or a route that it has found by itself.
		["/app#/settings", "/", "/"],
		["/app#/settings", "/app/", "/app/"],
		["/#/settings", "/#/welcome", "/#/welcome"],
		// No route: what is there may be anything, a token included.
		["/#settings", "/", "/"],
		["/#access_token=x", "/", "/"],
		["/", "/", "/"],
	])("left at %s, and come back to %s", (from, to, there) => {
		expect(leadsTo(AT + from, AT + to)).toBe(there);
	});

	test.each([
		["/", "/"],
		["/?error=access_denied", "/?error=access_denied#/welcome"],
	])("who signs in begins where the app says: at %s", (to, there) => {
		expect(leadsTo(`${AT}/#/welcome`, AT + to, { intent: "sign-in" })).toBe(there);
	});

	test("once, and the trip is told of all the same", () => {
		leadsTo(`${AT}/#/settings`, `${AT}/`);
		page.window.happyDOM.setURL(`${AT}/`);
		returnToRoute();
		expect(location.hash).toBe("");
		expect(endTrip()).toMatchObject({ intent: "connect" });
	});

	test("not before the browser has left", () => {
		vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(Date.now() - 5000);
		page.window.happyDOM.setURL(`${AT}/#/settings`);
		beginTrip({ intent: "connect" });
		page.window.happyDOM.setURL(`${AT}/`);
		returnToRoute();
		expect(location.hash).toBe("");
	});

	test("a client of the app's leads there before its router looks", () => {
		page.window.happyDOM.setURL(`${AT}/#/settings`);
		beginTrip({ intent: "connect" });
		arrive(1000, `${AT}/`);
		createAuthClient({ baseURL: AT, plugins: [atprotoAuthClient()] });
		expect(location.hash).toBe("#/settings");
	});
});

test("where storage is forbidden there are none", () => {
	vi.stubGlobal("sessionStorage", undefined);
	beginTrip({ intent: "sign-in" });
	expect([hasTrip(), tripBehind(), endTrip()]).toEqual([false, null, null]);
	expect(returnToRoute).not.toThrow();
});
