const MESSAGES: readonly string[] = ["fetch failed", "terminated"];

/** The time that a request has, its body included; and its caller may want it no longer. */
export class Deadline {
	readonly #controller = new AbortController();
	readonly #timer: NodeJS.Timeout;
	readonly #until: number;
	/** Kept whole: its signal follows the caller's only as long as the request itself is there. */
	readonly #request: Request;

	/** @param ms in milliseconds */
	constructor(ms: number, request: Request) {
		this.#request = request;
		this.#until = performance.now() + ms;
		this.#timer = setTimeout(() => this.#controller.abort(timeUp()), ms);
		if (request.signal.aborted) this.#follow();
		else request.signal.addEventListener("abort", this.#follow, { once: true });
	}

	readonly #follow = () => this.#controller.abort(this.#request.signal.reason);

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	/** Nothing more is waited for. */
	over(): void {
		clearTimeout(this.#timer);
		this.#request.signal.removeEventListener("abort", this.#follow);
	}

	/** Nothing more is wanted: whatever is still open is closed. */
	giveUp(): void {
		this.over();
		this.#controller.abort();
	}

	/**
	 * What a failure is called: by the reason where time was up, else as Node's fetch has it, before
	 * the answer's headers came or in its body. Other runtimes, and an app's own `fetch`, say it in
	 * words of their own.
	 */
	failure(message: "fetch failed" | "terminated", cause: unknown): unknown {
		if (this.signal.aborted) return this.signal.reason;
		// In a process that was busy, what fails at the end may come before the timer has its turn.
		if (performance.now() >= this.#until) return timeUp();
		const named = cause instanceof TypeError && MESSAGES.includes(cause.message);
		return named ? cause : new TypeError(message, { cause });
	}
}

const timeUp = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");
