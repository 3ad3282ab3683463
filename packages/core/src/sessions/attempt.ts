import { logFailure } from "../base/log.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyOAuthClient } from "../oauth/client.ts";
import type { RevocationKind } from "../schema.ts";
import {
	makeRoom,
	postponeRevocation,
	putBackRevocation,
	type QueuedRevocation,
	removeRevocation,
} from "../stores/revocation-store.ts";

/**
 * How often a server is asked before it is left alone: the last time about 17 hours after the first
 * for a session, and one hour for a code, of which nobody knows whether it brought anything.
 */
const MAX_ATTEMPTS: Record<RevocationKind, number> = { session: 11, code: 7 };

/** Between the first two, in milliseconds; it doubles with each. */
export const FIRST_DELAY = 60_000;

/** No refresh token lives longer than this at the reference server, in milliseconds. */
const LONGEST_LIFE = 90 * 24 * 60 * 60_000;

/**
 * Most that wait for one server. Codes give way quietly. What gives way of sessions is logged: that
 * many wait only where a server is down while thousands sign out, or where somebody makes them.
 */
const MAX_WAITING: Record<RevocationKind, number> = { session: 5000, code: 100 };

/**
 * Asks the server once; never throws. What can't be revoked now waits, or is given up.
 *
 * @returns whether the server answered
 */
export async function attempt(bsky: Bsky, queued: QueuedRevocation, now: number): Promise<boolean> {
	try {
		const oauth = await bsky.oauthOf(queued.owner.clientId);
		if (!oauth) {
			await leave(bsky, queued, now);
			return true;
		}
		const asked = await ask(bsky, oauth, queued, now);
		const isAnswered = asked === "done" || asked === "again";
		const waits = isAnswered ? asked === "again" : await failed(bsky, queued, now);
		if (waits && queued.attempts === 0) await limit(bsky, queued);
		return asked !== "unreachable";
	} catch (error) {
		bsky.logFailure("The queue of revocations could not be kept.", error);
		return true;
	}
}

/** What became of one request. */
type Asked = "done" | "again" | "refused" | "unreachable";

async function ask(
	bsky: Bsky,
	oauth: BskyOAuthClient,
	{ owner, token, key, attempts, againAfter = 0 }: QueuedRevocation,
	now: number,
): Promise<Asked> {
	let outcome: "revoked" | "unsupported";
	try {
		outcome = await oauth.revoke(owner, token);
	} catch (error) {
		// The first time: what comes after is in the figure of what waits.
		const what = "A session could not be revoked at its server; it is tried again.";
		if (attempts === 0) logFailure(bsky.context, what, error, "warn");
		const { isUnreachable } = await import("../oauth/errors.ts");
		return isUnreachable(error) ? "unreachable" : "refused";
	}
	const again = outcome === "revoked" && now < againAfter;
	if (outcome === "unsupported") sayUnsupported(bsky, owner.iss);
	await (again
		? postponeRevocation(bsky.context, key, new Date(againAfter))
		: removeRevocation(bsky.context, key));
	return again ? "again" : "done";
}

/**
 * What belongs to a client that this app doesn't answer for is left to the app that does, if it works
 * on this database; sent by us, it would be answered 200, and revoke nothing.
 */
async function leave({ context }: Bsky, queued: QueuedRevocation, now: number): Promise<void> {
	const { key, createdAt } = queued;
	if (createdAt && createdAt.getTime() < now - LONGEST_LIFE) await removeRevocation(context, key);
	else await putBackRevocation(context, queued, new Date(now + FIRST_DELAY));
}

/** A server that says no may say yes later: it limits rates, or could not fetch our metadata. */
async function failed(
	{ context }: Bsky,
	{ owner, kind, key, attempts }: QueuedRevocation,
	now: number,
): Promise<boolean> {
	if (attempts + 1 < MAX_ATTEMPTS[kind]) {
		await postponeRevocation(context, key, new Date(now + FIRST_DELAY * 2 ** attempts));
		return true;
	}
	await removeRevocation(context, key);
	if (kind === "session") {
		const tries = `after ${MAX_ATTEMPTS.session} tries`;
		context.logger.error(
			`[better-auth-bsky] A session at ${owner.iss} could not be revoked, and is left ${tries}.`,
		);
	}
	return false;
}

/** Keeps one server from filling the queue. */
async function limit({ context }: Bsky, queued: QueuedRevocation): Promise<void> {
	const { kind, owner } = queued;
	const dropped = await makeRoom(context, queued, MAX_WAITING[kind]);
	if (dropped === 0 || kind === "code") return;
	context.logger.error(
		`[better-auth-bsky] ${dropped} sessions were not revoked: too many wait for ${owner.iss}.`,
	);
}

/** There is nothing to try again: the session ends by itself, or where the person ends it. */
function sayUnsupported({ context }: Bsky, issuer: string): void {
	const why = "it has no revocation endpoint. It ends by itself, or in the list of apps there.";
	context.logger.warn(`[better-auth-bsky] A session can't be revoked at ${issuer}: ${why}`);
}
