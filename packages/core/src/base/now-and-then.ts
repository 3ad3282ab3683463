/**
 * Whether it is time for a chore that is done now and then: at most once in `interval` milliseconds
 * for each `owner`. Whoever asks first, does it.
 */
export function nowAndThen(interval: number): (owner: object) => boolean {
	const last = new WeakMap<object, number>();
	return (owner) => {
		const now = Date.now();
		// In either direction: a clock that was set back must not put chores off until it is there again.
		if (Math.abs(now - (last.get(owner) ?? 0)) < interval) return false;
		last.set(owner, now);
		return true;
	};
}

/** Whether something happens for the first time, for each `owner` and `what`, of which it knows a hundred. */
export function firstTime(): (owner: object, what?: string) => boolean {
	const known = new WeakMap<object, Set<string>>();
	return (owner, what = "") => {
		const all = known.get(owner) ?? new Set();
		known.set(owner, all);
		if (all.has(what) || all.size >= 100) return false;
		all.add(what);
		return true;
	};
}

/** The same for what is done each time that so much of something has come: every `n`th for each `owner`. */
export function everyNth(n: number): (owner: object) => boolean {
	const counts = new WeakMap<object, number>();
	return (owner) => {
		const count = ((counts.get(owner) ?? 0) + 1) % n;
		counts.set(owner, count);
		return count === 0;
	};
}

/** Something for each `owner`, made when it is first asked for. */
export function oneEach<T>(make: () => T): (owner: object) => T {
	const all = new WeakMap<object, T>();
	return (owner) => {
		const one = all.get(owner) ?? make();
		all.set(owner, one);
		return one;
	};
}
