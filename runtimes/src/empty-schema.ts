import { randomBytes } from "node:crypto";
import { Client } from "pg";

const SERVER = process.env.TEST_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/test";

/** An empty schema of its own in the PostgreSQL of the tests; null where none answers. */
export async function emptySchema(): Promise<{ url: string; drop(): Promise<void> } | null> {
	const admin = new Client(SERVER);
	try {
		await admin.connect();
	} catch {
		return null;
	}
	const name = `bsky_${randomBytes(6).toString("hex")}`;
	await admin.query(`create schema ${name}`);
	const url = new URL(SERVER);
	url.searchParams.set("options", `-c search_path=${name} -c synchronous_commit=off`);
	return {
		url: url.href,
		async drop() {
			await admin.query(`drop schema ${name} cascade`);
			await admin.end();
		},
	};
}
