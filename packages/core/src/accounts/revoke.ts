import { setTimeout as sleep } from "node:timers/promises";
import { queueAfterTransactionHook } from "@better-auth/core/context";
import type { AuthContext } from "better-auth";
import { type Bsky, logFailure } from "../context.ts";
import {
	addRevocation,
	claimDueRevocations,
	postponeRevocation,
	type QueuedRevocation,
	type Revocation,
	removeRevocation,
} from "../stores/revocation-store.ts";

/** How often a server is asked before it is left alone: the last time about 17 hours later. */
const MAX_ATTEMPTS = 11;
const FIRST_DELAY = 60_000;

/** Most revocations that one round takes on, and the least time between two in one process. */
const BATCH = 20;
const ROUND_INTERVAL = 60_000;

/** How long one attempt may take before another process tries, in milliseconds. */
const LEASE = 60_000;

/** By how much the answer to the person goes ahead of the attempt, in milliseconds. */
const HEAD_START = 5;

const inMs = (delay: number) => new Date(Date.now() + delay);

/**
 * Ends a session that is no longer wanted at its server, without keeping anyone waiting. It is
 * written down first, in the transaction that gives the session up, and tried once that is
 * committed; where the server can't be reached, later sign-ins and restores try it again.
 */
export async function queueRevocation(
	context: AuthContext,
	bsky: Bsky,
	revocation: Revocation,
): Promise<void> {
	const queued = await addRevocation(context, revocation, inMs(LEASE));
	await queueAfterTransactionHook(async () => {
		context.runInBackground(sleep(HEAD_START).then(() => attempt(context, bsky, queued)));
	});
}

/** The same where the database itself may be what failed: then at least the attempt is made. */
export async function revokeRefused(
	context: AuthContext,
	bsky: Bsky,
	revocation: Revocation,
): Promise<void> {
	try {
		await queueRevocation(context, bsky, revocation);
	} catch (error) {
		logFailure(context, "A revocation could not be stored; it is tried once.", error);
		context.runInBackground(
			bsky
				.oauth(context)
				.then((client) => client.revoke(revocation.owner, revocation.token))
				.catch((cause) => logFailure(context, "A session could not be revoked.", cause)),
		);
	}
}

const lastRound = new WeakMap<AuthContext["adapter"], number>();

/** Tries again what could not be revoked: now and then, a bounded number, in nobody's way. */
export function scheduleRevocations(context: AuthContext, bsky: Bsky): void {
	const now = Date.now();
	if (now - (lastRound.get(context.adapter) ?? 0) < ROUND_INTERVAL) return;
	lastRound.set(context.adapter, now);
	context.runInBackground(retryRevocations(context, bsky));
}

/** One round of retries: of what is due at `now`, in milliseconds since 1970. */
export async function retryRevocations(
	context: AuthContext,
	bsky: Bsky,
	now: number = Date.now(),
): Promise<void> {
	try {
		const claimed = await claimDueRevocations(context, BATCH, new Date(now), inMs(LEASE));
		await Promise.all(claimed.map((queued) => attempt(context, bsky, queued, now)));
	} catch (error) {
		logFailure(context, "The queue of revocations could not be read.", error);
	}
}

async function attempt(
	context: AuthContext,
	bsky: Bsky,
	queued: QueuedRevocation,
	now: number = Date.now(),
): Promise<void> {
	const { owner, token, key, attempts, againAfter = 0 } = queued;
	try {
		const client = await bsky.oauth(context);
		await client.revoke(owner, token);
		await (now < againAfter
			? postponeRevocation(context, key, new Date(againAfter))
			: removeRevocation(context, key));
	} catch (error) {
		logFailure(context, "A session could not be revoked at its server.", error);
		// A server that says no may say yes later: it limits rates, or could not fetch our metadata.
		await (attempts + 1 >= MAX_ATTEMPTS
			? removeRevocation(context, key)
			: postponeRevocation(context, key, inMs(FIRST_DELAY * 2 ** attempts))
		).catch((cause) => logFailure(context, "A revocation could not be postponed.", cause));
	}
}
