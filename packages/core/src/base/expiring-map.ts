/** What the values of an {@link ExpiringMap} weigh together at most, each with its key. */
export interface Weight<T> {
	max: number;
	of: (value: T) => number;
}

interface Entry<T> {
	value: T;
	weight: number;
	expiresAt: number;
}

/** A map of bounded size whose entries expire by the clock: the oldest make room for a new one. */
export class ExpiringMap<T> {
	readonly #entries = new Map<string, Entry<T>>();
	readonly #maxEntries: number;
	readonly #maxAge: number;
	readonly #weight: Weight<T> | undefined;
	#total = 0;

	/** @param maxAge in milliseconds; 0 keeps nothing */
	constructor(maxEntries: number, maxAge: number, weight?: Weight<T>) {
		this.#maxEntries = maxEntries;
		this.#maxAge = maxAge;
		this.#weight = weight;
	}

	get(key: string): T | undefined {
		const entry = this.#entries.get(key);
		const left = entry ? entry.expiresAt - Date.now() : 0;
		// More is left than there ever was where the clock has been set back since.
		return left > 0 && left <= this.#maxAge ? entry?.value : undefined;
	}

	/** What is too heavy by itself is not kept, and neither is what it would have replaced. */
	set(key: string, value: T): void {
		this.delete(key);
		const weight = this.#weight ? key.length + this.#weight.of(value) : 0;
		const max = this.#weight?.max ?? 0;
		if (this.#maxAge === 0 || weight > max) return;
		for (const oldest of this.#entries.keys()) {
			if (this.#entries.size < this.#maxEntries && this.#total + weight <= max) break;
			this.delete(oldest);
		}
		this.#entries.set(key, { value, weight, expiresAt: Date.now() + this.#maxAge });
		this.#total += weight;
	}

	delete(key: string): void {
		this.#total -= this.#entries.get(key)?.weight ?? 0;
		this.#entries.delete(key);
	}
}
