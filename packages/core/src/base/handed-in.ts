import { unlessAborted, within } from "./within.ts";

/** A function that the app has handed in did something else than it is there for. */
export class HandedInError extends Error {
	override name = "HandedInError";
}

/**
 * Asks a function that the app has handed in, which may throw anything, take for ever, or give no
 * promise.
 *
 * @param name what the app knows it by
 * @param ms the longest that it is waited for, in milliseconds
 * @throws what it throws; a {@link HandedInError} where that is no Error, or where it takes too long
 */
export function askHandedIn<T>(
	name: string,
	ms: number,
	ask: () => T | PromiseLike<T>,
): Promise<T> {
	const answer = async () => ask();
	return within(ms, undefined, (signal) =>
		unlessAborted(signal, answer()).catch((thrown: unknown) => {
			if (signal.aborted) throw new HandedInError(`${name} took longer than ${ms / 1000} s.`);
			throw asError(name, thrown);
		}),
	);
}

/** What a function of the app has thrown, if it is an Error that can be looked at; else one for it. */
export function asError(name: string, thrown: unknown): Error {
	try {
		if (thrown instanceof Error) return readable(thrown);
	} catch {
		return new HandedInError(`${name} threw what can't be looked at.`);
	}
	const what = typeof thrown === "string" ? `"${thrown}"` : typeof thrown;
	return new HandedInError(`${name} threw what is no Error: ${what}.`);
}

/** @throws where it can't be looked at, or one of its causes */
function readable(error: Error): Error {
	let each: unknown = error;
	for (let depth = 0; each instanceof Error && depth < 10; depth++) {
		for (const name of ["name", "message", "code"]) Reflect.get(each, name);
		each = each.cause;
	}
	return error;
}
