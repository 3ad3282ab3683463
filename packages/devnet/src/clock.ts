import { AsyncLocalStorage } from "node:async_hooks";
import { type Duration, milliseconds } from "./duration.ts";
import { DevnetError } from "./errors.ts";

/** What time it is for the servers of a network. */
export interface Clock {
	/** How far it is ahead of the machine's, in milliseconds. */
	readonly offset: number;
	/**
	 * Lets time pass for the network: `"1h"`, `"15d"`, or milliseconds. Tokens, sessions and requests
	 * under way are as old then as if one had waited.
	 *
	 * @throws {DevnetError} for what is no length of time
	 */
	advance(by: Duration): Promise<void>;
	/** Goes by the machine's clock again. */
	reset(): Promise<void>;
}

/** Servers write years of four digits alone, among them into certificates. */
const LATEST = Date.UTC(9999, 0, 1);

/** Whose clock the code that is running goes by; none is the machine's. */
const current = new AsyncLocalStorage<NetworkClock | undefined>();

/**
 * A network's clock. While it is ahead, `Date` tells its time to whatever runs for the network, and the
 * machine's to everybody else in this process, such as the app that a test is about.
 */
export class NetworkClock implements Clock {
	#offset = 0;

	get offset(): number {
		return this.#offset;
	}

	/** Does something by this clock, and all that comes of it: timers, connections, requests. */
	run<T>(work: () => T): T {
		return current.run(this, work);
	}

	async advance(by: Duration): Promise<void> {
		const offset = this.#offset + milliseconds(by);
		if (MachineDate.now() + offset > LATEST)
			throw new DevnetError(`"${by}" is too far: it can be no later than 9999 for the network`);
		this.#offset = offset;
		shifted.add(this);
		globalThis.Date = networkDate;
	}

	async reset(): Promise<void> {
		this.#offset = 0;
		shifted.delete(this);
		// A test may have put a clock of its own there since then.
		if (shifted.size === 0 && globalThis.Date === networkDate) globalThis.Date = MachineDate;
	}
}

/** Does something by the machine's clock. */
export const byMachineTime = <T>(work: () => T): T => current.run(undefined, work);

/** Those that are ahead. */
const shifted = new Set<NetworkClock>();

const MachineDate = globalThis.Date;

const now = (): number => MachineDate.now() + (current.getStore()?.offset ?? 0);

const networkDate: DateConstructor = new Proxy(MachineDate, {
	apply: () => new MachineDate(now()).toString(),
	construct: (target, args, made) =>
		Reflect.construct(target, args.length === 0 ? [now()] : args, made),
	get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});
