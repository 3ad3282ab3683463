import { parseExpression } from "@babel/parser";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readAuthFile } from "../src/init/auth-file.ts";
import { addPlugin } from "../src/init/plugins.ts";

/** Lists of plugins as people write them. */
const item = fc.record({
	code: fc.constantFrom(
		"admin()",
		"...shared",
		"jwt({ a: [1, 2], })",
		"isProd && b()",
		"c",
		"'d,]'",
	),
	above: fc.constantFrom("", "// one, two ]", "/* , */"),
	behind: fc.constantFrom("", " // a, b", " /* ] */"),
});
const list = fc.record({
	items: fc.array(item, { maxLength: 4 }),
	last: fc.constantFrom("", "nextCookies()", "sveltekitCookies(getRequestEvent)"),
	inLine: fc.boolean(),
	comma: fc.boolean(),
	eol: fc.constantFrom("\n", "\r\n"),
	unit: fc.constantFrom("\t", "  ", "    "),
	quote: fc.constantFrom('"', "'"),
});
type Written = typeof list extends fc.Arbitrary<infer Value> ? Value : never;

function write({ items, last, inLine, comma, eol, unit, quote }: Written): string {
	const all = last ? [...items, { code: last, above: "", behind: "" }] : items;
	const lines = all.flatMap(({ code, above, behind }, index) => {
		const end = index < all.length - 1 || comma ? "," : "";
		return [...(above ? [above] : []), `${code}${end}${behind}`];
	});
	const plain = all.map(({ code }) => code).join(", ");
	const own = inLine
		? `[${plain}]`
		: `[${lines.map((line) => eol + unit.repeat(2) + line).join("")}${eol}${unit}]`;
	const head = `import { betterAuth } from ${quote}better-auth${quote};`;
	return `${head}${eol}${eol}export const auth = betterAuth({${eol}${unit}plugins: ${own},${eol}});${eol}`;
}

/** The elements of the list, without what is between them. */
function elements(text: string): string[] {
	const [, own = ""] = /plugins: (\[.*\]),\r?\n\}\);\r?\n$/s.exec(text) ?? [];
	const node = parseExpression(own);
	if (node.type !== "ArrayExpression") throw new Error(own);
	return node.elements.map((each) => own.slice(each?.start ?? 0, each?.end ?? 0));
}

const comments = (text: string) =>
	text.match(/\/\/ one, two \]|\/\* , \*\/|\/\/ a, b|\/\* \] \*\//g) ?? [];

test("of any list, all that was there stays, in its order, and cookies stay last", () => {
	fc.assert(
		fc.property(list, (written) => {
			const before = write(written);
			const { plain } = readAuthFile("auth.ts", before);
			if (!plain) throw new Error(before);
			const isAdded = addPlugin(plain.source, plain.options, "atprotoAuth({\n\ta: 1,\n})");
			const after = plain.source.edited ?? "";
			if (!isAdded) {
				expect(after).toBe(before);
				expect(written.items).toEqual([]);
				return;
			}
			const was = elements(before);
			const is = elements(after);
			const at = is.findIndex((each) => each.startsWith("atprotoAuth("));
			expect(is.toSpliced(at, 1)).toEqual(was);
			expect(at).toBe(written.last ? was.length - 1 : was.length);
			expect(comments(after)).toEqual(comments(before));
			expect(/\r\n/.test(after)).toBe(written.eol === "\r\n");
			expect(/(?<!\r)\n/.test(after)).toBe(written.eol === "\n");
		}),
		{ numRuns: 300 },
	);
});
