import { DatabaseSync } from "node:sqlite";
import type { BetterAuthOptions } from "better-auth";
import { createConnection, type Pool as MysqlPool } from "mysql2/promise";
import { Client, Pool } from "pg";
import type { TestDatabase } from "./databases.ts";
import { fillPeople, MARIADB, POSTGRES } from "./people.ts";

/** What a database was asked. */
export interface Statement {
	sql: string;
	values: unknown[];
}

/** Tells how a kind of database would answer what it was asked. */
export interface PlanReader {
	/** Says every statement that goes through the app's database from now on. */
	listen(heard: (statement: Statement) => void): void;
	/** Adds people until an index is the cheaper way to a row, wherever there is one. */
	fill(options: BetterAuthOptions, people: number): Promise<void>;
	/** The tables of which every row is read. */
	readFromEndToEnd(statement: Statement): Promise<string[]>;
	/** Columns that refer to other tables' rows, and that no index finds. */
	referencesWithoutIndex(): Promise<unknown[]>;
	close(): Promise<void>;
}

/** What reads rows; an insert of values reads none. */
const READS = /^(select|update|delete|with)\b/i;

/** better-auth looks once whether the tables are as it wants them. */
const OF_THE_SCHEMA = /\b(information_schema|pg_catalog|sqlite_schema|pragma_table_info)\b/;

const isOfPeople = (sql: string) => READS.test(sql) && !OF_THE_SCHEMA.test(sql);

/** Listens to `query` of each connection that a pool makes, of `pg` and `mysql2` alike. */
function listenTo(connection: object, heard: (statement: Statement) => void): void {
	const query: unknown = Reflect.get(connection, "query");
	if (typeof query !== "function") throw new Error("not a connection");
	const listening = (...args: unknown[]) => {
		const [sql, values] = args;
		if (typeof sql === "string" && isOfPeople(sql)) {
			heard({ sql, values: Array.isArray(values) ? values : [] });
		}
		return Reflect.apply(query, connection, args);
	};
	Object.assign(connection, { query: listening });
}

interface PostgresPlan {
	"Node Type": string;
	"Relation Name"?: string;
	Plans?: PostgresPlan[];
}

function scannedByPostgres(plan: PostgresPlan): string[] {
	const below = (plan.Plans ?? []).flatMap(scannedByPostgres);
	const table = plan["Node Type"] === "Seq Scan" && plan["Relation Name"];
	return table ? [table, ...below] : below;
}

async function ofPostgres({ url, database }: TestDatabase): Promise<PlanReader> {
	if (!(database instanceof Pool)) throw new Error("not a pool of pg");
	const own = new Client(url);
	await own.connect();
	return {
		listen: (heard) => void database.on("connect", (client) => listenTo(client, heard)),
		fill: (options, people) => fillPeople(own, options, people, people, POSTGRES),
		async readFromEndToEnd({ sql, values }) {
			const { rows } = await own.query(`explain (format json) ${sql}`, values);
			return scannedByPostgres(rows[0]["QUERY PLAN"][0].Plan);
		},
		async referencesWithoutIndex() {
			const { rows } = await own.query(`
				select conrelid::regclass as table, attname as column
				from pg_constraint
				join pg_attribute on attrelid = conrelid and attnum = conkey[1]
				where contype = 'f' and connamespace = current_schema()::regnamespace
				and not exists (
					select from pg_index where indrelid = conrelid and indkey[0] = conkey[1]
				)`);
			return rows;
		},
		close: () => own.end(),
	};
}

const isMysqlPool = (database: unknown): database is MysqlPool =>
	typeof database === "object" && database !== null && "getConnection" in database;

const LIMITED = /\blimit \?/;

async function ofMariadb({ url, database }: TestDatabase): Promise<PlanReader> {
	if (!isMysqlPool(database)) throw new Error("not a pool of mysql2");
	const own = await createConnection({ uri: url, timezone: "Z" });
	return {
		listen: (heard) =>
			void database.pool.on("connection", (connection) => listenTo(connection, heard)),
		fill: (options, people) => fillPeople(own, options, people, people, MARIADB),
		async readFromEndToEnd({ sql, values }) {
			const [rows] = await own.query(`explain ${sql}`, values);
			// "index" goes through an index in order, for as long as no limit ends it; "<derived2>" is what
			// another part has found.
			const isScan = (type: string) => type === "ALL" || (type === "index" && !LIMITED.test(sql));
			return (rows as { table: string; type: string }[])
				.filter(({ table, type }) => isScan(type) && !table.startsWith("<"))
				.map(({ table }) => table);
		},
		// It makes an index for each of them.
		referencesWithoutIndex: async () => [],
		close: () => own.end(),
	};
}

/** Its plans go by the indexes that there are, however many rows; it counts them when told to only. */
async function ofSqlite({ url, database }: TestDatabase): Promise<PlanReader> {
	if (!(database instanceof DatabaseSync)) throw new Error("not of node:sqlite");
	const own = new DatabaseSync(new URL(url).pathname);
	return {
		listen(heard) {
			const prepare = database.prepare.bind(database);
			database.prepare = (sql) => {
				if (isOfPeople(sql)) heard({ sql, values: [] });
				return prepare(sql);
			};
		},
		fill: async () => {},
		readFromEndToEnd: async ({ sql }) =>
			own
				.prepare(`explain query plan ${sql}`)
				.all()
				.map(({ detail }) => String(detail))
				// "primary" is what better-auth calls what another part has found.
				.filter((detail) => detail.startsWith("SCAN ") && detail !== "SCAN primary"),
		referencesWithoutIndex: async () =>
			own
				.prepare(
					`select tables.name as "table", refers."from" as "column"
					from sqlite_master tables, pragma_foreign_key_list(tables.name) refers
					where tables.type = 'table' and not exists (
						select 1 from pragma_index_list(tables.name) i, pragma_index_info(i.name) c
						where c.seqno = 0 and c.name = refers."from"
					)`,
				)
				.all(),
		close: async () => own.close(),
	};
}

/** By the name of the kind. */
export const PLAN_READERS: Record<string, (created: TestDatabase) => Promise<PlanReader>> = {
	PostgreSQL: ofPostgres,
	MariaDB: ofMariadb,
	SQLite: ofSqlite,
};
