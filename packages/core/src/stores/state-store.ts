import { createHash } from "node:crypto";
import type { AuthContext } from "better-auth";
import { inBackground } from "../base/in-background.ts";
import { logFailure } from "../base/log.ts";
import { everyNth, nowAndThen } from "../base/now-and-then.ts";
import { seal, unseal } from "../base/seal.ts";
import type { BskyStateRow } from "../schema.ts";
import type { SavedState } from "./saved.ts";

/**
 * How long a person may take to sign in at their server, in milliseconds: also with a password to
 * reset, a code to wait for, or an account to make. Servers prolong a request at each step.
 */
export const STATE_MAX_AGE = 60 * 60 * 1000;

/** Rows that one step of a clean-up removes: fewer than any database takes parameters. */
const STEP = 50;
/** Rows that a clean-up now and then removes, and the least time between two, in milliseconds. */
const NOW_AND_THEN = 500;
const isTimeToCleanUp = nowAndThen(60_000);

/** Rows that one process adds before it cleans up at once, twice as many: what comes, goes. */
const ADDED = 100;
const isCrowded = everyNth(ADDED);

/** What has to come back with the callback: the SDK's own state and where the person was going. */
export interface PendingSignIn {
	sdk: SavedState;
	redirectUri: string;
	callbackURL: string;
	errorCallbackURL?: string | undefined;
	newUserCallbackURL?: string | undefined;
	requestSignUp?: boolean | undefined;
	/** Set when a signed-in user connects an account: that user, and the session they began with. */
	link?: { userId: string; sessionToken: string } | undefined;
}

/**
 * The key of a row: a digest over the state and the cookie of the browser that began. Whoever has
 * only the callback's URL computes another key, finds nothing and consumes nothing, so the sign-in
 * still works in the right browser.
 */
function rowKey(state: string, browser: string): string {
	return createHash("sha256").update(`${browser}.${state}`).digest("base64url");
}

export async function saveState(
	context: AuthContext,
	state: string,
	browser: string,
	pending: PendingSignIn,
): Promise<void> {
	const key = rowKey(state, browser);
	await context.adapter.create({
		model: "bskyState",
		data: {
			key,
			state: await seal(context.secretConfig, { purpose: "bsky-state", id: key }, pending),
			expiresAt: new Date(Date.now() + STATE_MAX_AGE),
		},
	});
	if (isCrowded(context.adapter)) cleanUp(context, 2 * ADDED);
}

/** Takes the state out of the store, once and for one caller, or null where there is none. */
export async function consumeState(
	context: AuthContext,
	state: string,
	browser: string,
): Promise<PendingSignIn | null> {
	const key = rowKey(state, browser);
	const row = await context.adapter.consumeOne<BskyStateRow>({
		model: "bskyState",
		where: [{ field: "key", value: key }],
	});
	if (!row || new Date(row.expiresAt).getTime() <= Date.now()) return null;
	// The seal vouches for the shape: only saveState makes such a value.
	const binding = { purpose: "bsky-state", id: key } as const;
	return (await unseal(context.secretConfig, binding, row.state)) as PendingSignIn | null;
}

/** Removes expired rows: now and then, a bounded number, and never in anyone's way. */
export function scheduleCleanup(context: AuthContext): void {
	if (isTimeToCleanUp(context.adapter)) cleanUp(context, NOW_AND_THEN);
}

function cleanUp(context: AuthContext, most: number): void {
	inBackground(
		context,
		removeExpired(context, most).catch((error) =>
			logFailure(context, "Expired sign-in states could not be removed.", error, "warn"),
		),
	);
}

/** Step by step, and twice as many where other processes remove the same rows. */
async function removeExpired({ adapter }: AuthContext, most: number): Promise<void> {
	let removed = 0;
	for (let steps = 0; removed < most && steps < (2 * most) / STEP; steps++) {
		const expired = await adapter.findMany<BskyStateRow>({
			model: "bskyState",
			where: [{ field: "expiresAt", operator: "lt", value: new Date() }],
			limit: STEP,
			select: ["id"],
		});
		if (expired.length === 0) return;
		removed += await adapter.deleteMany({
			model: "bskyState",
			where: [{ field: "id", operator: "in", value: expired.map((row) => row.id) }],
		});
	}
}
