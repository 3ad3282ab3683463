import type { EventOf } from "../base/events.ts";
import { LINES } from "../base/lines.ts";
import { logFailureOf, sayOf } from "../base/log.ts";
import { firstTime } from "../base/now-and-then.ts";
import { traced } from "../base/traced.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyOAuthClient } from "../oauth/client.ts";
import type { MissingKeyError } from "../oauth/errors.ts";
import type { RevocationKind } from "../schema.ts";
import {
	makeRoom,
	postponeRevocation,
	putBackRevocation,
	type QueuedRevocation,
	removeRevocation,
	revocationOf,
	type UnreadableRevocation,
} from "../stores/revocation-store.ts";
import { isSame } from "../stores/saved.ts";
import { readSession } from "../stores/session-store.ts";
import { sayWrongSecret } from "../stores/wrong-secret.ts";

/**
 * How often a server is asked before it is left alone: the last time about 17 hours after the first
 * for a session, and one hour for a code, of which nobody knows whether it brought anything.
 */
const MAX_ATTEMPTS: Record<RevocationKind, number> = { session: 11, code: 7 };

/** Between the first two, in milliseconds; it doubles with each. */
export const FIRST_DELAY = 60_000;

/** Between two looks at what takes a client or a key that isn't here, in milliseconds. */
const LONGEST_DELAY = 6 * 60 * 60_000;

/** Until somebody else may try to open what this process can't, in milliseconds. */
const UNREADABLE_DELAY = 10 * 60_000;

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
export async function attempt(
	bsky: Bsky,
	queued: QueuedRevocation | UnreadableRevocation,
	now: number,
): Promise<boolean> {
	try {
		if (!queued.owner) {
			await leaveUnreadable(bsky, queued, now);
			return true;
		}
		if (await isOfAnother(bsky, queued)) {
			await removeRevocation(bsky.context, queued.key);
			return true;
		}
		const oauth = await bsky.oauthOf(queued.owner.clientId);
		const asked = oauth ? await ask(bsky, oauth, queued, now) : "foreign";
		const isAnswered = asked === "done" || asked === "again";
		const waits = isAnswered ? asked === "again" : await putOff(bsky, queued, now, asked);
		if (waits && queued.attempts === 0) await limit(bsky, queued);
		return asked !== "unreachable";
	} catch (error) {
		bsky.logFailure("revocations_not_kept", error);
		return true;
	}
}

/** Whether it would end a session that is stored now: some servers give one token to all of a person. */
async function isOfAnother(
	{ context }: Bsky,
	{ did, owner, token }: QueuedRevocation,
): Promise<boolean> {
	const stored = did === undefined ? null : await readSession(context, did);
	const { session } = stored ?? {};
	return !!session && revocationOf(session).token === token && !isSame(session, owner);
}

/** What became of one request; where it takes a client or a key that isn't here, there was none. */
type Asked = "done" | "again" | "refused" | "unreachable" | "foreign" | "keyless";

async function ask(
	bsky: Bsky,
	oauth: BskyOAuthClient,
	queued: QueuedRevocation,
	now: number,
): Promise<Asked> {
	const { owner, token, key, attempts, againAfter = 0 } = queued;
	const begun = Date.now();
	let outcome: "revoked" | "unsupported";
	try {
		outcome = await traced(bsky.context, "bsky revoke", owner.iss, () =>
			oauth.revoke(owner, token),
		);
	} catch (error) {
		const { isUnreachable, MissingKeyError } = await import("../oauth/errors.ts");
		if (queued.kind === "session" && error instanceof MissingKeyError) {
			sayKeyless(bsky, queued, error);
			return "keyless";
		}
		// The first time: what comes after is in the figure of what waits.
		const facts = { event: "revocation_failed", ...about(queued) } as const;
		const what = LINES[facts.event];
		if (attempts === 0) logFailureOf(bsky.context, "warn", facts, what, error);
		return isUnreachable(error) ? "unreachable" : "refused";
	}
	const again = outcome === "revoked" && now < againAfter;
	await (again
		? postponeRevocation(bsky.context, key, new Date(againAfter))
		: removeRevocation(bsky.context, key));
	if (outcome === "unsupported") await giveUp(bsky, queued, "unsupported");
	else if (queued.kind === "session") {
		await bsky.tell("onRevoked", { ...about(queued), ms: Date.now() - begun });
	}
	return again ? "again" : "done";
}

const about = ({ did, owner }: QueuedRevocation) => ({ did, issuer: owner.iss });

/** Said once in a process of each key. */
const isFirst = firstTime();

function sayKeyless(bsky: Bsky, queued: QueuedRevocation, { advice }: MissingKeyError): void {
	if (!isFirst(bsky.memory, advice)) return;
	const facts = { event: "key_missing", ...about(queued) } as const;
	sayOf(bsky.context, "error", facts, `A session waits to be revoked. ${advice}`);
}

/**
 * What belongs to a client that this app doesn't answer for, or needs a key that it doesn't have, is left
 * to the app that does, if it works on this database, or to this one once it is given the key back. Sent by
 * us, it would be answered 200, and revoke nothing.
 */
async function leave(
	bsky: Bsky,
	queued: QueuedRevocation,
	createdAt: Date,
	now: number,
): Promise<boolean> {
	const { context } = bsky;
	if (!isOver(createdAt, now)) {
		// The longer it waits, the less often it is looked at: it must not hold up what can be sent.
		const delay = Math.min(Math.max(FIRST_DELAY, now - createdAt.getTime()), LONGEST_DELAY);
		await putBackRevocation(context, queued, new Date(now + delay));
		return true;
	}
	await removeRevocation(context, queued.key);
	await giveUp(bsky, queued, "other_client");
	return false;
}

/**
 * An instance with another secret, or this app once it is given the earlier one back, can open it. Rows
 * of earlier versions don't say their age, and can't be left without an end.
 */
async function leaveUnreadable(
	bsky: Bsky,
	queued: UnreadableRevocation,
	now: number,
): Promise<void> {
	const { key, createdAt } = queued;
	sayWrongSecret(bsky.context, "revocation");
	if (createdAt && !isOver(createdAt, now)) {
		return putBackRevocation(bsky.context, queued, new Date(now + UNREADABLE_DELAY));
	}
	await removeRevocation(bsky.context, key);
	await bsky.tell("onRevocationGivenUp", { reason: "unreadable", sessions: 1 });
}

const isOver = (createdAt: Date, now: number) => createdAt.getTime() < now - LONGEST_LIFE;

/**
 * A server that says no may say yes later: it limits rates, or could not fetch our metadata. Rows of earlier
 * versions don't say their age: whatever keeps them waiting, they have so many tries.
 *
 * @returns whether it waits
 */
async function putOff(
	bsky: Bsky,
	queued: QueuedRevocation,
	now: number,
	asked: Asked,
): Promise<boolean> {
	const { context } = bsky;
	const { kind, key, attempts, createdAt } = queued;
	const isForOthers = asked === "foreign" || asked === "keyless";
	if (isForOthers && createdAt) return leave(bsky, queued, createdAt, now);
	if (attempts + 1 < MAX_ATTEMPTS[kind]) {
		await postponeRevocation(context, key, new Date(now + FIRST_DELAY * 2 ** attempts));
		return true;
	}
	await removeRevocation(context, key);
	await giveUp(bsky, queued, "attempts");
	return false;
}

/** Keeps one server from filling the queue. */
async function limit(bsky: Bsky, queued: QueuedRevocation): Promise<void> {
	const dropped = await makeRoom(bsky.context, queued, MAX_WAITING[queued.kind]);
	if (dropped > 0) await giveUp(bsky, { ...queued, did: undefined }, "crowded", dropped);
}

type Reason = EventOf<"onRevocationGivenUp">["reason"];

/** What is said of it. Of a code nobody knows whether it brought anything. */
const WORDS: Record<Exclude<Reason, "unreadable">, (issuer: string, sessions: number) => string> = {
	attempts: (issuer) =>
		`A session at ${issuer} could not be revoked, and is left after ${MAX_ATTEMPTS.session} tries.`,
	unsupported: (issuer) =>
		`A session can't be revoked at ${issuer}: it has no revocation endpoint. It ends by itself, or in the list of apps there.`,
	crowded: (issuer, sessions) =>
		`${sessions} sessions were not revoked: too many wait for ${issuer}.`,
	other_client: (issuer) =>
		`A session at ${issuer} was not revoked: it began as a client this app is not, or with a key it lacks.`,
};

async function giveUp(
	bsky: Bsky,
	{ kind, did, owner }: QueuedRevocation,
	reason: keyof typeof WORDS,
	sessions = 1,
): Promise<void> {
	const isSession = kind === "session";
	const facts = { reason, did, issuer: owner.iss };
	// That a server has no such endpoint is its own affair.
	const level = reason === "unsupported" ? "warn" : "error";
	const event = { event: "revocation_given_up", ...facts, count: sessions } as const;
	if (isSession || reason === "unsupported") {
		sayOf(bsky.context, level, event, WORDS[reason](owner.iss, sessions));
	}
	if (isSession) await bsky.tell("onRevocationGivenUp", { ...facts, sessions });
}
