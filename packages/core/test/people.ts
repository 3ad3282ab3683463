import type { BetterAuthOptions } from "better-auth";
import { getAuthTables } from "better-auth/db";

/** The part of a connection that is needed here. */
interface Connection {
	query(sql: string): Promise<unknown>;
}

/** Tables that have a row for each person, as far as the app has them, users first. */
const OF_EACH_PERSON = ["user", "account", "bskyAccount", "session", "bskySession"];

/** Tables that have rows for those who are under way, or whose server is down. */
const OF_SOME = ["bskyState", "bskyRevocation"];

type Fields = ReturnType<typeof getAuthTables>[string]["fields"];

/** How a server says it. */
interface Dialect {
	/** Rows refer to each other by their numbers, so nobody has to check that; and no disk is waited for. */
	before: string[];
	/** `n` from 1 to `count`. With leading zeros they are in order as texts, too. */
	numbers: (count: number) => string;
	/** A DID of n: 24 letters, as `did:plc` wants them. */
	did: string;
	tomorrow: string;
	/** Has the server count what there is. */
	analyze: string;
}

export const POSTGRES: Dialect = {
	before: ["set session_replication_role = replica", "set synchronous_commit = off"],
	numbers: (count) =>
		`select lpad(number::text, 24, '0') as n from generate_series(1, ${count}) as number`,
	did: "'did:plc:' || translate(n, '0123456789', 'abcdefghij')",
	tomorrow: "now() + interval '1 day'",
	analyze: "vacuum (analyze)",
};

export const MARIADB: Dialect = {
	before: ["set sql_mode = 'ANSI'", "set foreign_key_checks = 0, unique_checks = 0"],
	numbers: (count) => `select lpad(seq, 24, '0') as n from seq_1_to_${count}`,
	did: `'did:plc:' || ${[..."abcdefghij"].reduce((text, letter, digit) => `replace(${text}, '${digit}', '${letter}')`, "n")}`,
	tomorrow: "now() + interval 1 day",
	analyze: "analyze table",
};

/**
 * Fills an app's database with people who are signed in with Bluesky, one to `count`. They exist
 * nowhere else, and what is sealed in their rows can't be opened.
 *
 * @param database a connection of its own: what is set for it stays
 * @param waiting how many sign-ins are under way, and revocations waiting for their time
 */
export async function fillPeople(
	database: Connection,
	options: BetterAuthOptions,
	count: number,
	waiting = 0,
	dialect = POSTGRES,
): Promise<void> {
	const tables = getAuthTables(options);
	for (const each of dialect.before) await database.query(each);
	for (const model of [...OF_EACH_PERSON, ...OF_SOME]) {
		const table = tables[model];
		if (!table) continue;
		const { modelName, fields } = table;
		const columns = Object.entries(fields).map(([name, { fieldName = name }]) => fieldName);
		const values = Object.entries(fields).map(([name, field]) =>
			contentOf(name, field, modelName, dialect),
		);
		await database.query(
			`insert into "${modelName}" ("id", ${columns.map((column) => `"${column}"`).join(", ")})
			 select ${idIn(modelName)}, ${values.join(", ")}
			 from (${dialect.numbers(OF_SOME.includes(model) ? waiting : count)}) people`,
		);
		await database.query(`${dialect.analyze} "${modelName}"`);
	}
}

/** At most 36 characters, which is what MariaDB's columns have. */
const idIn = (table: string) => `'${table}-' || right(n, 20)`;

/** What stands in a column of the row of person n. */
function contentOf(
	name: string,
	field: Fields[string],
	table: string,
	{ did, tomorrow }: Dialect,
): string {
	const { type, required, references, unique } = field;
	if (references) return idIn(references.model);
	if (/^(did|bskyDid|accountId)$/.test(name)) return did;
	if (name === "providerId") return "'bsky'";
	if (name === "email") return "n || '@people.example'";
	if (/^(created|updated)At$/.test(name)) return "now()";
	if (type === "date") return tomorrow;
	if (type === "number") return "0";
	if (type === "boolean") return "false";
	if (unique) return `'${table} ' || n`;
	if (required === false) return "null";
	// As long as a name, and as something sealed, at least.
	return field.returned === false ? "repeat(md5(n), 8)" : "'Person ' || n";
}
