import { setTimeout as sleep } from "node:timers/promises";
import { queueAfterTransactionHook } from "@better-auth/core/context";
import { nowAndThen } from "../base/now-and-then.ts";
import type { Bsky } from "../bsky.ts";
import {
	addRevocation,
	claimDueRevocations,
	postponeRevocation,
	type QueuedRevocation,
	type Revocation,
	removeRevocation,
	revocationOf,
} from "../stores/revocation-store.ts";
import type { SavedSession, TokenOwner } from "../stores/saved.ts";

/** How often a server is asked before it is left alone: the last time about 17 hours later. */
const MAX_ATTEMPTS = 11;
const FIRST_DELAY = 60_000;

/** Most revocations that one round takes on, and the least time between two in one process. */
const BATCH = 20;
const isTimeForARound = nowAndThen(60_000);

/** How long one attempt may take before another process tries, in milliseconds. */
const LEASE = 60_000;

/** By how much the answer to the person goes ahead of the attempt, in milliseconds. */
const HEAD_START = 5;

/** The longest that an authorization code may live (RFC 6749 §4.1.2), in milliseconds. */
const CODE_MAX_AGE = 10 * 60 * 1000;

const inMs = (delay: number) => new Date(Date.now() + delay);

/**
 * Ends a session that is no longer wanted at its server, without keeping anyone waiting. It is
 * written down first, in the transaction that gives the session up, and tried once that is
 * committed; where the server can't be reached, later sign-ins and restores try it again.
 */
async function queueRevocation(bsky: Bsky, revocation: Revocation): Promise<void> {
	const queued = await addRevocation(bsky.context, revocation, inMs(LEASE));
	await queueAfterTransactionHook(async () => {
		bsky.context.runInBackground(sleep(HEAD_START).then(() => attempt(bsky, queued)));
	});
}

/** The same for a session that is given up. */
export const revokeSession = (bsky: Bsky, session: SavedSession): Promise<void> =>
	queueRevocation(bsky, revocationOf(session));

/** The same where the database itself may be what failed: then at least the attempt is made. */
export async function revokeRefused(bsky: Bsky, revocation: Revocation): Promise<void> {
	try {
		await queueRevocation(bsky, revocation);
	} catch (error) {
		bsky.logFailure("A revocation could not be stored; it is tried once.", error);
		bsky.context.runInBackground(
			bsky
				.oauthOf(revocation.owner.clientId)
				.then((oauth) => oauth?.revoke(revocation.owner, revocation.token))
				.catch((cause) => bsky.logFailure("A session could not be revoked.", cause)),
		);
	}
}

/**
 * Where the answer of an exchange was lost, the code still revokes what it may have brought. Unless
 * the server refused it, the exchange may even happen after we have stopped waiting, as long as the
 * code lives.
 *
 * @param error what kept the exchange from its end
 */
export async function revokeCode(
	bsky: Bsky,
	owner: TokenOwner,
	code: string,
	error: unknown,
): Promise<void> {
	const { isRefused } = await import("../oauth/errors.ts");
	const againAfter = isRefused(error) ? undefined : Date.now() + CODE_MAX_AGE;
	await revokeRefused(bsky, { owner, token: code, againAfter });
}

/** Tries again what could not be revoked: now and then, a bounded number, in nobody's way. */
export function scheduleRevocations(bsky: Bsky): void {
	const { adapter, runInBackground } = bsky.context;
	if (isTimeForARound(adapter)) runInBackground(retryRevocations(bsky));
}

/** One round of retries: of what is due at `now`, in milliseconds since 1970. */
export async function retryRevocations(bsky: Bsky, now: number = Date.now()): Promise<void> {
	try {
		const claimed = await claimDueRevocations(bsky.context, BATCH, new Date(now), inMs(LEASE));
		await Promise.all(claimed.map((queued) => attempt(bsky, queued, now)));
	} catch (error) {
		bsky.logFailure("The queue of revocations could not be read.", error);
	}
}

async function attempt(
	bsky: Bsky,
	queued: QueuedRevocation,
	now: number = Date.now(),
): Promise<void> {
	const { owner, token, key, attempts, againAfter = 0 } = queued;
	const { context } = bsky;
	try {
		const oauth = await bsky.oauthOf(owner.clientId);
		if (!oauth) throw new Error("It belongs to a client that this app doesn't answer for");
		const outcome = await oauth.revoke(owner, token);
		if (outcome === "unsupported") sayUnsupported(bsky, owner);
		await (outcome === "revoked" && now < againAfter
			? postponeRevocation(context, key, new Date(againAfter))
			: removeRevocation(context, key));
	} catch (error) {
		bsky.logFailure("A session could not be revoked at its server.", error);
		// A server that says no may say yes later: it limits rates, or could not fetch our metadata.
		await (attempts + 1 >= MAX_ATTEMPTS
			? removeRevocation(context, key)
			: postponeRevocation(context, key, inMs(FIRST_DELAY * 2 ** attempts))
		).catch((cause) => bsky.logFailure("A revocation could not be postponed.", cause));
	}
}

/** There is nothing to try again: the session ends by itself, or where the person ends it. */
function sayUnsupported({ context }: Bsky, { iss }: TokenOwner): void {
	const why = "it has no revocation endpoint. It ends by itself, or in the list of apps there.";
	context.logger.warn(`[better-auth-bsky] A session can't be revoked at ${iss}: ${why}`);
}
