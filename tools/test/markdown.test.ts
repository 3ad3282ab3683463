import { expect, test } from "vitest";
import { cell, code, table, value } from "../src/markdown.ts";
import { fillMarks, marksOf } from "../src/marks.ts";

test("a cell is one line, and holds what would end it", () => {
	expect(cell("One\ntwo.\n\nThree: `a | b`.")).toBe("One two.<br>Three: `a \\| b`.");
	expect(cell('- `"a"`: one;\n- `"b"`: two.')).toBe('`"a"`: one;<br>`"b"`: two.');
	expect(code('"a" | `b`')).toBe('`` "a" \\| `b` ``');
	expect(code(undefined)).toBe("");
});

test("a link in a text stays one", () => {
	expect(cell("A [link](https://a.test/?b=1)\nand more")).toBe(
		"A [link](https://a.test/?b=1) and more",
	);
});

test("a default is code, unless it is said in words", () => {
	expect(value('"atproto transition:generic"')).toBe('`"atproto transition:generic"`');
	expect(value('{ service: "https://a.test" }')).toBe('`{ service: "https://a.test" }`');
	expect(value("globalThis.fetch")).toBe("`globalThis.fetch`");
	expect(value("the page with the form")).toBe("the page with the form");
	expect(value("`$HOME`, else none")).toBe("`$HOME`, else none");
	expect(value(undefined)).toBe("");
});

test("a column without a word in it is left out", () => {
	expect(table(["a", "b", "c"], [["1", "", "3"], ["4"]])).toBe(
		"| a | c |\n| --- | --- |\n| 1 | 3 |\n| 4 |  |",
	);
});

test("only what is between the marks changes", () => {
	const page = [
		"# Title",
		"<!-- one: begin; written by `npm run x` -->\n\nold\n\n<!-- one: end -->",
		"It has <!-- two.a: begin -->1 kB<!-- two.a: end --> and <!-- three: begin -->3<!-- three: end -->.",
		"<!-- four: begin --> without an end",
	].join("\n");
	const filled = fillMarks(page, (name) => ({ one: "$& new", "two.a": "2 kB" })[name]);
	expect(marksOf(page)).toEqual(["one", "two.a", "three"]);
	expect(filled).toBe(page.replace("old", () => "$& new").replace("1 kB", "2 kB"));
	expect(fillMarks(filled, () => undefined)).toBe(filled);
});
