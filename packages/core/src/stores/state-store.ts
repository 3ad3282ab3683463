import type { AuthContext } from "better-auth";
import { base64url } from "../base/base64url.ts";
import { patient } from "../base/conflict.ts";
import { inBackground } from "../base/in-background.ts";
import { logFailure } from "../base/log.ts";
import { everyNth, nowAndThen } from "../base/now-and-then.ts";
import { sha256 } from "../base/runtime.ts";
import { seal, unseal } from "../base/seal.ts";
import type { BskyStateRow } from "../schema.ts";
import type { SavedState } from "./saved.ts";
import { putState, type StoredState, stateStorage, takeState } from "./state-storage.ts";

/**
 * How long a person may take to sign in at their server, in milliseconds: also with a password to
 * reset, a code to wait for, or an account to make. Servers prolong a request at each step.
 */
export const STATE_MAX_AGE = 60 * 60 * 1000;

/** How long it is remembered in memory that a sign-in began: also when it is late. */
export const REMEMBERED = 2 * STATE_MAX_AGE;

/** A sign-in that began in this process, for the log alone: nothing is decided by it. */
export interface Begun {
	/** Which host the browser asked, as far as that reaches us. */
	host: string | null;
	/** When, in milliseconds since 1970. */
	at: number;
	isUsed: boolean;
}

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
	/** Who was to sign in by what was typed; nobody has proven it. */
	did?: string | undefined;
	requestSignUp?: boolean | undefined;
	/** Set where they are to choose an account: how to ask again where the server knows none. */
	again?: { scope: string } | undefined;
	/** Set when a signed-in user connects an account: that user, and the session they began with. */
	link?: { userId: string; sessionToken: string } | undefined;
	/** Set when more is asked for of an account: it is the one above, or nobody's sign-in. */
	isUpgrade?: boolean | undefined;
	/** Set when a guest signs in: their session, for a browser that comes back without its cookie. */
	guestToken?: string | undefined;
}

/**
 * The key of a row: a digest over the state and the cookie of the browser that began. Whoever has
 * only the callback's URL computes another key, finds nothing and consumes nothing, so the sign-in
 * still works in the right browser.
 */
async function rowKey(state: string, browser: string): Promise<string> {
	return base64url(await sha256(new TextEncoder().encode(`${browser}.${state}`)));
}

/** What a sign-in is remembered by in memory, where nothing lies that leads anywhere. */
export const stateDigest = async (state: string): Promise<string> =>
	base64url(await sha256(new TextEncoder().encode(state)));

/** A sign-in under way, sealed into a row that is not stored yet. */
export type SealedState = Pick<BskyStateRow, "key" | "state">;

export async function sealState(
	{ secretConfig }: AuthContext,
	state: string,
	browser: string,
	pending: PendingSignIn,
): Promise<SealedState> {
	const key = await rowKey(state, browser);
	const binding = { purpose: "bsky-state", id: key } as const;
	return { key, state: await seal(secretConfig, binding, pending) };
}

/**
 * Keeps it in the app's secondary storage, where there is one, and else in the database.
 *
 * @param app whose it is, which cleans up after so many
 */
export async function saveState(
	context: AuthContext,
	app: object,
	row: SealedState,
): Promise<void> {
	const expiresAt = new Date(Date.now() + STATE_MAX_AGE);
	const storage = stateStorage(context);
	if (storage) return putState(storage, row.key, { ...row, expiresAt });
	const data = { ...row, expiresAt };
	await patient(context.adapter).create({ model: "bskyState", data });
	if (isCrowded(app)) cleanUp(context, 2 * ADDED);
}

/** Why a state can't be had: there is no such row, it is too old, or it was sealed by another secret. */
export type NoState = "no_row" | "expired" | "other_secret";

/** Takes the state out of the store, once and for one caller. */
export async function consumeState(
	context: AuthContext,
	state: string,
	browser: string,
): Promise<PendingSignIn | NoState> {
	const key = await rowKey(state, browser);
	const row = await takeRow(context, key);
	if (!row) return "no_row";
	if (new Date(row.expiresAt).getTime() <= Date.now()) return "expired";
	const binding = { purpose: "bsky-state", id: key } as const;
	const opened = await unseal(context.secretConfig, binding, row.state);
	// The seal vouches for the shape: only sealState makes such a value.
	return (opened as PendingSignIn | null) ?? "other_secret";
}

/** What began before the app had its storage is in the database still. */
async function takeRow(context: AuthContext, key: string): Promise<StoredState | null> {
	const storage = stateStorage(context);
	const stored = storage && (await takeState(storage, key));
	if (stored) return stored;
	const where = [{ field: "key", value: key }];
	return patient(context.adapter).consumeOne<BskyStateRow>({ model: "bskyState", where });
}

/** Removes expired rows: now and then, a bounded number, and never in anyone's way. */
export function scheduleCleanup(context: AuthContext, app: object): void {
	if (isTimeToCleanUp(app)) cleanUp(context, NOW_AND_THEN);
}

function cleanUp(context: AuthContext, most: number): void {
	inBackground(
		context,
		removeExpired(context, most).catch((error) =>
			logFailure(context, "states_not_removed", error, "warn"),
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
