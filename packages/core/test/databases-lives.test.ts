import { DatabaseSync } from "node:sqlite";
import { AT_LENGTH, triedIn } from "@better-auth-bsky/tools/tried";
import type { BetterAuthOptions } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getAuthTables } from "better-auth/db";
import { getMigrations } from "better-auth/db/migration";
import { createPool, type Pool as MysqlPool } from "mysql2/promise";
import { Pool } from "pg";
import { expect, onTestFinished, type TestContext } from "vitest";
import { atprotoAuth } from "../src/index.ts";
import { type DatabaseKind, databaseKinds } from "./databases.ts";
import { type AppOptions, newPerson, startApp, useNetwork } from "./kit.ts";
import { lifeApp, wholeLife } from "./whole-life.ts";

/** Whole lives, each on a database that is set up in a way of its own. */

const { works, notRun } = triedIn("databases");
const network = await useNetwork({ appView: "none" });
const kinds = await databaseKinds();
const [sqlite, postgres, mariadb] = kinds;
if (!sqlite || !postgres || !mariadb) throw new Error("not the three kinds");

type Database = NonNullable<BetterAuthOptions["database"]>;
type Skip = Pick<TestContext, "skip">;

/** What is set up in a way of its own. */
interface SetUp extends AppOptions {
	/** Makes the tables, where better-auth's migration doesn't. */
	migrate?: (options: BetterAuthOptions) => Promise<void>;
}

/** One life after another in an app with this database. */
async function liveWith(database: Database, { auth, migrate, ...options }: SetUp = {}) {
	await migrate?.({ ...auth, database });
	const user = { ...auth?.user, deleteUser: { enabled: true } };
	const app = await startApp(network, { ...options, auth: { ...auth, database, user } });
	onTestFinished(() => app.close());
	await wholeLife(network, lifeApp(app), [await newPerson(network), await newPerson(network)]);
	return app;
}

async function open(kind: DatabaseKind, { skip }: Skip) {
	if (kind.missing) skip(kind.missing);
	const created = await kind.create();
	onTestFinished(() => created.drop());
	return created;
}

let turns = 0;

/** A life on one of the servers, each in its turn, and on every one with `npm test -- --long`. */
function somewhere(setUp: (kind: DatabaseKind) => SetUp, among = kinds) {
	const kind = among[turns++ % among.length];
	const here = AT_LENGTH ? among : among.filter((each) => each === kind);
	return async (context: Skip) => {
		for (const each of here) await liveWith((await open(each, context)).database, setUp(each));
	};
}

works(
	"SQLite",
	"better-auth's own adapter with `new DatabaseSync(…)`, from Node. Transactions are on.",
	async (context) => void (await liveWith((await open(sqlite, context)).database)),
);
works(
	"PostgreSQL",
	"better-auth's own adapter with `new Pool(…)` of `pg`. Transactions are on.",
	async (context) => void (await liveWith((await open(postgres, context)).database)),
);
works(
	"MariaDB",
	"better-auth's own adapter with `createPool(…)` of `mysql2/promise`. Transactions are on.",
	async (context) => void (await liveWith((await open(mariadb, context)).database)),
);
notRun("MySQL", "Its server can't be had where the tests run. MariaDB speaks the same protocol.");
works("better-auth's memory adapter", "For tests: nothing is left after a restart.", async () => {
	const names = Object.keys(getAuthTables({ plugins: [atprotoAuth()] }));
	await liveWith(memoryAdapter(Object.fromEntries(names.map((name) => [name, []]))));
});
notRun(
	"MongoDB",
	"Its server can't be had where the tests run, and better-auth's own tests of its adapter need one.",
);

for (const [words, generateId] of [
	['`generateId: "uuid"`', "uuid"],
	['`generateId: "serial"`', "serial"],
	["`generateId` as a function", () => `app-${crypto.randomUUID().slice(0, 24)}`],
] as const) {
	works(
		words,
		"On SQLite, PostgreSQL and MariaDB.",
		somewhere(() => ({ auth: { advanced: { database: { generateId } } } })),
	);
}

/** What makes an ID where better-auth is told to leave that to the database. */
const DEFAULTS: Record<string, string> = {
	SQLite: "(lower(hex(randomblob(16))))",
	PostgreSQL: "gen_random_uuid()",
	MariaDB: "(uuid())",
};

works(
	"`generateId: false`",
	"On SQLite, PostgreSQL and MariaDB, where each `id` column has a default of yours.",
	somewhere(({ name }) => ({
		auth: { advanced: { database: { generateId: false } } },
		migrate: async (options) => {
			const { compileMigrations } = await getMigrations({ ...options, plugins: [atprotoAuth()] });
			const sql = (await compileMigrations()).replace(
				/(["`]id["`] [^,]*?primary key)/g,
				`$1 default ${DEFAULTS[name]}`,
			);
			for (const statement of sql.split(";\n")) await run(options.database, statement);
		},
	})),
);

async function run(database: unknown, sql: string): Promise<void> {
	if (database instanceof DatabaseSync) return database.exec(sql);
	if (database instanceof Pool) await database.query(sql);
	if (isMysql(database)) await database.query(sql);
}

const isMysql = (database: unknown): database is MysqlPool =>
	typeof database === "object" && database !== null && "getConnection" in database;

works(
	"tables and columns by names of your own",
	"better-auth's by `modelName` and `fields`, the plugin's by its option `schema`.",
	somewhere(() => ({
		auth: {
			user: { modelName: "people", fields: { email: "mail", name: "called" } },
			session: { modelName: "visits", fields: { userId: "person", token: "secret" } },
			account: { modelName: "identities", fields: { accountId: "subject", userId: "person" } },
		},
		plugin: {
			schema: {
				user: { fields: { bskyDid: "atproto_did", bskyHandle: "handle" } },
				bskyState: { modelName: "sign_ins", fields: { key: "name", state: "sealed" } },
				bskyAccount: { modelName: "dids", fields: { did: "subject", userId: "person" } },
				bskySession: {
					modelName: "bsky_sessions",
					fields: { did: "subject", userId: "person", lockedUntil: "locked_until" },
				},
				bskyRevocation: { modelName: "to_revoke", fields: { nextAttemptAt: "next_at" } },
			},
		},
	})),
);

works(
	"`advanced.database.joins`",
	"On SQLite, PostgreSQL and MariaDB.",
	somewhere(() => ({ auth: { advanced: { database: { joins: true } } } })),
);

works(
	"time zones",
	"The app in New York, PostgreSQL's and MariaDB's sessions in Kolkata. Give `mysql2` the same `timezone` in every process that shares a database; `\"Z\"` is one that nobody has to remember.",
	async (context) => {
		const { TZ } = process.env;
		process.env.TZ = "America/New_York";
		onTestFinished(() => {
			if (TZ === undefined) delete process.env.TZ;
			else process.env.TZ = TZ;
		});
		expect(new Date(0).getHours()).toBe(19);
		for (const [kind, inKolkata] of [
			[postgres, postgresInKolkata],
			[mariadb, mysqlInKolkata],
		] as const) {
			const { url } = await open(kind, context);
			const pool = inKolkata(new URL(url));
			onTestFinished(() => pool.end());
			await liveWith(pool);
		}
	},
);

function postgresInKolkata(url: URL): Pool {
	const options = url.searchParams.get("options");
	url.searchParams.set("options", `${options} -c timezone=Asia/Kolkata`);
	return new Pool({ connectionString: url.href, max: 5 });
}

/** `mysql2` takes it to be where the app is, unless told otherwise. */
function mysqlInKolkata(url: URL): MysqlPool {
	const pool = createPool({ uri: url.href, connectionLimit: 5 });
	pool.pool.on("connection", (connection) => connection.query("set time_zone = '+05:30'"));
	return pool;
}
