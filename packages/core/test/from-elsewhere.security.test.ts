import { type BetterAuthPlugin, betterAuth } from "better-auth";
import { genericOAuth } from "better-auth/plugins";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { atprotoAuth, BskyOptionError, type ImportBskyAccountBody } from "../src/index.ts";
import { readSession } from "../src/stores/session-store.ts";
import { alive, openSite, type Person, type Site, signIn, useWorld } from "./accounts-kit.ts";
import { databaseKinds } from "./databases.ts";
import { SECRET } from "./kit.ts";

/**
 * Whose account is taken over, and whose is not: what the rows of an older plugin say counts where the
 * app names it, and as far as it names it.
 */

const world = await useWorld();
const kinds = await databaseKinds();
const LEGACY = { legacy: { providerIds: ["atproto"] } };
const TOKENS = { accessToken: "atproto-session", refreshToken: "atproto-session" };

const EARLIER = Date.UTC(2025, 0);

interface Here {
	site: Site;
	did: string;
	/** The user who had the DID with the older plugin. */
	own: string;
	/** Somebody else. */
	eve: string;
	account(userId: string, values?: Record<string, unknown>): Promise<unknown>;
}

interface State {
	make(here: Here): Promise<unknown>;
	lands: "own user" | "new user";
	/** Whether account rows stay that are nobody's proof. */
	others?: number;
}

const STATES: Record<string, State> = {
	"a row of the older plugin": { make: ({ account, own }) => account(own), lands: "own user" },
	"one without tokens": {
		make: ({ account, own }) => account(own, { accessToken: null, refreshToken: null }),
		lands: "own user",
	},
	"rows of two users: the first one's counts": {
		make: async ({ account, own, eve }) => {
			await account(eve, { createdAt: new Date() });
			await account(own, { createdAt: new Date(EARLIER) });
		},
		lands: "own user",
	},
	"rows of two users: the column decides": {
		make: async ({ account, own, eve, site, did }) => {
			await account(eve, { createdAt: new Date(EARLIER) });
			await account(own);
			const where = [{ field: "id", value: own }];
			await site.context.adapter.update({ model: "user", where, update: { bskyDid: did } });
		},
		lands: "own user",
		others: 1,
	},
	"a row of today's beside it: the same user's": {
		make: async ({ account, own }) => {
			await account(own);
			await account(own, { providerId: "bsky", accessToken: null, refreshToken: null });
		},
		lands: "own user",
	},
	"a row by another provider's name": {
		make: ({ account, eve }) => account(eve, { providerId: "mastodon" }),
		lands: "new user",
		others: 1,
	},
	"a row by the name in another spelling": {
		make: ({ account, eve }) => account(eve, { providerId: "ATPROTO" }),
		lands: "new user",
		others: 1,
	},
	"a row of the DID in another spelling": {
		make: ({ account, eve, did }) =>
			account(eve, { accountId: did.slice(0, 8) + did.slice(8).toUpperCase() }),
		lands: "new user",
		others: 1,
	},
	"a row with an ID token: some other provider had the name": {
		make: ({ account, eve }) => account(eve, { idToken: "ey" }),
		lands: "new user",
		others: 1,
	},
	"only a column names the DID": {
		make: ({ site, eve, did }) =>
			site.context.adapter.update({
				model: "user",
				where: [{ field: "id", value: eve }],
				update: { bskyDid: did },
			}),
		lands: "new user",
	},
	"the user is gone": {
		make: async ({ site, account, own }) => {
			await account(own).catch(() => "a foreign key forbids");
			for (const model of ["account", "user"]) {
				const field = model === "user" ? "id" : "userId";
				await site.context.adapter.deleteMany({ model, where: [{ field, value: own }] });
			}
		},
		lands: "new user",
	},
};

let count = 0;
async function addUser({ context }: Site): Promise<string> {
	const email = `old-${++count}@example.com`;
	return (await context.internalAdapter.createUser({ name: "Old", email }, { method: "email" })).id;
}

const WAYS = kinds.flatMap((kind) =>
	(["transactions", "no transactions"] as const).map((way) => ({ kind, way, name: kind.name })),
);

describe.each(WAYS)("$name, $way", ({ kind, way }) => {
	const skip = kind.missing ?? false;
	if (skip) return test.skip(`skipped: ${skip}`);
	let site: Site;
	beforeAll(async () => {
		site = await openSite(world, kind, way, { plugin: LEGACY });
		return () => site.close();
	});

	test.for(Object.entries(STATES))("%s", async ([, { make, lands, others = 0 }]) => {
		const person = await world.newPerson();
		const { did } = person;
		const here: Here = {
			site,
			did,
			own: await addUser(site),
			eve: await addUser(site),
			account: (userId, values) => {
				const createdAt = new Date(EARLIER + 1000);
				const row = { userId, providerId: "atproto", accountId: did, ...TOKENS };
				const data = { ...row, createdAt, updatedAt: createdAt, ...values };
				return site.context.adapter.create({ model: "account", data });
			},
		};
		await make(here);
		for (const _ of ["first", "again"]) {
			const browser = site.app.browser();
			const end = await signIn(browser, person);
			expect(end.pathname + end.search).toBe("/me");
			const user = await browser.user();
			expect(user?.bskyDid).toBe(did);
			expect(user?.id).not.toBe(here.eve);
			expect(user?.id === here.own ? "own user" : "new user").toBe(lands);
			const { accounts, owners } = await site.ofDid(person);
			expect([accounts, owners].map((rows) => rows.map((row) => row.userId))).toEqual([
				[user?.id],
				[user?.id],
			]);
			const rows = (await site.rows("account")).filter(
				({ accountId }) => String(accountId).toLowerCase() === did,
			);
			expect(rows).toHaveLength(1 + others);
		}
	});
});

test("who is still signed in signs in again, where accounts can't be connected", async () => {
	const [kind] = kinds;
	if (!kind) throw new Error("no SQLite");
	const accountLinking = { enabled: false };
	const auth = { account: { accountLinking } };
	const site = await openSite(world, kind, "transactions", { plugin: LEGACY, auth });
	const person = await world.newPerson();
	const browser = site.app.browser();
	await browser.signUpWithEmail("still@example.com");
	const userId = String((await browser.user())?.id);
	const now = new Date();
	const row = { userId, providerId: "atproto", accountId: person.did, ...TOKENS };
	const data = { ...row, createdAt: now, updatedAt: now };
	await site.context.adapter.create({ model: "account", data });
	expect((await signIn(browser, person)).search).toBe("");
	expect(await browser.user()).toMatchObject({ id: userId, bskyDid: person.did });
	await site.close();
});

const [sqlite] = kinds;
if (!sqlite) throw new Error("no SQLite");

describe("an id that is named is nobody else's", async () => {
	const site = await openSite(world, sqlite, "transactions", { plugin: LEGACY });
	afterAll(() => site.close());

	test("account rows by it are written by nobody", async () => {
		const { internalAdapter } = site.context;
		const userId = await addUser(site);
		for (const providerId of ["atproto", "ATPROTO", "atproto ", "ａｔｐｒｏｔｏ", "bsky"]) {
			const row = { userId, providerId, accountId: "did:plc:somebody" };
			for (const write of [
				() => internalAdapter.createAccount(row),
				() => internalAdapter.linkAccount(row),
			]) {
				await expect(write()).rejects.toMatchObject({ status: "FORBIDDEN" });
			}
		}
		expect(await site.rows("account")).toEqual([]);
	});

	const start = (plugins: BetterAuthPlugin[]) =>
		betterAuth({
			baseURL: "http://localhost:3000",
			secret: SECRET,
			plugins,
			logger: { disabled: true },
		}).$context;

	test("another provider by it is refused at start-up, and the older plugin as well", async () => {
		const provider = {
			clientId: "c",
			clientSecret: "s",
			authorizationUrl: "https://idp.example/authorize",
			tokenUrl: "https://idp.example/token",
		};
		for (const other of [
			genericOAuth({ config: [{ providerId: "AtProto", ...provider }] }),
			{ id: "atproto" },
		]) {
			await expect(start([atprotoAuth(LEGACY), other])).rejects.toThrow(BskyOptionError);
			await expect(start([other, atprotoAuth(LEGACY)])).rejects.toThrow(BskyOptionError);
			await start([atprotoAuth(), other]);
		}
	});
});

describe.each(["transactions", "no transactions"] as const)("importBskyAccount, %s", (way) => {
	let site: Site;
	/** Another app on the same machine, with another database. */
	let elsewhere: Site;
	let refuses = false;
	beforeAll(async () => {
		elsewhere = await openSite(world, sqlite, "transactions");
		site = await openSite(world, sqlite, way, {
			auth: {
				databaseHooks: {
					account: { create: { before: async () => (refuses ? false : undefined) } },
				},
			},
		});
		return () => Promise.all([site.close(), elsewhere.close()]);
	});

	const bring = (body: ImportBskyAccountBody) => site.app.auth.api.importBskyAccount({ body });

	/** Somebody with a session elsewhere, alive at their server. */
	async function brought() {
		const person = await world.newPerson();
		await signIn(elsewhere.app.browser(), person);
		const session = (await readSession(elsewhere.context, person.did))?.session;
		if (!session) throw new Error("no session");
		return { person, session, did: person.did };
	}

	const tokenOf = async ({ did }: Person) =>
		(await readSession(site.context, did))?.session?.tokenSet.refresh_token;

	async function expectSame(person: Person, userId: string | null) {
		const { accounts, owners, user } = await site.ofDid(person);
		const ids = userId === null ? [] : [userId];
		expect(accounts.map((row) => row.userId)).toEqual(ids);
		expect(owners.map((row) => row.userId)).toEqual(ids);
		expect(user?.id ?? null).toBe(userId);
	}

	test("connects, once, however often and by however many at once", async () => {
		const { person, session, did } = await brought();
		const userId = await addUser(site);
		for (const _ of [1, 2]) {
			await Promise.all([1, 2, 3].map(() => bring({ did, userId, session })));
			await expectSame(person, userId);
			expect(await site.ofDid(person)).toMatchObject({ stored: [{ userId }] });
			expect(await tokenOf(person)).toBe(session.tokenSet.refresh_token);
		}
		expect(await site.rows("bskyRevocation")).toEqual([]);
		expect(alive(person)).toHaveLength(1);
		const agent = await site.app.auth.api.getBskyAgent({ userId });
		expect(agent.did).toBe(did);
		const browser = site.app.browser();
		await signIn(browser, person);
		expect((await browser.user())?.id).toBe(userId);
		// What was brought has ended, and only the new one is alive.
		await vi.waitFor(async () => expect(alive(person)).toEqual([await tokenOf(person)]));
	});

	test("a session that the person has had since stays, and the older one is ended", async () => {
		const { person, session, did } = await brought();
		const browser = site.app.browser();
		await signIn(browser, person);
		const userId = String((await browser.user())?.id);
		const token = await tokenOf(person);
		await bring({ did, userId, session });
		expect(await tokenOf(person)).toBe(token);
		await vi.waitFor(() => expect(alive(person)).toEqual([token]));
	});

	test("of two users at once, one gets the DID", async () => {
		const { person, did } = await brought();
		const users = [await addUser(site), await addUser(site)];
		const results = await Promise.allSettled(users.map((userId) => bring({ did, userId })));
		expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
		const winner = users[results.findIndex(({ status }) => status === "fulfilled")];
		await expectSame(person, winner ?? "nobody");
	});

	test("a DID of somebody else's is refused, and so is what nobody could act with", async () => {
		const { person, session, did } = await brought();
		const userId = await addUser(site);
		const tokenSet = session.tokenSet;
		const other = (await brought()).did;
		const none: ImportBskyAccountBody["session"] = JSON.parse("{}");
		const wrong: [Partial<ImportBskyAccountBody>, string, RegExp?][] = [
			[{ did: "alice.test" }, "INVALID_DID"],
			[{ did: "did:plc:" }, "INVALID_DID"],
			[{ userId: "nobody" }, "USER_NOT_FOUND"],
			[{ session: none }, "INVALID_SESSION", /dpopJwk/],
			[
				{ session: { ...session, tokenSet: { ...tokenSet, sub: other } } },
				"INVALID_SESSION",
				/sub/,
			],
			[
				{ session: { ...session, clientId: "https://other.example/c.json" } },
				"INVALID_SESSION",
				/legacy/,
			],
			// As a table's column may have it.
			[{ session: { ...session, clientId: JSON.parse("7") } }, "INVALID_SESSION", /clientId/],
			[{ session: { ...session, clientId: "" } }, "INVALID_SESSION", /clientId/],
			[
				{ session: { ...session, authMethod: { method: "private_key_jwt", kid: "lost" } } },
				"INVALID_SESSION",
				/"lost"/,
			],
			[
				{ session: { ...session, tokenSet: { ...tokenSet, expires_at: "soon" } } },
				"INVALID_SESSION",
				/expires_at/,
			],
			[
				{ session: { ...session, tokenSet: { ...tokenSet, aud: "ftp://a" } } },
				"INVALID_SESSION",
				/aud/,
			],
			[
				{ session: { ...session, dpopJwk: { ...session.dpopJwk, x: "AAAA", y: "AAAA" } } },
				"INVALID_SESSION",
				/dpopJwk/,
			],
			...["a b\n", "a".repeat(20_000)].map((access_token): (typeof wrong)[number] => [
				{ session: { ...session, tokenSet: { ...tokenSet, access_token } } },
				"INVALID_SESSION",
				/tokens/,
			]),
		];
		for (const [values, code, message = /./] of wrong) {
			const error: unknown = await bring({ did, userId, session, ...values }).catch((e) => e);
			expect(error).toMatchObject({ body: { code, message: expect.stringMatching(message) } });
			expect(String(error)).not.toContain(session.dpopJwk.d);
			expect(String(error)).not.toContain(tokenSet.refresh_token);
			await expectSame(person, null);
		}
		await bring({
			did,
			userId,
			dryRun: true,
			session: { ...session, clientId: JSON.parse("null") },
		});
		await bring({ did, userId });
		await expect(bring({ did, userId: await addUser(site) })).rejects.toMatchObject({
			body: { code: "ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER" },
		});
		await expectSame(person, userId);
	});

	test("nothing half done: a hook that refuses leaves nothing", async () => {
		const { person, session, did } = await brought();
		const userId = await addUser(site);
		refuses = true;
		try {
			await expect(bring({ did, userId, session })).rejects.toMatchObject({
				body: { code: "UNABLE_TO_LINK_ACCOUNT" },
			});
		} finally {
			refuses = false;
		}
		await expectSame(person, null);
		expect((await site.ofDid(person)).stored).toEqual([]);
		await bring({ did, userId, session });
		await expectSame(person, userId);
	});

	test("the columns of whose it is already stay", async () => {
		const { did } = await world.newPerson();
		const userId = await addUser(site);
		const columns = { bskyDid: did, bskyHandle: "old.example", bskyBio: "Old" };
		const where = [{ field: "id", value: userId }];
		await site.context.adapter.update({ model: "user", where, update: columns });
		await bring({ did, userId });
		expect(await site.rows("user", { id: userId })).toMatchObject([columns]);
	});

	test("no request reaches it", async () => {
		const browser = site.app.browser();
		const { did } = await world.newPerson();
		const userId = await addUser(site);
		for (const path of ["/import-bsky-account", "/importBskyAccount", "/bsky/import"]) {
			expect((await browser.post(path, { did, userId })).status).toBe(404);
		}
	});
});
