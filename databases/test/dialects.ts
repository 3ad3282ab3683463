import { createClient } from "@libsql/client";
import type { DrizzleAdapterConfig, drizzleAdapter } from "better-auth/adapters/drizzle";
import {
	generateDrizzleJson,
	generateMigration,
	generateMySQLDrizzleJson,
	generateMySQLMigration,
	generateSQLiteDrizzleJson,
	generateSQLiteMigration,
} from "drizzle-kit/api";
import { drizzle as drizzleLibsql } from "drizzle-orm/libsql";
import { drizzle as drizzleMysql } from "drizzle-orm/mysql2";
import { drizzle as drizzlePostgres } from "drizzle-orm/node-postgres";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import { onTestFinished } from "vitest";
import { databaseKinds } from "../../packages/core/test/databases.ts";

const [sqlite, postgres, mariadb] = await databaseKinds();
if (!sqlite || !postgres || !mariadb) throw new Error("not the three kinds");

export type Schema = Record<string, unknown>;

/** A database that Drizzle knows how to speak to. */
export interface Dialect {
	provider: DrizzleAdapterConfig["provider"];
	kind: typeof sqlite;
	/** Where an app has the `drizzle` from that opens it by its address. */
	driver: string;
	/** Opens it, with the tables of a schema. */
	open(url: string, schema: Schema): Promise<Parameters<typeof drizzleAdapter>[0]>;
}

export const POSTGRES: Dialect = {
	provider: "pg",
	kind: postgres,
	driver: "drizzle-orm/node-postgres",
	async open(url, schema) {
		const pool = new Pool({ connectionString: url, max: 5 });
		onTestFinished(() => pool.end());
		const statements = await generateMigration(
			generateDrizzleJson({}),
			generateDrizzleJson(schema),
		);
		// Each test has a schema of its own in one database.
		for (const each of statements) await pool.query(each.replaceAll('"public".', ""));
		return drizzlePostgres({ client: pool, schema });
	},
};

export const MYSQL: Dialect = {
	provider: "mysql",
	kind: mariadb,
	driver: "drizzle-orm/mysql2",
	async open(url, schema) {
		const pool = createPool({ uri: url, connectionLimit: 5, timezone: "Z" });
		onTestFinished(() => pool.end());
		const statements = await generateMySQLMigration(
			await generateMySQLDrizzleJson({}),
			await generateMySQLDrizzleJson(schema),
		);
		for (const each of statements) await pool.query(each);
		return drizzleMysql({ client: pool, schema, mode: "default" });
	},
};

export const LIBSQL: Dialect = {
	provider: "sqlite",
	kind: sqlite,
	driver: "drizzle-orm/libsql",
	async open(url, schema) {
		const client = createClient({ url: url.replace("file://", "file:") });
		onTestFinished(() => client.close());
		const statements = await generateSQLiteMigration(
			await generateSQLiteDrizzleJson({}),
			await generateSQLiteDrizzleJson(schema),
		);
		for (const each of statements) await client.execute(each);
		return drizzleLibsql({ client, schema });
	},
};
