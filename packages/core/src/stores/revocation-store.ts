import type { AuthContext } from "better-auth";
import { base64url } from "../base/base64url.ts";
import { currentAdapter, patient } from "../base/conflict.ts";
import { sha256 } from "../base/runtime.ts";
import { seal, unseal } from "../base/seal.ts";
import { siteOf } from "../base/site.ts";
import type { BskyRevocationRow, RevocationKind } from "../schema.ts";
import { ownerOf, type SavedSession, type TokenOwner } from "./saved.ts";

const MODEL = "bskyRevocation";

/** Something that is live at a server, or may be, and must not stay so. */
export interface Revocation {
	owner: TokenOwner;
	kind: RevocationKind;
	/** Whose session it is, where that is known. Earlier versions didn't say it. */
	did?: string | undefined;
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
	/** Null in rows of earlier versions. */
	createdAt: Date | null;
}

/** The refresh token ends the whole session, used or not; an old access token ends nothing. */
export const revocationOf = (session: SavedSession): Revocation => ({
	owner: ownerOf(session),
	kind: "session",
	did: session.tokenSet.sub,
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
	const adapter = await currentAdapter(context);
	const key = crypto.randomUUID();
	const token = await seal(
		context.secretConfig,
		{ purpose: "bsky-revocation", id: key },
		revocation,
	);
	const { kind, owner } = revocation;
	const server = await serverOf(owner);
	const createdAt = new Date();
	const data = { key, token, server, kind, attempts: 0, nextAttemptAt, createdAt };
	await adapter.create({ model: MODEL, data });
	return { ...revocation, key, attempts: 0, createdAt };
}

/** Who takes turns: a digest, of a length that every database can index. */
const serverOf = async ({ iss }: TokenOwner): Promise<string> =>
	base64url(await sha256(new TextEncoder().encode(siteOf(iss))));

/** A row of the queue that is due, still sealed. */
export type DueRevocation = Pick<
	BskyRevocationRow,
	"key" | "server" | "kind" | "attempts" | "nextAttemptAt"
>;

/** Rows that are listed at once, and how often; who has a tenth of them isn't listed further. */
const PAGE = 500;
const PAGES = 4;
const CROWD = PAGE / 10;

/** What is due at `now`, by server: who has waited longest first, and in each list likewise. */
export async function dueRevocations(context: AuthContext, now: Date): Promise<DueRevocation[][]> {
	const byServer = new Map<string, Map<string, DueRevocation>>();
	const crowds: string[] = [];
	let from = new Date(0);
	for (let page = 0; page < PAGES; page++) {
		const rows = await duePage(context, from, now, crowds);
		for (const row of rows) {
			const server = row.server ?? "";
			const listed = byServer.get(server) ?? new Map<string, DueRevocation>();
			byServer.set(server, listed.set(row.key, row));
			if (listed.size === CROWD) crowds.push(server);
			from = new Date(row.nextAttemptAt);
		}
		if (rows.length < PAGE) break;
	}
	return [...byServer.values()].map((rows) => [...rows.values()]);
}

const duePage = ({ adapter }: AuthContext, from: Date, now: Date, without: string[]) =>
	patient(adapter).findMany<DueRevocation>({
		model: MODEL,
		where: [
			{ field: "nextAttemptAt", operator: "gte", value: from },
			{ field: "nextAttemptAt", operator: "lt", value: now },
			...(without.length > 0 ? isNoneOf(without) : []),
		],
		sortBy: { field: "nextAttemptAt", direction: "asc" },
		limit: PAGE,
		select: ["key", "server", "kind", "attempts", "nextAttemptAt"],
	});

/** Rows of earlier versions don't say their server: to a database, null is in no list, nor out of one. */
const isNoneOf = (servers: string[]) => [
	{ field: "server", operator: "not_in" as const, value: servers, connector: "OR" as const },
	{ field: "server", value: null, connector: "OR" as const },
];

/** One that was sealed with a secret that this process doesn't have. */
export type UnreadableRevocation = Pick<QueuedRevocation, "key" | "attempts" | "createdAt"> & {
	owner?: never;
};

/** Takes what is due, for one process only; null where another one has. */
export async function claimRevocation(
	context: AuthContext,
	{ key, attempts }: DueRevocation,
	leaseUntil: Date,
): Promise<QueuedRevocation | UnreadableRevocation | null> {
	const row = await patient(context.adapter).incrementOne<BskyRevocationRow>({
		model: MODEL,
		where: [
			{ field: "key", value: key },
			{ field: "attempts", value: attempts },
		],
		increment: { attempts: 1 },
		set: { nextAttemptAt: leaseUntil },
	});
	return row && openRow(context, row);
}

/** Everything in the queue, a page at a time. */
export async function* everyRevocation(
	context: AuthContext,
): AsyncGenerator<QueuedRevocation | UnreadableRevocation> {
	for (let after = ""; ; ) {
		const rows = await patient(context.adapter).findMany<BskyRevocationRow>({
			model: MODEL,
			where: [{ field: "key", operator: "gt", value: after }],
			sortBy: { field: "key", direction: "asc" },
			limit: PAGE,
		});
		for (const row of rows) yield openRow(context, row);
		const last = rows.at(-1);
		if (!last || rows.length < PAGE) return;
		after = last.key;
	}
}

async function openRow(
	context: AuthContext,
	{ key, token, attempts, createdAt }: BskyRevocationRow,
): Promise<QueuedRevocation | UnreadableRevocation> {
	const binding = { purpose: "bsky-revocation", id: key } as const;
	// The seal vouches for the shape: only addRevocation makes such a value.
	const opened = (await unseal(context.secretConfig, binding, token)) as Revocation | null;
	const row = { key, attempts, createdAt: createdAt ? new Date(createdAt) : null };
	// Earlier versions didn't say the kind.
	return opened ? { ...opened, kind: opened.kind ?? "session", ...row } : row;
}

/**
 * Leaves at most `max` of a kind waiting for the server of `owner`: the oldest give way.
 *
 * @returns how many did
 */
export async function makeRoom(
	{ adapter }: AuthContext,
	{ owner, kind }: Revocation,
	max: number,
): Promise<number> {
	const where = [
		{ field: "server", value: await serverOf(owner) },
		{ field: "kind", value: kind },
	];
	const tooMany = (await adapter.count({ model: MODEL, where })) - max;
	if (tooMany <= 0) return 0;
	const oldest = await adapter.findMany<BskyRevocationRow>({
		model: MODEL,
		where,
		sortBy: { field: "createdAt", direction: "asc" },
		limit: Math.min(tooMany, MOST_AT_ONCE),
		select: ["key", "createdAt"],
	});
	const keys = oldest.map(({ key }) => key);
	return adapter.deleteMany({
		model: MODEL,
		where: [{ field: "key", operator: "in", value: keys }],
	});
}

/** Fewer parameters than any database takes. */
const MOST_AT_ONCE = 50;

/** Most that are counted one by one. */
export const MOST_COUNTED = 1000;

/** What is in the queue. */
export interface Waiting {
	/** How many wait; more than a thousand are not counted further. */
	waiting: number;
	/** Since when the oldest does. */
	since: Date | null;
}

export async function whatWaits({ adapter }: AuthContext): Promise<Waiting> {
	const oldest = await adapter.findMany<BskyRevocationRow>({
		model: MODEL,
		// Rows of earlier versions don't say it.
		where: [{ field: "createdAt", operator: "gt", value: new Date(0) }],
		sortBy: { field: "createdAt", direction: "asc" },
		limit: MOST_COUNTED + 1,
		select: ["createdAt"],
	});
	const since = oldest[0]?.createdAt;
	return { waiting: oldest.length, since: since ? new Date(since) : null };
}

/** As if it had not been claimed. */
export async function putBackRevocation(
	{ adapter }: AuthContext,
	{ key, attempts }: Pick<QueuedRevocation, "key" | "attempts">,
	nextAttemptAt: Date,
): Promise<void> {
	await adapter.updateMany({
		model: MODEL,
		where: [{ field: "key", value: key }],
		update: { nextAttemptAt, attempts: Math.max(attempts - 1, 0) },
	});
}

export async function postponeRevocation(
	context: AuthContext,
	key: string,
	nextAttemptAt: Date,
): Promise<void> {
	await patient(context.adapter).updateMany({
		model: MODEL,
		where: [{ field: "key", value: key }],
		update: { nextAttemptAt },
	});
}

/** Puts off everything that is due at the server of `due`. Rows of earlier versions don't say theirs. */
export async function postponeServer(
	{ adapter }: AuthContext,
	{ server }: DueRevocation,
	now: Date,
	nextAttemptAt: Date,
): Promise<void> {
	if (!server) return;
	await adapter.updateMany({
		model: MODEL,
		where: [
			{ field: "server", value: server },
			{ field: "nextAttemptAt", operator: "lt", value: now },
		],
		update: { nextAttemptAt },
	});
}

export async function removeRevocation(context: AuthContext, key: string): Promise<void> {
	const adapter = await currentAdapter(context);
	await adapter.deleteMany({ model: MODEL, where: [{ field: "key", value: key }] });
}
