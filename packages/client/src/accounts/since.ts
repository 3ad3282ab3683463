import type { ConnectedAccount } from "./types.ts";

const KEY = "better-auth-bsky.connected";

/**
 * Whether that has been taken: the list has told the page then. Ask it after a trip of the list's only,
 * which none could be kept of where storage is forbidden.
 */
export const isTold = (): boolean => sessionStorage.getItem(KEY) === null;

/** Keeps which accounts work, while the browser is away for another one. */
export function rememberConnected(accounts: readonly ConnectedAccount[] | null): void {
	const dids = accounts?.filter(({ active }) => active).map(({ did }) => did) ?? null;
	try {
		sessionStorage.setItem(KEY, JSON.stringify(dids));
	} catch {
		// Nobody is told of the new one then.
	}
}

/** Those, once: `null` where it wasn't away for that. */
export function takeConnectedBefore(): string[] | null {
	try {
		const dids: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
		sessionStorage.removeItem(KEY);
		return Array.isArray(dids) ? dids : null;
	} catch {
		return null;
	}
}
