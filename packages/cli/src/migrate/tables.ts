import type { BetterAuthOptions, BetterAuthPlugin, DBAdapter } from "better-auth";
import type { AppAuth } from "../load-auth.ts";
import { CannotRun, messageOf } from "../outcome.ts";
import { type Source, sessionIn } from "./person.ts";

/** So many rows are read at a time. */
const PAGE = 200;

type Adapter = DBAdapter<BetterAuthOptions>;

/** How an app's own better-auth makes an adapter that knows older tables, too. */
export type AdapterWith = (plugin: BetterAuthPlugin) => Promise<Adapter>;

/** The table of `better-auth-bsky` 0.1, as its source has it. */
const ATPROTO_SESSION: BetterAuthPlugin = {
	id: "older-atproto",
	schema: {
		atprotoSession: {
			fields: {
				did: { type: "string", unique: true },
				sessionData: { type: "string" },
				userId: { type: "string" },
			},
		},
	},
};

/** Everybody of `better-auth-bsky` 0.1: accounts by "atproto", and the sessions beside them. */
export async function* ofBetterAuthBsky(
	{ $context }: AppAuth,
	adapterWith: AdapterWith,
	clientId: string | undefined,
	withSessions: boolean,
): Source {
	const { adapter } = await $context;
	const older = await adapterWith(ATPROTO_SESSION);
	const model = "atprotoSession";
	for await (const row of rowsOf<{ accountId: string; userId: string }>(adapter, {
		model: "account",
		key: "accountId",
		where: [{ field: "providerId", value: "atproto" }],
	})) {
		const where = [{ field: "did", value: row.accountId }];
		const stored = await older
			.findOne<{ sessionData: string }>({ model, where })
			// Without them, the table may have gone long ago.
			.catch(withSessions ? notThere : () => null);
		yield {
			did: row.accountId,
			userId: row.userId,
			session: sessionIn(stored?.sessionData, clientId),
			forget: async () => void (stored && (await older.deleteMany({ model, where }))),
		};
	}
}

/** Everybody of `better-auth-atproto` 0.1: its sessions stand in plain text where sealed ones do now. */
export async function* ofBetterAuthAtproto({ $context }: AppAuth): Source {
	const { adapter } = await $context;
	const people = rowsOf<{ did: string; userId: string; session: string }>(adapter, {
		model: "bskySession",
		key: "did",
		where: [{ field: "session", operator: "starts_with", value: "{" }],
	});
	for await (const { did, userId, session } of people) {
		// What is imported takes its place, sealed.
		yield { did, userId, session: sessionIn(session), forget: async () => {} };
	}
}

interface Query {
	model: string;
	/** What rows are read in the order of: those that go while they are read change nothing then. */
	key: string;
	where: { field: string; operator?: "starts_with"; value: string }[];
}

async function* rowsOf<Row extends object>(adapter: Adapter, { model, key, where }: Query) {
	for (let after = ""; ; ) {
		const rows = await adapter.findMany<Row>({
			model,
			where: [...where, { field: key, operator: "gt", value: after }],
			sortBy: { field: key, direction: "asc" },
			limit: PAGE,
		});
		yield* rows;
		const last = rows.at(-1);
		if (!last || rows.length < PAGE) return;
		after = String(Reflect.get(last, key));
	}
}

function notThere(error: unknown): never {
	throw new CannotRun(
		`The table "atprotoSession" can't be read: ${messageOf(error)}. With Drizzle or Prisma it has to stay in the schema until its people are brought over; without its sessions, \`--no-sessions\`.`,
	);
}
