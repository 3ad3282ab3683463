/** One of the sides of a comparison. */
export interface Side {
	/** Prepares one run, outside the clock and beside others; what it returns is timed. */
	prepare(): Promise<() => Promise<unknown>>;
	/** After the run, outside the clock. */
	settle?(): Promise<unknown>;
}

/** How many rounds are prepared together: some wait for seconds in their preparation. */
const BATCH = 10;

/**
 * Times all sides in turns, so that whatever else the machine does meets each of them alike.
 *
 * @returns the median of each side, in milliseconds
 */
export async function interleave<Name extends string>(
	rounds: number,
	warmUp: number,
	sides: Record<Name, Side>,
): Promise<Record<Name, number>> {
	const names = Object.keys(sides) as Name[];
	const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
		Name,
		number[]
	>;
	for (let first = -warmUp; first < rounds; first += BATCH) {
		const batch = Array.from({ length: Math.min(BATCH, rounds - first) }, (_, at) => first + at);
		const prepared = await Promise.all(
			batch.map(async (round) => ({
				round,
				runs: await Promise.all(names.map((name) => sides[name].prepare())),
			})),
		);
		for (const { round, runs } of prepared) {
			for (const index of orderOf(round + warmUp, names.length)) {
				const name = names[index] as Name;
				const begin = performance.now();
				await runs[index]?.();
				const took = performance.now() - begin;
				await sides[name].settle?.();
				if (round >= 0) times[name].push(took);
			}
		}
	}
	return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<
		Name,
		number
	>;
}

/** Over the rounds, every side goes first as often as the others, and comes after each of them. */
function orderOf(round: number, sides: number): number[] {
	// 0, 1, last, 2, last but one, …: what lies between two neighbours is another number each time.
	const zigzag = (turn: number) => (turn % 2 ? (turn + 1) / 2 : sides - turn / 2);
	const rotated = Array.from({ length: sides }, (_, turn) => (round + zigzag(turn)) % sides);
	return Math.floor(round / sides) % 2 ? rotated.reverse() : rotated;
}

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
