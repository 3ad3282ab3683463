import { sharesPromises } from "./runtime.ts";

/** Calls under way: who wants the same thing at the same moment gets the same answer, or failure. */
export class InFlight<T> {
	readonly #calls = new Map<string, Promise<T>>();
	readonly #shares: boolean;

	/** @param shares whether requests may wait for each other; else every caller makes its own call */
	constructor(shares = sharesPromises) {
		this.#shares = shares;
	}

	/** The answer to the call under way of that name, or to a new one. Nothing is kept afterwards. */
	share(key: string, call: () => Promise<T>): Promise<T> {
		if (!this.#shares) return call();
		const known = this.#calls.get(key);
		if (known) return known;
		const made = call().finally(() => this.#calls.delete(key));
		this.#calls.set(key, made);
		return made;
	}
}
