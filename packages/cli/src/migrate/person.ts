import type { ImportedSession } from "@better-auth-bsky/core";

/** Somebody whom an older plugin, or code of the app's own, had signed in. */
export interface OldPerson {
	did: string;
	/** Whose it is; null where the app had no users, so that one is made. */
	userId: string | null;
	handle?: string | undefined;
	/** As it was stored; undefined where none is, and null where nobody can read it. */
	session: ImportedSession | null | undefined;
	/** Takes what was stored in plain text away. */
	forget(): Promise<void>;
}

/** Where people come from. */
export type Source = AsyncGenerator<OldPerson>;

/**
 * What a text holds of a session, with the client that it began as; undefined where nothing is in it,
 * and null where it is no JSON. A parser's own words would quote it.
 */
export function sessionIn(text: unknown, clientId?: string): OldPerson["session"] {
	const read = typeof text === "string" ? parsed(text) : (text ?? undefined);
	if (read === undefined || read === null) return read;
	if (typeof read !== "object") return null;
	// A sign-in that broke off has left "{}".
	if (Object.keys(read).length === 0) return undefined;
	// Whatever else is in it: the endpoint that it goes to reads it, and says what is wrong.
	return { ...(clientId && { clientId }), ...(read as ImportedSession) };
}

function parsed(text: string): unknown {
	if (text.trim() === "") return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
