import type { AuthContext } from "better-auth";
import { afterAll, expect, vi } from "vitest";
import { readSession } from "../src/stores/session-store.ts";
import type { DatabaseKind } from "./databases.ts";
import { type EvilServer, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type AppOptions, type Browser, startApp } from "./kit.ts";

/** Somebody on a server of their own, which keeps to the protocol and knows which tokens live. */
export type Person = Awaited<ReturnType<typeof startEvilServer>>;

/** A world in which people are made in milliseconds. */
export async function useWorld() {
	const people: Person[] = [];
	const directories = await startDirectories(people);
	afterAll(() => Promise.all([directories.close(), ...people.map((person) => person.close())]));
	return {
		directories,
		async newPerson(): Promise<Person> {
			const person = await startEvilServer({ handle: `person-${people.length}.test` });
			people.push(person);
			return person;
		},
	};
}

/** Opens apps in a world, which are closed after the last test of a file. */
export function openApps({ directories }: Awaited<ReturnType<typeof useWorld>>) {
	const apps: App[] = [];
	afterAll(() => Promise.all(apps.map((each) => each.close())));
	return async (options: AppOptions = {}): Promise<App> => {
		const app = await startApp(directories, options);
		apps.push(app);
		return app;
	};
}

/** How a database does several writes at once. */
export const WAYS = ["transactions", "a pool of one", "no transactions"] as const;
export type Way = (typeof WAYS)[number];

type Row = Record<string, unknown>;

/** An app on a database of its own. */
export class Site {
	readonly app: App;
	readonly context: AuthContext;
	readonly close: () => Promise<void>;

	constructor(app: App, context: AuthContext, close: () => Promise<void>) {
		this.app = app;
		this.context = context;
		this.close = close;
	}

	/** Every row of a table, or those of which `fields` are true. */
	async rows(model: string, fields: Row = {}): Promise<Row[]> {
		const rows = await this.context.adapter.findMany<Row>({ model, limit: 100_000 });
		return rows.filter((row) =>
			Object.entries(fields).every(([name, value]) => row[name] === value),
		);
	}

	/** What there is of a DID. */
	async ofDid({ did }: Pick<EvilServer, "did">) {
		const [user = null] = await this.rows("user", { bskyDid: did });
		const owners = await this.rows("bskyAccount", { did });
		// One with tokens is none of ours, unless a hook has added them to the owner's.
		const ours = await this.rows("account", { providerId: "bsky", accountId: did });
		const accounts = ours.filter(
			({ accessToken, userId }) =>
				accessToken === null || owners.some((row) => row.userId === userId),
		);
		const stored = await this.rows("bskySession", { did });
		return { user, accounts, owners, stored };
	}
}

export async function openSite(
	world: Awaited<ReturnType<typeof useWorld>>,
	kind: DatabaseKind,
	way: Way,
	options: AppOptions = {},
): Promise<Site> {
	const database = await kind.create(way === "a pool of one" ? 1 : undefined);
	const app = await startApp(world.directories, {
		...options,
		auth: { ...options.auth, database: database.database },
	});
	const context = (await app.auth.$context) as unknown as AuthContext;
	if (way === "no transactions") withoutTransactions(context);
	return new Site(app, context, async () => {
		await app.close();
		await database.drop();
	});
}

/** What Drizzle's and Prisma's adapters are by default, and D1's always: each write is for good. */
export function withoutTransactions({ adapter }: AuthContext): void {
	adapter.transaction = (run) => run(adapter);
	if (!adapter.options) throw new Error("An adapter without options.");
	adapter.options.adapterConfig.transaction = false;
}

/** Where a browser comes back to when the person has approved. */
export const approved = async (browser: Browser, person: Person, body = {}): Promise<URL> =>
	person.approve(await browser.begin(person.did, { errorCallbackURL: "/oops", ...body }));

export const signIn = async (browser: Browser, person: Person, body = {}): Promise<URL> =>
	browser.arrive(await approved(browser, person, body));

/** The refresh tokens that a person's server has given out and nobody has revoked. */
export function alive({ received, secrets }: Person): string[] {
	const revoked = new Set(
		received.filter(({ path }) => path === "/oauth/revoke").map(({ form }) => form.get("token")),
	);
	return secrets.filter((secret) => secret.startsWith("ref-") && !revoked.has(secret));
}

/** What is revoked is so a moment later, which takes longer beside other tests. */
const PATIENCE = 10_000;

/** Whatever happened: no row contradicts another, and no token is alive that no row holds. */
export async function expectSound(site: Site, ...people: Person[]): Promise<void> {
	const users = new Map((await site.rows("user")).map((row) => [row.id, row]));
	for (const person of people) {
		const { user, accounts, owners, stored } = await site.ofDid(person);
		expect(accounts.length).toBeLessThanOrEqual(1);
		expect(owners.map((row) => row.userId)).toEqual(accounts.map((row) => row.userId));
		for (const row of accounts) expect([...users.keys()]).toContain(row.userId);
		if (user) expect(accounts[0]?.userId).toBe(user.id);
		for (const row of stored) expect(row.userId).toBe(accounts[0]?.userId);
		const opened = await readSession(site.context, person.did);
		const token = opened?.session?.tokenSet.refresh_token;
		const expected = token === undefined ? [] : [token];
		await vi.waitFor(() => expect(alive(person)).toEqual(expected), PATIENCE);
	}
	await vi.waitFor(async () => expect(await site.rows("bskyRevocation")).toEqual([]), PATIENCE);
}
