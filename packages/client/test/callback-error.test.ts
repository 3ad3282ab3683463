import { afterEach, beforeEach, expect, test } from "vitest";
import { mergeLabels } from "../src/labels/text.ts";
import { leave, takeCallbackError } from "../src/page.ts";
import { openPage, type Page } from "./page.ts";

let page: Page;
beforeEach(() => {
	page = openPage("https://app.example/?error=access_denied");
});
afterEach(() => page.close());

const labels = mergeLabels();
const go = (by?: string) => leave("https://pds.example/", () => {}, { intent: "connect", by });

test.each([
	["nobody's, as after a form without a script", [], undefined, "ACCESS_DENIED"],
	["the form's", [undefined], undefined, "ACCESS_DENIED"],
	["a row's, and the form leaves it", ["did:plc:alice"], undefined, null],
	["a row's own", ["did:plc:alice"], "did:plc:alice", "ACCESS_DENIED"],
	["of the latest way alone", ["did:plc:alice", undefined], undefined, "ACCESS_DENIED"],
])("a failure that the page came back with is %s", async (_, trips, by, code) => {
	for (const one of trips) await go(one);
	expect(takeCallbackError({ labels, by })).toBe(code);
	expect(page.window.location.search).toBe(code ? "" : "?error=access_denied");
});
