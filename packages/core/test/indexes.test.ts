import { Pool, type PoolClient } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { openSite, signIn, useWorld } from "./accounts-kit.ts";
import { databaseKinds } from "./databases.ts";

const kinds = await databaseKinds();
const postgres = kinds.find(({ name }) => name === "PostgreSQL");
if (!postgres) throw new Error("no PostgreSQL among the kinds");

interface Statement {
	text: string;
	values: unknown[];
}

/** Keeps every statement that goes through a pool. */
function record(pool: Pool): Statement[] {
	const statements: Statement[] = [];
	const connect: () => Promise<PoolClient> = pool.connect.bind(pool);
	pool.connect = async () => {
		const client = await connect();
		if (Object.hasOwn(client, "query")) return client;
		const query: (text: string, values?: unknown[]) => Promise<unknown> = client.query.bind(client);
		return Object.assign(client, {
			query: (text: string, values: unknown[] = []) => {
				statements.push({ text, values });
				return query(text, values);
			},
		});
	};
	return statements;
}

describe.skipIf(postgres.missing)("on PostgreSQL", async () => {
	const world = await useWorld();
	const site = await openSite(world, postgres, "transactions", {
		auth: { user: { deleteUser: { enabled: true } } },
	});
	afterAll(() => site.close());

	test("no statement of ours reads a table from end to end", async () => {
		const { database } = site.app.auth.options;
		if (!(database instanceof Pool)) throw new Error("no pool");
		// The first sign-in of a database looks, once, for accounts from before.
		await signIn(site.app.browser(), await world.newPerson());
		const statements = record(database);

		const person = await world.newPerson();
		const second = await world.newPerson();
		const browser = site.app.browser();
		for (const who of [person, person, second, second]) {
			expect((await signIn(browser, who)).pathname).toBe("/me");
		}
		const { accounts } = await site.ofDid(person);
		statements.length = 0;
		for (const who of [person, second]) await signIn(site.app.browser(), who);
		const newcomer = site.app.browser();
		await signIn(newcomer, await world.newPerson());
		await signIn(newcomer, await world.newPerson());
		await newcomer.json("/bsky/session");
		await newcomer.post("/bsky/restore", {});
		await site.app.auth.api.getBskyAgent({ did: person.did });
		await newcomer.post("/bsky/disconnect", {});
		await browser.post("/unlink-account", { accountId: accounts[0]?.id });
		await browser.post("/sign-out", {});
		await newcomer.post("/delete-user", {});
		const sent = statements.splice(0);

		const client = await database.connect();
		try {
			// Then a plan reads a table from end to end only where no index could be used.
			await client.query("set enable_seqscan = off");
			const scans: string[] = [];
			for (const { text, values } of sent) {
				if (!/^(select|insert|update|delete)\b/i.test(text)) continue;
				const { rows } = await client.query(`explain ${text}`, values);
				const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
				if (plan.includes("Seq Scan")) scans.push(`${text}\n${plan}`);
			}
			expect(sent.length).toBeGreaterThan(50);
			expect([...new Set(scans)]).toEqual([]);
		} finally {
			client.release(true);
		}
	});
});
