import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanText, imageUrl } from "./text.ts";

/** Any text, with more than its share of what is hidden, joins, stacks, or is half a character. */
const text = fc.oneof(
	fc.string({ unit: "binary", maxLength: 400 }),
	fc.string({ unit: "grapheme", maxLength: 400 }),
	fc
		.array(
			fc.constantFrom(
				..."aZ 9\t\r\n\u0000\u001B\u0085\u061C\u200B\u200C\u200D\u200E\u202E\u2028\u2066\u3164\uFE0F\uFEFF",
				"\u0301",
				"\uD83D",
				"\uDC68",
				"👩🏽‍🚀",
				"🏴󠁧󠁢󠁥󠁮󠁧󠁿",
				"🇩🇪",
				"한",
				"ü",
				"हिन्दी",
			),
			{ maxLength: 400 },
		)
		.map((parts) => parts.join("")),
);
const max = fc.integer({ min: 1, max: 80 });
const lineBreaks = fc.boolean();

const graphemes = (value: string) => [...new Intl.Segmenter("en").segment(value)].length;

const runs = { numRuns: 300 };

describe("cleanText", () => {
	test("gives a bounded text, or none", () => {
		fc.assert(
			fc.property(text, max, lineBreaks, (value, max, lineBreaks) => {
				const clean = cleanText(value, max, lineBreaks);
				if (clean === undefined) return;
				expect(graphemes(clean)).toBeLessThanOrEqual(max);
				expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(max * 10);
				expect(clean).not.toBe("");
				expect(clean.trim()).toBe(clean);
			}),
			runs,
		);
	});

	test("leaves no control, bidirectional or broken character", () => {
		fc.assert(
			fc.property(text, max, lineBreaks, (value, max, lineBreaks) => {
				const clean = cleanText(value, max, lineBreaks) ?? "";
				const lines = lineBreaks ? clean.replaceAll("\n", "") : clean;
				expect(lines).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
				expect(clean).not.toMatch(/\p{Cs}/u);
			}),
			runs,
		);
	});

	test("leaves a clean text alone: a second time changes nothing", () => {
		fc.assert(
			fc.property(text, max, lineBreaks, (value, max, lineBreaks) => {
				const clean = cleanText(value, max, lineBreaks);
				expect(cleanText(clean, max, lineBreaks)).toBe(clean);
			}),
			runs,
		);
	});

	test("takes nothing but text", () => {
		fc.assert(
			fc.property(fc.anything(), max, (value, max) => {
				fc.pre(typeof value !== "string");
				expect(cleanText(value, max)).toBeUndefined();
			}),
			runs,
		);
	});

	test("keeps what people write", () => {
		for (const name of ["Zoë 👩🏽‍🚀", "می‌خواهم", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 Ann", "हिन्दी", "한국어", "a b", "❤️"]) {
			expect(cleanText(name, 64)).toBe(name);
		}
		expect(cleanText("one\r\n\r\ntwo", 64, true)).toBe("one\n\ntwo");
	});

	test("counts what a reader counts", () => {
		expect(cleanText("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2)).toBeUndefined();
		expect(cleanText("🇩🇪🇫🇷🇮🇹", 2)).toBe("🇩🇪🇫🇷");
		expect(cleanText("abc", 2)).toBe("ab");
	});

	test("takes its time with no text", () => {
		const huge = `a${"\u0301".repeat(10_000_000)}`;
		const start = performance.now();
		expect(cleanText(huge, 64)).toBeUndefined();
		for (const bad of ["\n".repeat(1e6), " \n".repeat(1e6), "\u202E".repeat(1e6)]) {
			expect(cleanText(bad, 256, true)).toBeUndefined();
		}
		expect(performance.now() - start).toBeLessThan(1000);
	});
});

describe("imageUrl", () => {
	const url = fc.oneof(
		fc.webUrl({ withFragments: true, withQueryParameters: true }),
		fc.string({ unit: "binary" }),
		fc.string({ unit: "binary" }).map((rest) => `https://cdn.example/${rest}`),
		fc
			.tuple(fc.constantFrom("javascript:", "data:", "blob:", "file:", "ftp:", "//"), fc.string())
			.map((parts) => parts.join("")),
	);

	test("gives a bounded https address without markup, or none", () => {
		fc.assert(
			fc.property(url, (value) => {
				const image = imageUrl(value, false);
				if (image === undefined) return;
				expect(image).toMatch(/^https:\/\/[^\s"<>\\]+$/);
				expect(image.length).toBeLessThanOrEqual(2048);
				expect(imageUrl(image, false)).toBe(image);
			}),
			runs,
		);
	});

	test("takes nothing but text", () => {
		fc.assert(
			fc.property(fc.anything(), (value) => {
				fc.pre(typeof value !== "string");
				expect(imageUrl(value, true)).toBeUndefined();
			}),
			runs,
		);
		const url = "https://cdn.example/a.png";
		for (const value of [[url], new URL(url), { toString: () => url }, Object(url)]) {
			expect(imageUrl(value, true)).toBeUndefined();
		}
	});

	test("is as long encoded as it may be", () => {
		expect(imageUrl(`https://cdn.example/${"ü".repeat(1000)}`, false)).toBeUndefined();
	});
});
