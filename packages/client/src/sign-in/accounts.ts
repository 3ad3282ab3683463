import type { Person } from "../person.ts";

const KEY = "better-auth-bsky.accounts";
const MAX = 5;

/** `isNew` marks one that a sign-in under way has added: should it fail, it is dropped again. */
type Kept = Person & { isNew?: boolean };

/** Accounts used on this device, the latest first. Storage that is full or forbidden is none. */
export function loadAccounts(): Person[] {
	return read().map(({ isNew, ...person }) => person);
}

/** Puts an account first, as the one that is being signed in with. */
export function keepAccount(person: Person): void {
	const kept = read();
	const isNew = !kept.some(({ handle, isNew }) => handle === person.handle && !isNew);
	write([{ ...person, isNew }, ...without(kept, person.handle).map(settled)]);
}

/** Forgets what a sign-in that failed had added; after one that didn't, nothing is new any more. */
export function settleAccounts(failed: boolean): void {
	const kept = read();
	if (kept.some(({ isNew }) => isNew)) {
		write(kept.filter(({ isNew }) => !(failed && isNew)).map(settled));
	}
}

export const forgetAccount = (handle: string): void => write(without(read(), handle));

const without = (kept: Kept[], handle: string) => kept.filter((one) => one.handle !== handle);
const settled = ({ isNew, ...person }: Kept): Kept => person;

function read(): Kept[] {
	try {
		const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
		return Array.isArray(list) ? list.filter(isKept) : [];
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

/** Anything on the page's origin can write there. */
function isKept(one: unknown): one is Kept {
	if (typeof one !== "object" || one === null) return false;
	const { handle, displayName = "", avatar = "https:" } = one as Record<string, unknown>;
	return (
		typeof handle === "string" &&
		typeof displayName === "string" &&
		typeof avatar === "string" &&
		avatar.startsWith("https:")
	);
}
