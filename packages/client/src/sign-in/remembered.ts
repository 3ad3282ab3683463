import { type Person, peopleIn } from "../person.ts";

const KEY = "better-auth-bsky.accounts";
const MAX = 5;

/** What can be signed in with. Anything may write to a storage. */
const HANDLE = /^[a-z\d-]+(\.[a-z\d-]+)+$/i;

/** Accounts used on this device, the latest first. Storage that is full or forbidden is none. */
export function loadRemembered(): Person[] {
	try {
		return peopleIn<Person>(JSON.parse(localStorage.getItem(KEY) ?? "[]"))
			.filter(({ handle }) => HANDLE.test(handle))
			.slice(0, MAX);
	} catch {
		return [];
	}
}

/** Puts an account first: somebody has signed in with it. */
export function keepRemembered({ did, handle, displayName, avatar }: Person): void {
	// They may have had another handle then.
	const others = without(handle).filter((one) => !did || one.did !== did);
	write([{ did, handle, displayName, avatar }, ...others]);
}

export const forgetRemembered = (handle: string): void => write(without(handle));

const without = (handle: string) => loadRemembered().filter((one) => one.handle !== handle);

function write(kept: Person[]): void {
	try {
		localStorage.setItem(KEY, JSON.stringify(kept.slice(0, MAX)));
	} catch {
		// Nothing depends on it.
	}
}
