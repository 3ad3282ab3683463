/** So much of something in each window of time, whoever takes it. */
export class Allowance {
	readonly #max: number;
	readonly #window: number;
	#left: number;
	#until = 0;

	/** @param window in milliseconds */
	constructor(max: number, window: number) {
		this.#max = max;
		this.#window = window;
		this.#left = max;
	}

	/** Takes one; false where none is left. */
	take(): boolean {
		const now = Date.now();
		if (now >= this.#until || now < this.#until - this.#window) {
			this.#left = this.#max;
			this.#until = now + this.#window;
		}
		if (this.#left === 0) return false;
		this.#left--;
		return true;
	}
}
