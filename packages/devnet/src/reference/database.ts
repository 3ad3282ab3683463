import { randomInt } from "node:crypto";
import { DevnetError } from "../errors.ts";

/** Where PostgreSQL is looked for: `BSKY_DEVNET_POSTGRES_URL`, else the standard port. */
const DEFAULT_POSTGRES_URL = "postgres://postgres@127.0.0.1:5432/postgres";

/** The address to use: what was asked for, else the environment, else the default. */
export function postgresUrl(asked: string | undefined): string {
	const url = asked ?? process.env.BSKY_DEVNET_POSTGRES_URL ?? DEFAULT_POSTGRES_URL;
	if (URL.canParse(url)) return url;
	throw new DevnetError(
		`"${url}" is no address of a PostgreSQL: write it like ${DEFAULT_POSTGRES_URL} (--postgres on the command line, postgresUrl in startNetwork, or BSKY_DEVNET_POSTGRES_URL).`,
	);
}

/** A schema name nobody has. The reference implementation takes letters and `_` only. */
export function newSchema(): string {
	const letters = Array.from({ length: 10 }, () => String.fromCharCode(97 + randomInt(26)));
	return `bsky_devnet_${letters.join("")}`;
}

/** The two packages of the reference AppView. */
export type Reference = Awaited<ReturnType<typeof loadReference>>;

/** Loads {@link Reference}, or throws an error that says how to get them. */
export async function loadReference() {
	try {
		return { bsky: await import("@atproto/bsky"), bsync: await import("@atproto/bsync") };
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
		throw new DevnetError(
			'The reference AppView isn\'t installed: it is big, so it is optional. Run "npm install --save-dev @atproto/bsky@0.0.280 @atproto/bsync@0.0.44", or use the stand-in.',
			{ cause },
		);
	}
}

/** What of `pg` is used here. */
export interface Pool {
	query(sql: string): Promise<unknown>;
}

/** Fails with an error for people when there is no PostgreSQL at `url`. */
export async function assertPostgres(pool: Pool, url: string): Promise<void> {
	try {
		await pool.query("select 1");
	} catch (cause) {
		const where = new URL(url);
		where.password = "";
		throw new DevnetError(
			`The reference AppView needs PostgreSQL, and ${where} doesn't answer: ${(cause as Error).message}. Start one, give another address, or use the stand-in.`,
			{ cause },
		);
	}
}

/**
 * Counts followers, posts and reactions anew. The reference counts them as each record comes in, in
 * statements that see no other one's record: of two at once, the older count may be what stays.
 */
export async function recount(pool: Pool): Promise<void> {
	await pool.query(`update profile_agg set
		"followersCount" = (select count(*) from follow where follow."subjectDid" = profile_agg.did),
		"followsCount" = (select count(*) from follow where follow.creator = profile_agg.did),
		"postsCount" = (select count(*) from post where post.creator = profile_agg.did)`);
	await pool.query(`update post_agg set
		"likeCount" = (select count(*) from "like" where "like".subject = post_agg.uri),
		"repostCount" = (select count(*) from repost where repost.subject = post_agg.uri),
		"replyCount" = (select count(*) from post where post."replyParent" = post_agg.uri
			and post."violatesThreadGate" is not true)`);
}
