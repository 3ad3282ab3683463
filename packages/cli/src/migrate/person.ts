import type { ImportedSession } from "@better-auth-bsky/core";

/** Somebody whom an older plugin, or code of the app's own, had signed in. */
export interface OldPerson {
	did: string;
	/** Whose it is; null where the app had no users, so that one is made. */
	userId: string | null;
	handle?: string | undefined;
	/** As it was stored; undefined where none is. */
	session?: ImportedSession | undefined;
	/** Takes what was stored in plain text away. */
	forget(): Promise<void>;
}

/** Where people come from. */
export type Source = AsyncGenerator<OldPerson>;

/** What a text holds of a session, with the client that it began as; undefined where nothing is in it. */
export function sessionIn(text: unknown, clientId?: string): ImportedSession | undefined {
	// A sign-in that broke off has left "{}".
	const read: unknown = typeof text === "string" && text !== "" ? JSON.parse(text) : text;
	if (typeof read !== "object" || read === null || Object.keys(read).length === 0) return undefined;
	// Whatever else is in it: the endpoint that it goes to reads it, and says what is wrong.
	return { ...(clientId && { clientId }), ...(read as ImportedSession) };
}
