import { type Duration, inWords, milliseconds } from "../duration.ts";
import { DevnetError } from "../errors.ts";
import { HABITS, type HabitName } from "../habits/names.ts";
import type { Gated } from "../servers/gate.ts";
import type { Pds } from "../servers/pds.ts";
import type { Service } from "../servers/service.ts";

/**
 * What can be wrong with a server: it is down, each answer takes so much longer, each answer has this
 * status, or (a PDS) it behaves as another kind of server does.
 */
export type Fault = "down" | { slow: Duration } | { status: number } | { habit: HabitName };

/** One fault in force. */
export interface FaultInForce {
	/** `pds`, `appview`, … */
	server: string;
	fault: Fault;
}

/** Which fault of a server is meant: a word for each kind, or the name of a habit. */
export type FaultKind = "down" | "slow" | "status" | HabitName;

type Faulty = Service & Gated & Partial<Pick<Pds, "behave">>;

/** What is wrong with the servers of a network on purpose. */
export class Faults {
	readonly #servers: () => ReadonlyMap<string, Faulty>;
	readonly #habits = new Map<string, Map<HabitName, () => void>>();

	/** @param servers every server by the name that it has here; more may come */
	constructor(servers: () => ReadonlyMap<string, Faulty>) {
		this.#servers = servers;
	}

	/** The names of the servers. */
	get servers(): string[] {
		return [...this.#servers().keys()];
	}

	get list(): FaultInForce[] {
		return [...this.#servers()].flatMap(([server, { running, gate }]) => {
			const faults: Fault[] = [];
			if (!running) faults.push("down");
			if (gate.slow > 0) faults.push({ slow: gate.slow });
			if (gate.status) faults.push({ status: gate.status });
			for (const habit of this.#habits.get(server)?.keys() ?? []) faults.push({ habit });
			return faults.map((fault) => ({ server, fault }));
		});
	}

	async set(server: string, fault: Fault): Promise<void> {
		const faulty = this.#find(server);
		if (fault === "down") await faulty.stop();
		else if ("slow" in fault) faulty.gate.slow = milliseconds(fault.slow);
		else if ("status" in fault) faulty.gate.status = statusOf(fault.status);
		else this.#takeUp(server, fault.habit);
	}

	/** Puts one fault right, or all of a server, or all. */
	async clear(server?: string, kind?: string): Promise<void> {
		const names = server === undefined ? this.servers : [server];
		for (const name of names) {
			const faulty = this.#find(name);
			if (!kind || kind === "slow") faulty.gate.slow = 0;
			if (!kind || kind === "status") faulty.gate.status = undefined;
			const habits = this.#habits.get(name) ?? [];
			for (const [habit, undo] of habits) if (!kind || kind === habit) undo();
			if (!kind || kind === "down") await faulty.start();
		}
	}

	#takeUp(server: string, habit: HabitName): void {
		const mine = this.#habits.get(server) ?? new Map<HabitName, () => void>();
		this.#habits.set(server, mine);
		if (mine.has(habit)) return;
		const undo = this.#find(server).behave?.(habit);
		if (!undo) throw new DevnetError(`Habits are those of a PDS, and "${server}" is none`);
		mine.set(habit, () => {
			undo();
			mine.delete(habit);
		});
	}

	#find(server: string): Faulty {
		const found = this.#servers().get(server);
		if (found) return found;
		throw new DevnetError(
			`This network has no server "${server}": there is ${this.servers.join(", ")}`,
		);
	}
}

/** Which fault it is of those that a server can have. */
export const kindOf = (fault: Fault): FaultKind =>
	fault === "down" ? "down" : "slow" in fault ? "slow" : "status" in fault ? "status" : fault.habit;

/** A fault as it is written in a command: `down`, `slow 3s`, `500`, `habit no-nonce`. */
export function faultInWords(fault: Fault): string {
	if (fault === "down") return fault;
	if ("slow" in fault) return `slow ${inWords(milliseconds(fault.slow))}`;
	return "status" in fault ? String(fault.status) : `habit ${fault.habit}`;
}

/**
 * A fault from the words of a command, or undefined where they name none.
 *
 * @throws {DevnetError} for one that can't be
 */
export function faultFromWords([word = "", ...rest]: readonly string[]): Fault | undefined {
	const value = rest.join("");
	if (word === "down") return "down";
	if (word === "slow") return { slow: milliseconds(value) };
	if (/^\d+$/.test(word)) return { status: statusOf(Number(word)) };
	if (word !== "habit") return undefined;
	const habit = HABITS.find((name) => name === value);
	if (habit) return { habit };
	throw new DevnetError(`No server has the habit "${value}". There is: ${HABITS.join(", ")}`);
}

function statusOf(status: number): number {
	if (Number.isInteger(status) && status >= 400 && status <= 599) return status;
	throw new DevnetError(`A server can't fail with ${status}: give a status from 400 to 599`);
}
