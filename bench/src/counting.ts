import { DatabaseSync } from "node:sqlite";

/** Marks a point; says what has happened since the last one. */
interface Counter<T> {
	take(): T;
}

export interface Statements {
	/** Everything but the brackets of a transaction. */
	statements: number;
	/** `begin`, `commit` and `rollback`. */
	brackets: number;
}

/** A database that counts what it is asked; better-auth prepares a statement for every execution. */
export class CountingDatabase extends DatabaseSync implements Counter<Statements> {
	#seen: string[] = [];

	override prepare(...args: Parameters<DatabaseSync["prepare"]>) {
		this.#seen.push(args[0]);
		return super.prepare(...args);
	}

	override exec(sql: string): void {
		this.#seen.push(sql);
		super.exec(sql);
	}

	take(): Statements {
		const seen = this.#seen.splice(0);
		const brackets = seen.filter((sql) => /^\s*(begin|commit|rollback)\b/i.test(sql)).length;
		return { statements: seen.length - brackets, brackets };
	}
}

export interface CountingFetch extends Counter<number> {
	fetch: typeof globalThis.fetch;
}

export function countingFetch(): CountingFetch {
	let requests = 0;
	return {
		fetch: (...args) => {
			requests++;
			return fetch(...args);
		},
		take() {
			const taken = requests;
			requests = 0;
			return taken;
		},
	};
}
