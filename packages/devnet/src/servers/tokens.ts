import type { Database, PDS } from "@atproto/pds";

/** One live OAuth session, as the PDS keeps it. A session that was revoked has no row any more. */
export interface LiveToken {
	/** The `jti` of its access token. Changes at every refresh. */
	tokenId: string;
	did: string;
	clientId: string;
	/** Granted scopes, separated by spaces. */
	scope: string | null;
	/** The only refresh token that is still good. */
	currentRefreshToken: string | null;
	/** ISO 8601. */
	createdAt: string;
	/** ISO 8601; the last refresh. */
	updatedAt: string;
	/** ISO 8601; when the access token expires, not the session. */
	expiresAt: string;
}

const COLUMNS = [
	"tokenId",
	"did",
	"clientId",
	"scope",
	"currentRefreshToken",
	"createdAt",
	"updatedAt",
	"expiresAt",
] as const;

/** Reads the token table through the running server, else from its file. */
export async function liveTokens(
	running: PDS | undefined,
	file: string,
	did: string,
): Promise<LiveToken[]> {
	if (running) return select(running.ctx.accountManager.db, did);
	const { Database } = await import("@atproto/pds");
	const database = Database.sqlite<Schema<AccountDatabase>>(file);
	try {
		return await select(database, did);
	} finally {
		database.close();
	}
}

/** Forgets every OAuth session of an account. */
export async function revokeTokens({ ctx }: PDS, did: string): Promise<void> {
	if (!isDid(did)) return;
	await ctx.accountManager.db.db.deleteFrom("token").where("did", "=", did).execute();
}

const LONG_AGO = "1970-01-01T00:00:00.000Z";

/** What can run out: a whole session, or one of its two tokens alone. */
export type Expiring = "session" | "access-token" | "refresh-token";

/**
 * Dates every OAuth session of an account to long ago, and its access token, too, unless it is to be too
 * old for a refresh alone.
 */
export async function expireSessions(
	{ ctx }: PDS,
	did: string,
	what: Exclude<Expiring, "access-token">,
): Promise<void> {
	if (!isDid(did)) return;
	const dates = { createdAt: LONG_AGO, updatedAt: LONG_AGO } as const;
	await ctx.accountManager.db.db
		.updateTable("token")
		.set({ ...dates, ...(what === "session" && { expiresAt: LONG_AGO }) })
		.where("did", "=", did)
		.execute();
}

type AccountDatabase = PDS["ctx"]["accountManager"]["db"];
type Schema<T> = T extends Database<infer S> ? S : never;

async function select({ db }: AccountDatabase, did: string): Promise<LiveToken[]> {
	if (!isDid(did)) return [];
	return await db
		.selectFrom("token")
		.select([...COLUMNS])
		.where("did", "=", did)
		.orderBy("id")
		.execute();
}

/** Nobody else has a row in the token table, and its types say so. */
const isDid = (text: string): text is `did:plc:${string}` | `did:web:${string}` =>
	/^did:(plc|web):/.test(text);
