import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyJson, anyText } from "../../test/any-json.ts";
import { postView } from "../../test/post-view.ts";
import { XRPC } from "./bounded-answer.ts";
import { JsonCost } from "./json-cost.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const fits = (text: string) => new JsonCost(XRPC.maxCost).add(bytes(text));

/** The least that suffices, told of a text in parts of that many bytes. */
function costOf(text: string, size = text.length + 1): number {
	const whole = bytes(text);
	let [no, yes] = [-1, 10_000_000];
	while (yes - no > 1) {
		const max = Math.floor((yes + no) / 2);
		const cost = new JsonCost(max);
		let fits = true;
		for (let at = 0; at < whole.length && fits; at += size) {
			fits = cost.add(whole.subarray(at, at + size));
		}
		if (fits) yes = max;
		else no = max;
	}
	return yes;
}

const json = anyJson(fc.oneof(anyText, fc.constantFrom("blob", "mimeType", "$link", "$type")));

test("it costs the same in whichever parts it comes", () => {
	fc.assert(
		fc.property(fc.array(json), fc.integer({ min: 1, max: 9 }), (value, size) => {
			const written = JSON.stringify(value, null, 1);
			expect(costOf(written, size)).toBe(costOf(written));
		}),
	);
});

test.each([
	["a value", '[1,"a",null,[],{}]', '[1,"a",null,[],{},1]'],
	["a name that is new", '[{"a":1}]', '[{"b":1,"a":1}]'],
	[
		"the same names in another order",
		'[{"a":1,"b":1},{"a":1,"b":1}]',
		'[{"a":1,"b":1},{"b":1,"a":1}]',
	],
	["a blob", '[{"a":"blo"}]', '[{"a":"blob"}]'],
	["a link", '[{"$lin":1}]', '[{"$link":1}]'],
	["a text that may be one in other letters", '["alob"]', '["\\u0062lob"]'],
	["that after a space and the mark of UTF-8", "  ", "\ufeff [1,1]"],
])("%s costs", (_name, less, more) => {
	expect(costOf(more)).toBeGreaterThan(costOf(less));
});

describe("a blob", () => {
	const made = { $type: "blob", ref: { $link: "bafk" }, mimeType: "image/png", size: 1 };
	/** Without what each of its names costs, the first time. */
	const costOfMore = (blob: unknown, space?: number) => {
		const [one, more] = [[blob], [blob, blob]].map((all) => JSON.stringify(all, null, space));
		return costOf(more ?? "") - costOf(one ?? "");
	};
	const usual = costOfMore(made);

	test("costs the same in any order, and with any spaces", () => {
		const entries = Object.entries(made);
		fc.assert(
			fc.property(
				fc.shuffledSubarray(entries, { minLength: entries.length }),
				fc.nat({ max: 4 }),
				(members, space) => {
					const blob = Object.fromEntries(members);
					// A space is a byte, and costs as such.
					expect(costOfMore(blob, space)).toBeLessThan(usual + 8);
				},
			),
		);
	});

	const { ref, size, ...others } = made;
	const mismade: Record<string, object> = {
		"without a size": { ...others, ref },
		"without a link": { ...others, size },
		"with nothing else": { $type: "blob" },
		"with a size that is a text": { ...made, size: "1" },
		"with a size that is nothing": { ...made, size: null },
		"with a size that is a list": { ...made, size: [1] },
		"with a media type that is a number": { ...made, mimeType: 1 },
		"with both, exchanged": { ...made, mimeType: 1, size: "image/png" },
		"with a link that is a text": { ...made, ref: "bafk" },
		"with a link that is a number": { ...made, ref: { $link: 1 } },
		"with a link that has more": { ...made, ref: { $link: "bafk", x: 1 } },
		"with a member too many": { ...made, x: 1 },
		"with a member too many that is empty": { ...made, "": null },
	};
	/** What it costs that it says it is one. */
	const costOfSaying = (blob: object) => costOfMore(blob) - costOfMore({ ...blob, $type: "blub" });

	test.each(Object.entries(mismade))("%s costs more", (_, blob) => {
		expect(costOfSaying(blob)).toBeGreaterThan(2 * costOfSaying(made));
	});

	test("with a member twice costs more", () => {
		const text = JSON.stringify(made).replace("}", ',"size":"x"}');
		const twice = costOf(`[${text},${text}]`) - costOf(`[${text}]`);
		expect(twice).toBeGreaterThan(usual + 50);
	});
});

test("nothing costs what is in a text, or no JSON", () => {
	const written = JSON.stringify(['{[,:"\\{[,:'.repeat(9)]);
	expect(costOf(written)).toBe(costOf(`["${"x".repeat(written.length - 4)}"]`));
	for (const text of ["", "x", "1,1,1", "\u00001,[", ":[{,", "PNG\r\n[1,1,1]"]) {
		expect(new JsonCost(0).add(bytes(text.repeat(100))), text).toBe(true);
	}
});

const many = <T>(length: number, of: (n: number) => T) => Array.from({ length }, (_, n) => of(n));
const ANSWERS: Record<string, unknown> = {
	"a page of a hundred posts, with all that they answer, and four images in each": {
		feed: many(100, (n) => ({
			post: postView(n, 4),
			reply: { root: postView(n + 1000, 4), parent: postView(n + 2000, 4) },
		})),
	},
	"a thread of a thousand posts": many(1000, (n) => ({
		$type: "app.bsky.feed.defs#threadViewPost",
		post: postView(n, n % 5 ? 0 : 2),
		replies: [],
		threadContext: {},
	})),
	"a hundred records": many(100, (n) => ({ ...postView(n, 0), value: postView(n, 4).record })),
	"a record with a megabyte of text": { value: { text: '"é\n'.repeat(200_000) } },
	"a record of ten thousand names": Object.fromEntries(many(10_000, (n) => [`did:plc:${n}`, n])),
};
test.each(Object.entries(ANSWERS))(
	"what servers say costs no more than it may: %s",
	(_, answer) => {
		expect(fits(JSON.stringify(answer))).toBe(true);
	},
);
