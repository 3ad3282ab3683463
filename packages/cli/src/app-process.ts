import { CannotRun, exitCodes, messageOf } from "./outcome.ts";

/** Longer than any app takes to start, or to ask its database. In milliseconds. */
const PATIENCE = 60_000;

const nothing = () => {};

let leave: () => void = nothing;
let own: typeof process.stdout.write | undefined;

/**
 * From here on code of an app runs in this process: what it prints goes where errors go, since programs
 * read what the command says; and it doesn't end the command, which says what happened.
 */
export function enterApp(): void {
	leaveApp();
	const { exit, stdout, stderr } = process;
	const { write } = stdout;
	const failed = (error: unknown) => {
		stderr.write(`The app failed beside what it was asked: ${messageOf(error)}\n`);
		exit(exitCodes.couldNotRun);
	};
	own = write.bind(stdout);
	stdout.write = stderr.write.bind(stderr);
	process.exit = (code) => {
		throw new CannotRun(`it ends the process: exit(${code ?? process.exitCode ?? 0})`);
	};
	process.on("uncaughtException", failed);
	leave = () => {
		own = undefined;
		stdout.write = write;
		process.exit = exit;
		process.off("uncaughtException", failed);
	};
}

/** Takes that back. */
export function leaveApp(): void {
	leave();
	leave = nothing;
}

/** Says something to whoever called the command, whatever an app does to its output. */
export function print(text: string): void {
	(own ?? process.stdout.write.bind(process.stdout))(`${text}\n`);
}

/**
 * What an app promises, if it keeps that in time.
 *
 * @param what is waited for, as the beginning of a sentence
 * @throws {CannotRun} where it doesn't, also where nothing is left that could
 */
export async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
	let isLate = nothing;
	const late = new Promise<never>((_, reject) => {
		isLate = () =>
			reject(
				new CannotRun(
					`${what} waits for something that never comes: a database or a service that isn't there?`,
				),
			);
	});
	const timer = setTimeout(isLate, PATIENCE).unref();
	process.once("beforeExit", isLate);
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
		process.off("beforeExit", isLate);
	}
}
