import { queueAfterTransactionHook } from "@better-auth/core/context";
import type { AuthContext } from "better-auth";
import type { BskyErrorCode } from "../errors.ts";
import { askHandedIn } from "./handed-in.ts";
import { inBackground } from "./in-background.ts";
import { logFailure } from "./log.ts";

/** Somebody has come in. */
export interface SignedInEvent {
	did: string;
	userId: string;
	/** The authorization server. */
	issuer: string;
	/** How long it took from the callback on, in milliseconds. */
	ms: number;
}

/** A sign-in has come to nothing; what isn't known yet at that moment is not there. */
export interface SignInFailedEvent {
	/** A code of ours, or that of the app's hook which refused. */
	code: BskyErrorCode | (string & {});
	/** Of `STATE_NOT_FOUND`: why, such as `no_cookie` or `used`, as the log explains it. */
	reason?: string | undefined;
	/** The authorization server; the person's PDS, where that could not say which one it is. */
	issuer?: string | undefined;
	/** Who was to sign in, by what was typed; nobody has proven it. */
	did?: string | undefined;
	/** Who is signed in, and wanted to connect an account. */
	userId?: string | undefined;
	/** How long the last request took, in milliseconds: the one that began, or the callback. */
	ms: number;
}

/** A stored session has ended, and neither the person nor the app has asked for it. */
export interface SessionLostEvent {
	did: string;
	userId: string;
	issuer: string;
	/** The server has ended it, in OAuth's word, or the account has `moved` to another server. */
	reason: "invalid_grant" | "moved";
}

/** A session has ended at its server because the person or the app wanted it. */
export interface RevokedEvent {
	/** Unknown where a sign-in was refused before it was told whose the session is. */
	did?: string | undefined;
	issuer: string;
	/** How long the server took, in milliseconds. */
	ms: number;
}

/** Nobody asks a server any more to end a session, which lives on there until it ends by itself. */
export interface RevocationGivenUpEvent {
	did?: string | undefined;
	/** Unknown where it can't be opened. */
	issuer?: string | undefined;
	/**
	 * - `attempts`: it was asked for 17 hours
	 * - `unsupported`: it has no revocation endpoint
	 * - `crowded`: too many wait for that server
	 * - `unreadable`: it was sealed with another secret, and nobody came who has it
	 * - `other_client`: it began as a client that this app is not, or with a key that it has no more, and
	 *   nobody came for it
	 */
	reason: "attempts" | "unsupported" | "crowded" | "unreadable" | "other_client";
	/** How many sessions that is about. */
	sessions: number;
}

/**
 * What an app may hear of. Handlers are called once it is certain, after the commit. Nobody waits for
 * them, and what they throw is logged and changes nothing. On several instances, the one hears of it
 * that did it.
 */
export interface BskyEvents {
	/** Somebody who has a user here signed in. */
	onSignedIn?: ((event: SignedInEvent) => unknown) | undefined;
	/** A new user came with it. */
	onSignedUp?: ((event: SignedInEvent) => unknown) | undefined;
	/** Somebody who was signed in has connected an account. */
	onLinked?: ((event: SignedInEvent) => unknown) | undefined;
	/** A sign-in came to nothing. */
	onSignInFailed?: ((event: SignInFailedEvent) => unknown) | undefined;
	/** A stored session ended without the person or the app: they have to sign in again. */
	onSessionLost?: ((event: SessionLostEvent) => unknown) | undefined;
	/** A session was revoked at its server. */
	onRevoked?: ((event: RevokedEvent) => unknown) | undefined;
	/** A session could not be revoked, and is not tried again. */
	onRevocationGivenUp?: ((event: RevocationGivenUpEvent) => unknown) | undefined;
}

export type EventName = keyof BskyEvents;

/** What a handler is called with. */
export type EventOf<Name extends EventName> = Parameters<NonNullable<BskyEvents[Name]>>[0];

/** Longest that a handler is waited for by the runtime that keeps a request alive, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Calls the app's handler of an event, where it has one: after the transaction that is under way, in
 * the background. It never throws.
 */
export async function tell<Name extends EventName>(
	context: AuthContext,
	events: BskyEvents,
	name: Name,
	event: EventOf<Name>,
): Promise<void> {
	const handler: unknown = events[name];
	if (typeof handler !== "function") return;
	await queueAfterTransactionHook(async () => {
		const called = askHandedIn(`events.${name}`, PATIENCE, () => handler.call(events, event));
		const over = called.then(
			() => {},
			(error: unknown) =>
				logFailure(context, "event_handler_failed", error, "warn", `events.${name} failed.`),
		);
		inBackground(context, over);
	});
}
