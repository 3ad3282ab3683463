import { type Account, approve } from "@better-auth-bsky/devnet";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseKinds } from "./databases.ts";
import { type App, type Browser, expire, newPerson, startApp, useNetwork } from "./kit.ts";
import { fillPeople } from "./people.ts";

/** So many that an index is the cheaper way to a row, wherever there is one. */
const PEOPLE = 20_000;

interface World {
	app: App;
	browser: Browser;
	person: Account;
	second: Account;
	/** Where the sign-in under way goes on. */
	url: string;
}

/** What people do, one after the other. */
const STEPS: Record<string, (world: World) => Promise<Response | URL | object>> = {
	"sign-in start": async (world) => {
		world.url = await world.browser.begin(world.person.handle);
		return world;
	},
	"new person's callback": async ({ browser, person, url }) =>
		browser.arrive(await approve(url, { account: person })),
	"returning person's callback": ({ app, person }) => app.browser().signIn(person),
	"refused callback": ({ app, person }) => app.browser().signIn(person, {}, true),
	"/bsky/session": ({ browser }) => browser.get("/bsky/session"),
	"/bsky/restore": ({ browser }) => browser.post("/bsky/restore", {}),
	refresh: async ({ app, browser, person }) => {
		await expire(app, person.did);
		return browser.post("/bsky/restore", {});
	},
	"agent by headers": ({ app, browser, person }) =>
		act(app, person, { headers: { cookie: browser.cookie } }),
	"agent by userId": async ({ app, browser, person }) =>
		act(app, person, { userId: String((await browser.user())?.id) }),
	"agent by did": ({ app, person }) => act(app, person, { did: person.did }),
	"connecting another account": ({ browser, second }) => browser.signIn(second),
	unlinking: async ({ browser, second }) => {
		const answer = await browser.get("/list-accounts");
		const accounts = (await answer.json()) as { id: string; accountId: string }[];
		const account = accounts.find(({ accountId }) => accountId === second.did);
		return browser.post("/unlink-account", { accountId: account?.id });
	},
	"/bsky/disconnect": ({ browser }) => browser.post("/bsky/disconnect", {}),
	"sign-out": ({ browser }) => browser.post("/sign-out", {}),
	"deleting the user": async ({ app, person }) => {
		const browser = app.browser();
		await browser.signIn(person);
		return browser.post("/delete-user", {});
	},
};

type AgentInput = Parameters<App["auth"]["api"]["getBskyAgent"]>[0];

async function act(app: App, { did }: Account, input: AgentInput): Promise<object> {
	const agent = await app.auth.api.getBskyAgent(input);
	return (await agent.getProfile({ actor: did })).data;
}

const network = await useNetwork();
const kind = (await databaseKinds()).find(({ name }) => name === "PostgreSQL");
const skip = kind?.missing ?? false;

describe.skipIf(skip)(`with many people${skip ? ` (skipped: ${skip})` : ""}`, () => {
	let taken: Map<string, Statement[]>;
	let connection: Client;
	let drop: () => Promise<void>;

	beforeAll(async () => {
		const created = await kind?.create();
		if (!(created?.database instanceof Pool)) throw new Error("not a pool of pg");
		drop = created.drop;
		connection = new Client(created.url);
		await connection.connect();
		taken = await takeSteps(created.database, connection);
	});
	afterAll(async () => {
		await connection.end();
		await drop();
	});

	test.each(Object.keys(STEPS))("%s reads no table from end to end", async (step) => {
		const statements = taken.get(step) ?? [];
		expect(statements.length).toBeGreaterThan(0);
		const readThrough: string[] = [];
		for (const { sql, values } of statements) {
			const { rows } = await connection.query(`explain (format json) ${sql}`, values);
			const tables = readFromEndToEnd(rows[0]["QUERY PLAN"][0].Plan);
			readThrough.push(...tables.map((table) => `${table}: ${sql}`));
		}
		expect(readThrough).toEqual([]);
	});

	test("what waits for its time is looked for in the background, too", () => {
		const all = [...taken.values()].flat().map(({ sql }) => sql);
		expect(all).toContainEqual(expect.stringMatching(/"bskyRevocation"\."nextAttemptAt" </));
		expect(all).toContainEqual(expect.stringMatching(/"bskyState"\."expiresAt" </));
	});

	test("what goes with a row is found by an index", async () => {
		const { rows } = await connection.query(REFERENCES_WITHOUT_INDEX);
		expect(rows).toEqual([]);
	});
});

/** What the database was asked. */
interface Statement {
	sql: string;
	values: unknown[];
}

/** Takes all steps, and returns what each of them asked the database, in the background, too. */
async function takeSteps(database: Pool, connection: Client): Promise<Map<string, Statement[]>> {
	const taken = new Map<string, Statement[]>();
	let statements: Statement[] = [];
	listen(database, (statement) => statements.push(statement));
	const background = new Set<Promise<unknown>>();
	const open = () =>
		startApp(network, {
			auth: {
				database,
				user: { deleteUser: { enabled: true } },
				advanced: { backgroundTasks: { handler: (task) => background.add(task) } },
			},
			plugin: { profileCacheMaxAge: 0 },
		});
	// What an app does with its very first sign-in only, it does before it has so many people.
	const first = await open();
	await first.browser().signIn(await newPerson(network));
	await first.close();
	await fillPeople(connection, first.auth.options, PEOPLE, PEOPLE);

	const app = await open();
	const [person, second] = [await newPerson(network), await newPerson(network)];
	const world: World = { app, browser: app.browser(), person, second, url: "" };
	for (const [name, step] of Object.entries(STEPS)) {
		statements = [];
		taken.set(name, statements);
		const answer = await step(world);
		if (answer instanceof Response && !answer.ok) throw new Error(`${name}: ${answer.status}`);
		await Promise.all(background);
	}
	await app.close();
	return taken;
}

function listen(pool: Pool, heard: (statement: Statement) => void): void {
	pool.on("connect", (client) => {
		const { query } = client;
		const listening = (...args: unknown[]) => {
			const [sql, values = []] = args;
			if (typeof sql === "string" && Array.isArray(values) && EXPLAINABLE.test(sql)) {
				heard({ sql, values });
			}
			return Reflect.apply(query, client, args);
		};
		Object.assign(client, { query: listening });
	});
}

const EXPLAINABLE = /^(select|insert|update|delete|with)\b/i;

interface Plan {
	"Node Type": string;
	"Relation Name"?: string;
	Plans?: Plan[];
}

/** The tables of which a plan reads every row. */
function readFromEndToEnd(plan: Plan): string[] {
	const below = (plan.Plans ?? []).flatMap(readFromEndToEnd);
	const table = plan["Node Type"] === "Seq Scan" && plan["Relation Name"];
	return table ? [table, ...below] : below;
}

const REFERENCES_WITHOUT_INDEX = `
	select conrelid::regclass as table, attname as column
	from pg_constraint
	join pg_attribute on attrelid = conrelid and attnum = conkey[1]
	where contype = 'f' and connamespace = current_schema()::regnamespace
	and not exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1])`;
