/** A map of bounded size whose entries expire: the oldest one makes room for a new one. */
export class ExpiringMap<T> {
	readonly #entries = new Map<string, { value: T; expiresAt: number }>();
	readonly #maxEntries: number;
	readonly #maxAge: number;

	/** @param maxAge in milliseconds; 0 keeps nothing */
	constructor(maxEntries: number, maxAge: number) {
		this.#maxEntries = maxEntries;
		this.#maxAge = maxAge;
	}

	get(key: string): T | undefined {
		const entry = this.#entries.get(key);
		return entry && entry.expiresAt > Date.now() ? entry.value : undefined;
	}

	set(key: string, value: T): void {
		if (this.#maxAge === 0) return;
		this.#entries.delete(key);
		const [oldest] = this.#entries.keys();
		if (this.#entries.size >= this.#maxEntries && oldest !== undefined)
			this.#entries.delete(oldest);
		this.#entries.set(key, { value, expiresAt: Date.now() + this.#maxAge });
	}

	delete(key: string): void {
		this.#entries.delete(key);
	}
}
