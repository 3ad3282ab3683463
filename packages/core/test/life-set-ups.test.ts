import { triedIn } from "@better-auth-bsky/tools/tried";
import { describe, expect, type TestContext, test } from "vitest";
import { newPerson, useNetwork } from "./kit.ts";
import { AXES, type Choice, EXCLUDED, setUp } from "./life-set-ups.ts";
import { allPairs, type Excludes, pairKeys, pairwise } from "./pairwise.ts";
import { wholeLife } from "./whole-life.ts";

/**
 * One life in many apps, in which every two ways of setting one up meet: better-auth's plugins with each
 * database, each host with each cookie cache, and so on.
 */

const { works } = triedIn("combinations");
const network = await useNetwork({ appView: "none" });

const choice = ([axis, value]: readonly [number, number]): Choice => {
	const found = AXES[axis]?.[value];
	if (!found) throw new Error(`no value ${value} of axis ${axis}`);
	return found;
};
const excludes: Excludes = (...both) => {
	const names = both.map((each) => choice(each).name);
	return EXCLUDED.some(({ one, other }) => names.includes(one) && names.includes(other));
};

const SIZES = AXES.map((axis) => axis.length);
const ROWS = pairwise(SIZES, excludes);

/** The first ones have most of the pairs; the rest is for `npm test -- --long`. */
const AT_ONCE = 24;

for (const [at, row] of ROWS.entries()) {
	const choices = row.map((value, axis) => choice([axis, value]));
	const life = async (context: TestContext) => {
		const { app, ways } = await setUp(network, context, choices);
		const people = [await newPerson(network), await newPerson(network)] as const;
		await wholeLife(network, app, people, ways);
	};
	const name = choices.map((each) => each.name).join(", ");
	works(name, "", life, { atLength: at >= AT_ONCE });
}

describe("what is run at each npm test", () => {
	const met = new Set(ROWS.slice(0, AT_ONCE).flatMap(pairKeys));

	test("has each way to set an app up", () => {
		const names = new Set(
			ROWS.slice(0, AT_ONCE).flatMap((row) => row.map((v, axis) => choice([axis, v]).name)),
		);
		expect(names).toEqual(new Set(AXES.flat().map(({ name }) => name)));
	});

	test("has three of four pairs", () => {
		expect(met.size / allPairs(SIZES, excludes).size).toBeGreaterThan(0.75);
	});
});

test("what is said to be impossible together is there", () => {
	const names = AXES.flat().map(({ name }) => name);
	expect(new Set(names).size).toBe(names.length);
	for (const { one, other } of EXCLUDED)
		expect(names).toEqual(expect.arrayContaining([one, other]));
});
