/** A value of an axis, by the numbers of both. */
type Value = readonly [axis: number, value: number];

/** Which two can't be together. It is asked with the lower axis first. */
export type Excludes = (one: Value, other: Value) => boolean;

const key = (one: Value, other: Value) => `${one}|${other}`;

/** From how many pairs a next row is begun, of which the best is kept: more cost time and save no row. */
const TRIED_AT_EACH_ROW = 30;

/** Every two values of different axes that can be together, by their {@link pairKeys}. */
export function allPairs(
	sizes: readonly number[],
	excludes: Excludes,
): Map<string, [Value, Value]> {
	const values = sizes.flatMap((size, axis) =>
		Array.from({ length: size }, (_, value): Value => [axis, value]),
	);
	const pairs = values.flatMap((one) =>
		values
			.filter((other) => one[0] < other[0] && !excludes(one, other))
			.map((other): [Value, Value] => [one, other]),
	);
	return new Map(pairs.map((pair) => [key(...pair), pair]));
}

/** The pairs of a row, which has a value of each axis. */
export const pairKeys = (row: readonly number[]): string[] =>
	row.flatMap((value, axis) =>
		row.slice(axis + 1).map((other, more) => key([axis, value], [axis + 1 + more, other])),
	);

/**
 * Rows that have a value of each axis, among which every two values of different axes meet at least
 * once. Always the same ones; each next row is the one found that has the most new pairs, so that the
 * first ones of them are the most telling.
 *
 * @param sizes how many values each axis has
 */
export function pairwise(sizes: readonly number[], excludes: Excludes = () => false): number[][] {
	const open = allPairs(sizes, excludes);
	const rows: number[][] = [];
	while (open.size > 0) {
		const stride = Math.ceil(open.size / TRIED_AT_EACH_ROW);
		const seeds = [...open.values()].filter((_, at) => at % stride === 0);
		const found = seeds.map((pair) => rowWith(pair, sizes, excludes, open));
		const news = (row: number[]) => pairKeys(row).filter((pair) => open.has(pair)).length;
		const best = found.reduce((best, row) => (news(row) > news(best) ? row : best));
		for (const pair of pairKeys(best)) open.delete(pair);
		rows.push(best);
	}
	return rows;
}

/** A row with this pair, whose other values are each the one with the most pairs that are open. */
function rowWith(
	pair: [Value, Value],
	sizes: readonly number[],
	excludes: Excludes,
	open: ReadonlyMap<string, unknown>,
): number[] {
	const chosen: Value[] = [...pair];
	const inOrder = (one: Value, other: Value): [Value, Value] =>
		one[0] < other[0] ? [one, other] : [other, one];
	for (const [axis, size] of sizes.entries()) {
		if (pair.some(([taken]) => taken === axis)) continue;
		const values = Array.from({ length: size }, (_, value): Value => [axis, value]);
		const fitting = values.filter((value) =>
			chosen.every((other) => !excludes(...inOrder(value, other))),
		);
		const news = (value: Value) =>
			chosen.filter((other) => open.has(key(...inOrder(value, other)))).length;
		const [first, ...more] = fitting;
		if (!first) throw new Error(`No value of axis ${axis} fits ${JSON.stringify(chosen)}.`);
		chosen.push(more.reduce((best, value) => (news(value) > news(best) ? value : best), first));
	}
	return chosen.toSorted(([one], [other]) => one - other).map(([, value]) => value);
}
