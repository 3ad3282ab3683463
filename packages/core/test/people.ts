import type { BetterAuthOptions } from "better-auth";
import { getAuthTables } from "better-auth/db";

/** The part of a connection to PostgreSQL that is needed here. */
interface Connection {
	query(sql: string): Promise<unknown>;
}

/** Tables that have a row for each person, as far as the app has them, users first. */
const OF_EACH_PERSON = ["user", "account", "bskyAccount", "session", "bskySession"];

/** Tables that have rows for those who are under way, or whose server is down. */
const OF_SOME = ["bskyState", "bskyRevocation"];

type Fields = ReturnType<typeof getAuthTables>[string]["fields"];

/**
 * Fills an app's database on PostgreSQL with people who are signed in with Bluesky, one to `count`.
 * They exist nowhere else, and what is sealed in their rows can't be opened.
 *
 * @param database a connection of its own: what is set for it stays
 * @param waiting how many sign-ins are under way, and revocations waiting for their time
 */
export async function fillPeople(
	database: Connection,
	options: BetterAuthOptions,
	count: number,
	waiting = 0,
): Promise<void> {
	const tables = getAuthTables(options);
	// Without foreign keys' checks: the rows refer to each other by their numbers.
	await database.query("set session_replication_role = replica; set synchronous_commit = off");
	for (const model of [...OF_EACH_PERSON, ...OF_SOME]) {
		const table = tables[model];
		if (!table) continue;
		const { modelName, fields } = table;
		const columns = Object.entries(fields).map(([name, { fieldName = name }]) => fieldName);
		const values = Object.entries(fields).map(([name, field]) => contentOf(name, field, modelName));
		await database.query(
			`insert into "${modelName}" ("id", ${columns.map((column) => `"${column}"`).join(", ")})
			 select '${modelName}-' || n, ${values.join(", ")}
			 from (${numbers(OF_SOME.includes(model) ? waiting : count)}) people`,
		);
		await database.query(`vacuum (analyze) "${modelName}"`);
	}
}

/** With leading zeros they are in order as texts, too: an index grows fastest at its end. */
const numbers = (count: number) =>
	`select lpad(number::text, 24, '0') as n from generate_series(1, ${count}) as number`;

/** A DID of n: 24 letters, as `did:plc` wants them. */
const DID = "'did:plc:' || translate(n, '0123456789', 'abcdefghij')";

/** What stands in a column of the row of person n. */
function contentOf(name: string, field: Fields[string], table: string): string {
	const { type, required, references, unique } = field;
	if (references) return `'${references.model}-' || n`;
	if (/^(did|bskyDid|accountId)$/.test(name)) return DID;
	if (name === "providerId") return "'bsky'";
	if (name === "email") return "n || '@people.example'";
	if (/^(created|updated)At$/.test(name)) return "now()";
	if (type === "date") return "now() + interval '1 day'";
	if (type === "number") return "0";
	if (type === "boolean") return "false";
	if (unique) return `'${table} ' || n`;
	if (required === false) return "null";
	// As long as a name, and as something sealed, at least.
	return field.returned === false ? "repeat(md5(n), 8)" : "'Person ' || n";
}
