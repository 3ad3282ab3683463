import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BetterAuthOptions } from "better-auth";
import { createPool } from "mysql2/promise";
import { Client, Pool } from "pg";

/** An empty database of its own for one test, that other processes can open by `url` too. */
export interface TestDatabase {
	url: string;
	database: NonNullable<BetterAuthOptions["database"]>;
	drop(): Promise<void>;
}

/** A kind of database that the tests run on. */
export interface DatabaseKind {
	name: string;
	/** Why it can't be used here, if so: then its tests are skipped, and say so. */
	missing: string | null;
	/** @param connections most at a time; SQLite has one */
	create(connections?: number): Promise<TestDatabase>;
}

const POSTGRES = process.env.TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const MYSQL = process.env.TEST_MYSQL_URL ?? "mysql://root@127.0.0.1:3306/test";

const newName = () => `bsky_${randomBytes(6).toString("hex")}`;

/** Opens what {@link TestDatabase.url} names: in this process, or in a child process. */
export function openDatabase(
	url: string,
	connections = 5,
): {
	database: TestDatabase["database"];
	close(): Promise<void>;
} {
	const { protocol } = new URL(url);
	if (protocol === "file:") {
		const database = new DatabaseSync(new URL(url).pathname);
		database.exec("pragma busy_timeout = 10000");
		// Processes are killed here, machines aren't: nothing waits for the disk.
		database.exec("pragma synchronous = off");
		return { database, close: async () => database.close() };
	}
	if (protocol === "postgres:") {
		const pool = new Pool({ connectionString: url, max: connections });
		return { database: pool, close: () => pool.end() };
	}
	const pool = createPool({ uri: url, timezone: "Z", connectionLimit: connections });
	return { database: pool, close: () => pool.end() };
}

const sqlite: DatabaseKind = {
	name: "SQLite",
	missing: null,
	async create() {
		const folder = mkdtempSync(join(tmpdir(), "better-auth-bsky-"));
		const url = `file://${join(folder, "test.sqlite")}`;
		const { database, close } = openDatabase(url);
		const drop = async () => {
			await close();
			rmSync(folder, { recursive: true });
		};
		return { url, database, drop };
	},
};

const postgres = (missing: string | null): DatabaseKind => ({
	name: "PostgreSQL",
	missing,
	async create(connections) {
		const name = newName();
		const admin = new Client(POSTGRES);
		await admin.connect();
		await admin.query(`create schema ${name}`);
		const url = new URL(POSTGRES);
		url.searchParams.set("options", `-c search_path=${name} -c synchronous_commit=off`);
		const { database, close } = openDatabase(url.href, connections);
		const drop = async () => {
			await close();
			await admin.query(`drop schema ${name} cascade`);
			await admin.end();
		};
		return { url: url.href, database, drop };
	},
});

const mysql = (missing: string | null): DatabaseKind => ({
	name: "MariaDB",
	missing,
	async create(connections) {
		const name = newName();
		const admin = createPool({ uri: MYSQL, connectionLimit: 1 });
		await admin.query(`create database ${name}`);
		const url = new URL(MYSQL);
		url.pathname = `/${name}`;
		const { database, close } = openDatabase(url.href, connections);
		const drop = async () => {
			await close();
			await admin.query(`drop database ${name}`);
			await admin.end();
		};
		return { url: url.href, database, drop };
	},
});

/** Every kind; the servers are looked for on their standard ports, or where a variable says. */
export async function databaseKinds(): Promise<DatabaseKind[]> {
	return [
		sqlite,
		postgres(await reason("PostgreSQL", POSTGRES, 5432, "TEST_POSTGRES_URL")),
		mysql(await reason("MariaDB", MYSQL, 3306, "TEST_MYSQL_URL")),
	];
}

function reason(name: string, url: string, port: number, variable: string) {
	const { hostname: host, port: given } = new URL(url);
	return new Promise<string | null>((resolve) => {
		const socket = connect({ host, port: Number(given || port), timeout: 1000 });
		const done = (problem: string | null) => {
			socket.destroy();
			resolve(problem);
		};
		const problem = `no ${name} at ${host}:${given || port}; set ${variable} to use another`;
		socket.once("connect", () => done(null));
		socket.once("error", () => done(problem));
		socket.once("timeout", () => done(problem));
	});
}
