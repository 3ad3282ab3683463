import { DatabaseSync } from "node:sqlite";
import type { AuthContext } from "better-auth";
import { describe, expect, test, vi } from "vitest";
import { type Person, Site, signIn, useWorld } from "./accounts-kit.ts";
import { type DatabaseKind, databaseKinds } from "./databases.ts";
import { startApp } from "./kit.ts";

/** More than two steps. */
const ACCOUNTS = 1200;
const USERS = 12;

const world = await useWorld();

/** The database of a version that had no table of ours: of people who are signed out. */
async function openOld(kind: DatabaseKind, ...people: Person[]) {
	const database = await kind.create();
	// Nothing is to outlive the machine.
	if (database.database instanceof DatabaseSync) database.database.exec("pragma synchronous = off");
	const start = () => startApp(world.directories, { auth: { database: database.database } });
	const before = await start();
	for (const person of people) await signIn(before.browser(), person);
	await before.close();
	const app = await start();
	const context = (await app.auth.$context) as unknown as AuthContext;
	const site = new Site(app, context, async () => {
		await app.close();
		await database.drop();
	});
	const owners: string[] = [];
	for (const person of people) owners.push(String((await site.ofDid(person)).user?.id));
	await allEntered(site);
	for (const model of ["bskyAccount", "bskySession"]) {
		await context.adapter.deleteMany({ model, where: [] });
	}
	await context.adapter.transaction(async (adapter) => {
		for (let n = 0; n < USERS; n++) {
			const email = `${n}@before.example`;
			const { id } = await adapter.create<{ id: string }>({
				model: "user",
				data: { name: "From before", email, emailVerified: false, ...dates },
			});
			const dids = Array.from({ length: ACCOUNTS / USERS }, (_, m) => `did:web:${n}.${m}.example`);
			for (const did of dids) await addAccount(adapter, id, did);
		}
	});
	return { site, owners };
}

const dates = { createdAt: new Date("2020-01-01"), updatedAt: new Date("2020-01-01") };
const addAccount = (
	adapter: Pick<AuthContext["adapter"], "create">,
	userId: string,
	accountId: string,
	providerId = "bsky",
) =>
	adapter.create({
		model: "account",
		data: { userId, accountId, providerId, ...dates },
	});

/** Nothing that has an index tells whose the DID is. */
const forgetColumn = ({ context }: Site, id: string) =>
	context.adapter.updateMany({
		model: "user",
		where: [{ field: "id", value: id }],
		update: { bskyDid: null },
	});

const allEntered = (site: Site) =>
	vi.waitFor(async () => expect(await site.rows("bskyAccount", { did: "*" })).toHaveLength(1), {
		timeout: 100_000,
		interval: 100,
	});

describe.each(await databaseKinds())("$name", (kind) => {
	test.skipIf(kind.missing)(
		`one sign-in brings in all accounts from before, and each person finds their own ${kind.missing ?? ""}`,
		async () => {
			const people = [await world.newPerson(), await world.newPerson()] as const;
			const { site, owners } = await openOld(kind, ...people);
			for (const id of owners) await forgetColumn(site, id);
			// MariaDB takes the name of somebody else's provider for ours.
			const eve = String((await site.rows("user", { email: "0@before.example" }))[0]?.id);
			const wanted = "did:web:wanted.example";
			await addAccount(site.context.adapter, eve, wanted, "BSKY");
			// Both come at once: the steps can't have got to both.
			const arrivals = people.map((person) => signIn(site.app.browser(), person));
			for (const { pathname } of await Promise.all(arrivals)) expect(pathname).toBe("/me");
			for (const [n, person] of people.entries()) {
				expect((await site.ofDid(person)).owners[0]?.userId).toBe(owners[n]);
			}
			await allEntered(site);
			const accounts = (await site.rows("account")).filter(({ accountId }) => accountId !== wanted);
			const entered = new Map((await site.rows("bskyAccount")).map((row) => [row.did, row.userId]));
			expect(entered.get(wanted)).toBeUndefined();
			expect(entered.size).toBe(ACCOUNTS + people.length + 1);
			for (const row of accounts) expect(entered.get(row.accountId)).toBe(row.userId);
			await site.close();
		},
		150_000,
	);

	test.skipIf(kind.missing)(
		`each person finds their own where they can't be brought in ${kind.missing ?? ""}`,
		async () => {
			const person = await world.newPerson();
			const { site, owners } = await openOld(kind, person);
			await forgetColumn(site, owners[0] ?? "");
			const { adapter } = site.context;
			const { findMany } = adapter;
			adapter.findMany = async (query) => {
				if (query.model === "account" && query.sortBy?.field === "id")
					throw new Error("no such step");
				return findMany(query);
			};
			expect((await signIn(site.app.browser(), person)).pathname).toBe("/me");
			expect((await site.ofDid(person)).owners[0]?.userId).toBe(owners[0]);
			expect(await site.rows("bskyAccount")).toHaveLength(1);
			await site.close();
		},
		150_000,
	);
});

test("a DID with rows of two users, far from each other, goes to whom its session says", async () => {
	const [sqlite] = await databaseKinds();
	if (!sqlite) throw new Error("no SQLite");
	const [person, one, other] = [
		await world.newPerson(),
		await world.newPerson(),
		await world.newPerson(),
	];
	const { site, owners } = await openOld(sqlite, one, other);
	const accounts = await site.rows("account");
	const ids = accounts.map(({ id }) => String(id)).toSorted();
	const did = "did:web:twice.example";
	const [first, last] = [String(owners[0]), String(owners[1])];
	const add = (id: string, userId: string) =>
		site.context.adapter.create({
			model: "account",
			data: { id, userId, accountId: did, providerId: "bsky", ...dates },
			forceAllowId: true,
		});
	await add(`${ids[0]}0`, first);
	await add(`${ids.at(-1)}0`, last);
	await site.context.adapter.create({
		model: "bskySession",
		data: {
			did,
			session: "sealed",
			userId: last,
			updatedAt: new Date(),
			lockVersion: 1,
			lockedUntil: 0,
		},
	});
	await signIn(site.app.browser(), person);
	await allEntered(site);
	expect(await site.rows("bskyAccount", { did })).toMatchObject([{ userId: last }]);
	expect(await site.rows("account", { accountId: did })).toMatchObject([{ userId: last }]);
	await site.close();
}, 150_000);
