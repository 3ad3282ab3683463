import { queueAfterTransactionHook } from "@better-auth/core/context";
import { inBackground } from "../base/in-background.ts";
import { inLanes } from "../base/lanes.ts";
import { sayOf } from "../base/log.ts";
import { nowAndThen } from "../base/now-and-then.ts";
import { sleep } from "../base/runtime.ts";
import type { Bsky } from "../bsky.ts";
import {
	addRevocation,
	claimRevocation,
	type DueRevocation,
	dueRevocations,
	MOST_COUNTED,
	postponeServer,
	type Revocation,
	removeRevocation,
	revocationOf,
	whatWaits,
} from "../stores/revocation-store.ts";
import type { SavedSession, TokenOwner } from "../stores/saved.ts";
import { SessionRaceError } from "../stores/session-store.ts";
import { attempt, FIRST_DELAY } from "./attempt.ts";

/** Least time between two rounds in one process, in milliseconds. */
const isTimeForARound = nowAndThen(60_000);

/** How many servers are asked at once, and how long each may hold the next one up, in milliseconds. */
const SERVERS_AT_ONCE = 50;
const TURN = 15_000;

/** From when on it is said what waits, and least time until it is said again, in milliseconds. */
const LONG = 10 * 60_000;
const isTimeToSay = nowAndThen(15 * 60_000);

/** How long one attempt may take before another process tries, in milliseconds. */
const LEASE = 60_000;

/** Over how long what waits for silent servers is spread, in milliseconds. */
const SPREAD = 9000;

/** By how much the answer to the person goes ahead of the attempt, in milliseconds. */
const HEAD_START = 5;

/** The longest that an authorization code may live (RFC 6749 §4.1.2), in milliseconds. */
const CODE_MAX_AGE = 10 * 60 * 1000;

const inMs = (delay: number) => new Date(Date.now() + delay);

/**
 * Ends a session that is no longer wanted at its server, without keeping anyone waiting. It is
 * written down first, in the transaction that gives the session up, and tried once that is
 * committed; where the server can't be reached, whatever is asked of this app later tries it again.
 *
 * @param giveUp what gives the session up; where it loses a race, the revocation goes as well
 */
async function queueRevocation(
	bsky: Bsky,
	revocation: Revocation,
	giveUp?: () => Promise<void>,
): Promise<void> {
	const queued = await addRevocation(bsky.context, revocation, inMs(LEASE));
	await giveUp?.().catch(async (error: unknown) => {
		// Without transactions it would stay, and end what a refresh has made of the session.
		if (error instanceof SessionRaceError) await removeRevocation(bsky.context, queued.key);
		throw error;
	});
	await queueAfterTransactionHook(async () => {
		const attempted = sleep(HEAD_START).then(async () => {
			await attempt(bsky, queued, Date.now());
		});
		inBackground(bsky.context, attempted);
	});
}

/** The same for a session that is given up. */
export const revokeSession = (
	bsky: Bsky,
	session: SavedSession,
	giveUp?: () => Promise<void>,
): Promise<void> => queueRevocation(bsky, revocationOf(session), giveUp);

/** The same where the database itself may be what failed: then at least the attempt is made. */
export async function revokeRefused(bsky: Bsky, revocation: Revocation): Promise<void> {
	try {
		await queueRevocation(bsky, revocation);
	} catch (error) {
		bsky.logFailure("revocation_not_stored", error);
		inBackground(bsky.context, revokeOnce(bsky, revocation));
	}
}

async function revokeOnce(bsky: Bsky, { owner, token }: Revocation): Promise<void> {
	try {
		const oauth = await bsky.oauthOf(owner.clientId);
		await oauth?.revoke(owner, token);
	} catch (error) {
		bsky.logFailure("revocation_lost", error);
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
	await revokeRefused(bsky, { owner, kind: "code", token: code, againAfter });
}

/** Tries again what could not be revoked: now and then, and in nobody's way. */
export function scheduleRevocations(bsky: Bsky): void {
	if (isTimeForARound(bsky.memory)) inBackground(bsky.context, retryRevocations(bsky));
}

/**
 * One round of retries: of what is due at `now`, in milliseconds since 1970. Each server has its
 * turn, so one that is silent, or that has hundreds waiting, holds up nobody else's. Those with a
 * session come first: of a code it isn't known whether there is anything to revoke.
 */
export async function retryRevocations(bsky: Bsky, now: number = Date.now()): Promise<void> {
	try {
		const turns = await dueRevocations(bsky.context, new Date(now));
		for (const turn of turns) turn.sort((a, b) => codes(a) - codes(b));
		turns.sort(([a], [b]) => codes(a) - codes(b));
		await inLanes(SERVERS_AT_ONCE, TURN, turns, (turn) => take(bsky, turn, now));
		await sayWhatWaits(bsky, now);
	} catch (error) {
		bsky.logFailure("revocations_not_read", error);
	}
}

const codes = (due: DueRevocation | undefined) => Number(due?.kind === "code");

/** One server's turn: its revocations one after another, as far as its time goes. */
async function take(bsky: Bsky, turn: DueRevocation[], now: number): Promise<void> {
	const end = Date.now() + TURN;
	for (const due of turn) {
		if (Date.now() >= end) return;
		const queued = await claimRevocation(bsky.context, due, inMs(LEASE));
		if (!queued || (await attempt(bsky, queued, now))) continue;
		// The others need not ask what doesn't answer, and make room in the next round, each server's at a
		// time of its own: pages go on by it.
		const next = new Date(now + FIRST_DELAY - Math.random() * SPREAD);
		await postponeServer(bsky.context, due, new Date(now), next);
		return;
	}
}

/** The one figure for whoever runs this app: how many wait, once some have for long. */
async function sayWhatWaits({ context, memory }: Bsky, now: number): Promise<void> {
	if (!isTimeToSay(memory)) return;
	const { waiting, since } = await whatWaits(context);
	if (!since || since.getTime() > now - LONG) return;
	const count = waiting > MOST_COUNTED ? `more than ${MOST_COUNTED}` : waiting;
	const facts = { event: "revocations_waiting", count: waiting } as const;
	const what = `Revocations that wait for their servers: ${count}, the oldest since ${since.toISOString()}.`;
	sayOf(context, "warn", facts, what);
}
