import { attempt } from "./attempt.ts";

/** What components tell of, and what with. As DOM events they are called `bsky:start` and so on. */
export interface BskyEvents {
	/** A sign-in, a sign-up or a connection has begun. */
	start: { via: "handle" | "account" | "continue" | "create" | "reconnect"; server?: string };
	/** The browser leaves for the person's server. */
	redirect: { url: string };
	/** It has failed, with a code of the labels' `errors`. */
	error: { code: string };
	/** On the page that follows: somebody has signed in. */
	success: { did: string; isNewUser: boolean };
	/** On the page that follows: an account was connected, or connected again. */
	connect: { did: string };
	/** An account was disconnected. */
	disconnect: { did: string };
	/** The app acts as another account from now on. */
	switch: { did: string };
	/** Somebody was picked from the list. */
	"suggestion-pick": { handle: string; did?: string | undefined };
	/** An account was removed from this device. */
	forget: { handle: string };
	/** Somebody has signed out. */
	"sign-out": Record<string, never>;
}

/** Tells the app: by a DOM event that bubbles from the component, and by the option of that name. */
export function tell<Name extends keyof BskyEvents>(
	root: EventTarget | null | undefined,
	name: Name,
	detail: BskyEvents[Name],
	callback?: ((detail: BskyEvents[Name]) => void) | undefined,
): void {
	root?.dispatchEvent(new CustomEvent(`bsky:${name}`, { bubbles: true, composed: true, detail }));
	if (callback) void attempt(() => callback(detail));
}
