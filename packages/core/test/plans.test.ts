import { type Account, approve } from "@better-auth-bsky/devnet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseKinds, type TestDatabase } from "./databases.ts";
import { type App, type Browser, expire, newPerson, startApp, useNetwork } from "./kit.ts";
import { PLAN_READERS, type PlanReader, type Statement } from "./plan-readers.ts";

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
	getBskyHealth: ({ app }) => app.auth.api.getBskyHealth(),
	"connecting another account": ({ browser, second }) => browser.signIn(second),
	"/bsky/accounts": ({ browser }) => browser.get("/bsky/accounts"),
	"/bsky/switch": ({ browser, second }) => browser.post("/bsky/switch", { did: second.did }),
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
const kinds = await databaseKinds();

describe.each(kinds)("with many people on $name", ({ name, missing, create }) => {
	const title = (text: string) => (missing ? `${text} (skipped: ${missing})` : text);
	let taken: Map<string, Statement[]>;
	let reader: PlanReader;
	let drop: () => Promise<void>;

	beforeAll(async () => {
		if (missing) return;
		const created = await create();
		drop = created.drop;
		const open = PLAN_READERS[name];
		if (!open) throw new Error(`Nobody reads the plans of ${name}.`);
		reader = await open(created);
		taken = await takeSteps(created.database, reader);
	});
	afterAll(async () => {
		if (missing) return;
		await reader.close();
		await drop();
	});

	for (const step of Object.keys(STEPS)) {
		test.skipIf(missing)(title(`${step} reads no table from end to end`), async () => {
			const statements = taken.get(step) ?? [];
			expect(statements.length).toBeGreaterThan(0);
			const readThrough: string[] = [];
			for (const statement of statements) {
				const tables = await reader.readFromEndToEnd(statement);
				readThrough.push(...tables.map((table) => `${table}: ${statement.sql}`));
			}
			expect(readThrough).toEqual([]);
		});
	}

	test.skipIf(missing)(
		title("what waits for its time is looked for in the background, too"),
		() => {
			const all = [...taken.values()].flat().map(({ sql }) => sql.replaceAll("`", '"'));
			expect(all).toContainEqual(expect.stringMatching(/"bskyRevocation"\."nextAttemptAt" </));
			expect(all).toContainEqual(expect.stringMatching(/"bskyState"\."expiresAt" </));
		},
	);

	test.skipIf(missing)(title("what goes with a row is found by an index"), async () => {
		expect(await reader.referencesWithoutIndex()).toEqual([]);
	});
});

/** Takes all steps, and returns what each of them asked the database, in the background, too. */
async function takeSteps(
	database: TestDatabase["database"],
	reader: PlanReader,
): Promise<Map<string, Statement[]>> {
	const taken = new Map<string, Statement[]>();
	let statements: Statement[] = [];
	reader.listen((statement) => statements.push(statement));
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
	await Promise.all(background);
	await first.close();
	await reader.fill(first.auth.options, PEOPLE);

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
