import { DatabaseSync } from "node:sqlite";
import { Pool, type PoolClient } from "pg";
import type { TestDatabase } from "./databases.ts";

/** How a statement fails. */
export type Mode =
	| "fails"
	| "fails each time"
	| "and all after fail"
	/** Done by the database, whose answer is lost. */
	| "is done, and fails";

interface Connection {
	query(...args: unknown[]): unknown;
}

/** A pool as mysql2's promises wrap it. */
interface CallbackPool {
	getConnection(callback: (error: unknown, connection: Connection) => void): void;
}

/** A database whose statements can be counted and made to fail, whichever driver sends them. */
export class Breakable {
	/** What was sent since {@link watch}. */
	statements: string[] = [];
	#nth = 0;
	#mode: Mode = "fails";
	readonly #patched = new WeakSet<Connection>();
	#rollback = () => {};

	constructor(database: TestDatabase["database"]) {
		if (database instanceof DatabaseSync) {
			const prepare = database.prepare.bind(database);
			database.prepare = (sql) => this.#send(sql, () => prepare(sql)) as never;
			this.#rollback = () => {
				if (database.isTransaction) database.exec("rollback");
			};
		} else if (database instanceof Pool) {
			const connect: () => Promise<PoolClient> = database.connect.bind(database);
			database.connect = async () => {
				const client = await connect();
				this.#patch(client as unknown as Connection);
				return client;
			};
		} else if (isMysql(database)) {
			const { pool } = database;
			const getConnection = pool.getConnection.bind(pool);
			pool.getConnection = (callback) =>
				getConnection((error, connection) => {
					if (connection) this.#patch(connection);
					callback(error, connection);
				});
		}
	}

	/** Counts from here on; the nth statement fails, if there is an nth. */
	watch(nth = 0, mode: Mode = "fails"): void {
		this.statements = [];
		[this.#nth, this.#mode] = [nth, mode];
	}

	heal(): void {
		this.watch();
		// What a lost connection comes to.
		this.#rollback();
	}

	#patch(connection: Connection): void {
		if (this.#patched.has(connection)) return;
		this.#patched.add(connection);
		const query = connection.query.bind(connection);
		connection.query = (...args) => {
			const [first] = args;
			const sql =
				typeof first === "string" ? first : String(Object(first).text ?? Object(first).sql);
			const callback = args.at(-1);
			if (typeof callback !== "function") return this.#send(sql, () => query(...args));
			try {
				return this.#send(sql, () => query(...args));
			} catch (error) {
				return callback(error);
			}
		};
	}

	#send(sql: string, send: () => unknown): unknown {
		const index = this.statements.push(sql);
		const n = this.#nth;
		const hit =
			index === n ||
			(n > 0 &&
				index > n &&
				(this.#mode === "and all after fail" ||
					(this.#mode === "fails each time" && sql === this.statements[n - 1])));
		if (!hit) return send();
		const error = new Error("disk I/O error");
		if (this.#mode !== "is done, and fails") throw error;
		const done = send();
		if (done instanceof Promise) return done.then(() => Promise.reject(error));
		if (typeof Object(done).run === "function") Object(done).run();
		throw error;
	}
}

const isMysql = (database: object): database is { pool: CallbackPool } =>
	"pool" in database && "getConnection" in Object(database.pool);

/** A statement by what it does, and to which table. */
export const brief = (sql: string): string =>
	sql
		.match(/^\w+|(?<=(from|into|update) )[`"]\w+[`"]/g)
		?.join(" ")
		.replaceAll("`", '"') ?? sql;
