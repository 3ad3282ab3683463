import { oneEach } from "../base/now-and-then.ts";
import { sharesPromises } from "../base/runtime.ts";
import type { ResolvedXrpc } from "../xrpc-options.ts";

/** Longest that a call waits for others to end, in milliseconds. */
const PATIENCE = 10_000;

/** How many may wait for each that is under way. */
const MOST_WAITING = 4;

type Limits = Pick<ResolvedXrpc, "maxCalls" | "maxCallsPerUser">;

interface Waiting {
	user: string;
	go(end: (() => void) | null): void;
}

/** Calls under way in this process: so many at a time, and so many of one user. */
class CallsAtOnce {
	#all = 0;
	readonly #of = new Map<string, number>();
	readonly #waiting = new Set<Waiting>();

	/**
	 * Begins a call, once there is room for it.
	 *
	 * @param shares whether one request may wait for another: on workers it would wait for good
	 * @returns what ends it; null where there is no room soon
	 */
	async begin(user: string, limits: Limits, shares = sharesPromises): Promise<(() => void) | null> {
		if (this.#hasRoom(user, limits)) return this.#take(user, limits);
		const waiting = [...this.#waiting].filter((each) => each.user === user).length;
		const isCrowded =
			this.#waiting.size >= MOST_WAITING * limits.maxCalls ||
			waiting >= MOST_WAITING * limits.maxCallsPerUser;
		if (!shares || isCrowded) return null;
		return new Promise((resolve) => {
			const one: Waiting = {
				user,
				go: (end) => {
					clearTimeout(timer);
					this.#waiting.delete(one);
					resolve(end);
				},
			};
			const timer = setTimeout(() => one.go(null), PATIENCE);
			this.#waiting.add(one);
		});
	}

	#hasRoom(user: string, { maxCalls, maxCallsPerUser }: Limits): boolean {
		return this.#all < maxCalls && (this.#of.get(user) ?? 0) < maxCallsPerUser;
	}

	#take(user: string, limits: Limits): () => void {
		this.#count(user, 1);
		let isOver = false;
		return () => {
			if (isOver) return;
			isOver = true;
			this.#count(user, -1);
			this.#next(limits);
		};
	}

	#count(user: string, more: 1 | -1): void {
		this.#all += more;
		const now = (this.#of.get(user) ?? 0) + more;
		if (now === 0) this.#of.delete(user);
		else this.#of.set(user, now);
	}

	/** Whoever has waited longest of those that may go. */
	#next(limits: Limits): void {
		for (const one of this.#waiting) {
			if (!this.#hasRoom(one.user, limits)) continue;
			one.go(this.#take(one.user, limits));
			return;
		}
	}
}

/** An app's. */
export const callsAtOnce = oneEach(() => new CallsAtOnce());
