import { randomUUID } from "node:crypto";
import { getCurrentAdapter } from "@better-auth/core/context";
import type { AuthContext } from "better-auth";
import { seal, unseal } from "../base/seal.ts";
import type { BskyRevocationRow } from "../schema.ts";
import { ownerOf, type SavedSession, type TokenOwner } from "./saved.ts";

const MODEL = "bskyRevocation";

/** Something that is live at a server, or may be, and must not stay so. */
export interface Revocation {
	owner: TokenOwner;
	/** A refresh token, or an authorization code whose exchange was lost. */
	token: string;
	/**
	 * Ask once more after this time, in milliseconds since 1970, even where asking earlier succeeded:
	 * what the server was sent before may reach it late.
	 */
	againAfter?: number | undefined;
}

/** A row of the queue, opened. */
export interface QueuedRevocation extends Revocation {
	key: string;
	/** How often the server was asked in vain. */
	attempts: number;
}

/** The refresh token ends the whole session, used or not; an old access token ends nothing. */
export const revocationOf = (session: SavedSession): Revocation => ({
	owner: ownerOf(session),
	token: session.tokenSet.refresh_token ?? session.tokenSet.access_token,
});

/**
 * Puts a revocation into the queue, inside the caller's transaction if there is one. It is leased
 * to the caller until `nextAttemptAt`: nobody else tries before.
 */
export async function addRevocation(
	context: AuthContext,
	revocation: Revocation,
	nextAttemptAt: Date,
): Promise<QueuedRevocation> {
	const adapter = await getCurrentAdapter(context.adapter);
	const key = randomUUID();
	const token = await seal(
		context.secretConfig,
		{ purpose: "bsky-revocation", id: key },
		revocation,
	);
	await adapter.create({ model: MODEL, data: { key, token, attempts: 0, nextAttemptAt } });
	return { ...revocation, key, attempts: 0 };
}

/** Takes up to `limit` revocations that are due at `now`, each for one process only. */
export async function claimDueRevocations(
	context: AuthContext,
	limit: number,
	now: Date,
	leaseUntil: Date,
): Promise<QueuedRevocation[]> {
	const due = await context.adapter.findMany<BskyRevocationRow>({
		model: MODEL,
		where: [{ field: "nextAttemptAt", operator: "lt", value: now }],
		limit,
	});
	const claimed: QueuedRevocation[] = [];
	for (const { key, attempts } of due) {
		const row = await context.adapter.incrementOne<BskyRevocationRow>({
			model: MODEL,
			where: [
				{ field: "key", value: key },
				{ field: "attempts", value: attempts },
			],
			increment: { attempts: 1 },
			set: { nextAttemptAt: leaseUntil },
		});
		if (!row) continue;
		const opened = await openRow(context, row);
		if (opened) claimed.push(opened);
		else await removeRevocation(context, key);
	}
	return claimed;
}

async function openRow(
	context: AuthContext,
	{ key, token, attempts }: BskyRevocationRow,
): Promise<QueuedRevocation | null> {
	const binding = { purpose: "bsky-revocation", id: key } as const;
	// The seal vouches for the shape: only addRevocation makes such a value.
	const opened = (await unseal(context.secretConfig, binding, token)) as Revocation | null;
	return opened && { ...opened, key, attempts };
}

export async function postponeRevocation(
	context: AuthContext,
	key: string,
	nextAttemptAt: Date,
): Promise<void> {
	await context.adapter.updateMany({
		model: MODEL,
		where: [{ field: "key", value: key }],
		update: { nextAttemptAt },
	});
}

export async function removeRevocation(context: AuthContext, key: string): Promise<void> {
	await context.adapter.deleteMany({ model: MODEL, where: [{ field: "key", value: key }] });
}
