import { DatabaseSync } from "node:sqlite";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { isConflict } from "../src/base/conflict.ts";
import { databaseKinds } from "./databases.ts";

/** What a database says to a transaction that another one is in the way of: see {@link isConflict}. */
const [sqlite, postgres, mariadb] = await databaseKinds();
if (!sqlite || !postgres || !mariadb) throw new Error("not the three kinds");

type Run = (sql: string) => Promise<unknown>;
type Two = Record<"mine" | "theirs", Run>;

/** Two connections, and two rows. */
async function two(url: string): Promise<Two> {
	const { protocol } = new URL(url);
	const connect = async () => {
		if (protocol === "file:") {
			const database = new DatabaseSync(new URL(url).pathname);
			onTestFinished(() => database.close());
			return async (sql: string) => database.exec(sql);
		}
		if (protocol === "postgres:") {
			const pool = new Pool({ connectionString: url, max: 1 });
			onTestFinished(() => pool.end());
			return (sql: string) => pool.query(sql);
		}
		const pool = createPool({ uri: url, connectionLimit: 1 });
		onTestFinished(() => pool.end());
		return (sql: string) => pool.query(sql);
	};
	const both = { mine: await connect(), theirs: await connect() };
	await both.mine("create table thing (id integer primary key, n integer)");
	await both.mine("insert into thing values (1, 0), (2, 0)");
	return both;
}

const add = (id: number) => `update thing set n = n + 1 where id = ${id}`;

/** Each waits for what the other has. */
async function deadlock({ mine, theirs }: Two): Promise<void> {
	await mine(add(1));
	await theirs(add(2));
	await Promise.all([mine(add(2)), theirs(add(1))]);
}

/** What was read before is written after somebody else wrote it. */
async function stale({ mine, theirs }: Two): Promise<void> {
	await mine("select * from thing");
	await theirs(add(1));
	await theirs("commit");
	await mine(add(1));
}

const CONFLICTS = [
	["SQLite that waits for nobody", sqlite, "begin immediate", async () => {}],
	["SQLite, read before", sqlite, "begin", stale],
	["PostgreSQL, a deadlock", postgres, "set deadlock_timeout = 10; begin", deadlock],
	["PostgreSQL, serializable", postgres, "begin isolation level serializable", stale],
	["MariaDB, a deadlock", mariadb, "begin", deadlock],
	["MariaDB as of 11.8", mariadb, "begin; set innodb_snapshot_isolation = on", stale],
] as const;

test.for(CONFLICTS)("%s", async ([, kind, begin, run], { skip }) => {
	if (kind.missing) skip(kind.missing);
	const { url, drop } = await kind.create();
	onTestFinished(() => drop());
	const both = await two(url);
	const outcome = (async () => {
		for (const connection of [both.mine, both.theirs]) {
			for (const sql of begin.split("; ")) await connection(sql);
		}
		await run(both);
	})();
	const error = await outcome.catch((error: unknown) => error);
	expect(error).toBeInstanceOf(Error);
	expect(isConflict(error), String(error)).toBe(true);
});
