/**
 * Whether it is time for a chore that is done now and then: at most once in `interval` milliseconds
 * for each `owner`. Whoever asks first, does it.
 */
export function nowAndThen(interval: number): (owner: object) => boolean {
	const last = new WeakMap<object, number>();
	return (owner) => {
		const now = Date.now();
		if (now - (last.get(owner) ?? 0) < interval) return false;
		last.set(owner, now);
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
