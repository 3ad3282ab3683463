const MINUTE = 60_000;

/** Longest that a name is known by, in characters: a stranger's server may be in it. */
const MAX_NAME = 300;

/** How often things have happened in the last hour, in this process. */
export class LastHour {
	readonly #max: number;
	/** Counts by name and minute. */
	readonly #counts = new Map<string, Map<number, number>>();

	/** @param max most names that are known at a time: the rarest give way */
	constructor(max: number) {
		this.#max = max;
	}

	add(whole: string, times = 1): void {
		const name = whole.slice(0, MAX_NAME);
		const minute = Math.floor(Date.now() / MINUTE);
		const counts = this.#counts.get(name) ?? this.#newName(name);
		counts.set(minute, (counts.get(minute) ?? 0) + times);
		if (counts.size > 60) forget(counts, minute);
	}

	of(name: string): number {
		const counts = this.#counts.get(name);
		if (!counts) return 0;
		forget(counts, Math.floor(Date.now() / MINUTE));
		return [...counts.values()].reduce((sum, count) => sum + count, 0);
	}

	/** What happened most comes first. */
	get all(): [name: string, times: number][] {
		const all = [...this.#counts.keys()].map((name): [string, number] => [name, this.of(name)]);
		return all.filter(([, times]) => times > 0).sort(([, a], [, b]) => b - a);
	}

	#newName(name: string): Map<number, number> {
		if (this.#counts.size >= this.#max) {
			const kept = this.all.slice(0, this.#max - 1).map(([each]) => each);
			for (const each of this.#counts.keys()) {
				if (!kept.includes(each)) this.#counts.delete(each);
			}
		}
		const counts = new Map<number, number>();
		this.#counts.set(name, counts);
		return counts;
	}
}

/** In either direction: the clock may have been set back. */
function forget(counts: Map<number, number>, minute: number): void {
	for (const each of counts.keys()) if (Math.abs(minute - each) >= 60) counts.delete(each);
}
