import { type Person, peopleIn } from "../person.ts";

const KEY = "better-auth-bsky.accounts";
const MAX = 5;

/** `isNew` marks one that a sign-in under way has added: should it fail, it is dropped again. */
type Kept = Person & { isNew?: boolean };

/** Accounts used on this device, the latest first. Storage that is full or forbidden is none. */
export function loadRemembered(): Person[] {
	return read().map(confirmed);
}

/** Puts an account first, as the one that is being signed in with. */
export function keepRemembered(person: Person): void {
	const kept = read();
	const isNew = !kept.some(({ handle, isNew }) => handle === person.handle && !isNew);
	write([{ ...person, isNew }, ...without(kept, person.handle).map(confirmed)]);
}

/** Forgets what a sign-in that failed had added; after one that didn't, nothing is new any more. */
export function endAttempt(failed: boolean): void {
	const kept = read();
	if (kept.some(({ isNew }) => isNew)) {
		write(kept.filter(({ isNew }) => !(failed && isNew)).map(confirmed));
	}
}

export const forgetRemembered = (handle: string): void => write(without(read(), handle));

const without = (kept: Kept[], handle: string) => kept.filter((one) => one.handle !== handle);
const confirmed = ({ isNew, ...person }: Kept): Kept => person;

function read(): Kept[] {
	try {
		return peopleIn(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
	} catch {
		return [];
	}
}

function write(kept: Kept[]): void {
	try {
		localStorage.setItem(KEY, JSON.stringify(kept.slice(0, MAX)));
	} catch {
		// Nothing depends on it.
	}
}
