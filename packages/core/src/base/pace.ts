/** Nothing came for too long, or too little. */
export class StalledError extends Error {
	override name = "StalledError";
}

export interface PaceLimits {
	/** How long nothing may come, in seconds. */
	idleTimeout: number;
	/** The least on the average, once that time is over. */
	minBytesPerSecond: number;
}

/** Nobody sees it. An error would be made with its stack, each time. */
const OVER = "over";

/** How often is looked, in milliseconds, where the limit isn't shorter than that. */
const INTERVAL = 1000;

/**
 * Ends what stands still, or crawls: a body on its way up, the wait for an answer, an answer on its way
 * down. A transfer may take as long as it likes while it goes on.
 */
export class Pace {
	readonly #limits: PaceLimits;
	readonly #controller = new AbortController();
	readonly #timer: NodeJS.Timeout;
	#last = Date.now();
	#begun: number | null = null;
	#bytes = 0;

	constructor(limits: PaceLimits) {
		this.#limits = limits;
		const idle = limits.idleTimeout * 1000;
		this.#timer = setInterval(() => this.#look(idle), Math.min(INTERVAL, idle / 4));
	}

	/** Aborted at the end, in any case: with a {@link StalledError}, or with what {@link end} was given. */
	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	/** A body begins, whose bytes are counted from here. */
	begin(): void {
		this.#begun = Date.now();
		this.#bytes = 0;
		this.move(0);
	}

	/** Bytes have come, or something else has happened. */
	move(bytes = 0): void {
		this.#last = Date.now();
		this.#bytes += bytes;
	}

	/** The body is through: what comes next is waited for. */
	pause(): void {
		this.#begun = null;
		this.move();
	}

	/** All is over, for well or ill: whatever is still open is closed. */
	end(reason: unknown = OVER): void {
		clearInterval(this.#timer);
		this.#controller.abort(reason);
	}

	#look(idle: number): void {
		const now = Date.now();
		const took = this.#begun === null ? 0 : now - this.#begun;
		const least = took < idle ? 0 : (this.#limits.minBytesPerSecond * took) / 1000;
		if (now - this.#last >= idle) this.end(new StalledError("Nothing came for too long."));
		else if (this.#bytes < least) this.end(new StalledError("It came too slowly."));
	}
}
