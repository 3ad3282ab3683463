import { afterAll, describe, expect, test, vi } from "vitest";
import {
	alive,
	expectSound,
	openSite,
	type Person,
	type Site,
	signIn,
	useWorld,
} from "./accounts-kit.ts";
import { databaseKinds } from "./databases.ts";
import { ROUNDS } from "./faults-kit.ts";
import type { Browser } from "./kit.ts";

/**
 * Whatever a crash, a hook, a person or an administrator can leave behind, in every combination that
 * says something else: what the tables say of one DID, and what becomes of it at the next sign-in.
 */
interface State {
	/** Makes it of a person who has signed up and out again; `eve` is somebody else's user. */
	make(here: Here): Promise<unknown>;
	/** Whose user they are afterwards. */
	lands: "own user" | "new user" | "eve's user";
}

interface Here {
	site: Site;
	did: string;
	/** The user that signed up with the DID. */
	own: string;
	/** A user who signed up by e-mail, and their browser. */
	eve: string;
	eveBrowser: Browser;
	set(model: string, id: unknown, values: Record<string, unknown>): Promise<unknown>;
	remove(model: string, fields: Record<string, unknown>): Promise<unknown>;
	add(model: string, values: Record<string, unknown>): Promise<Record<string, unknown>>;
}

const accountOf = (userId: string, did: string, createdAt = new Date()) => ({
	userId,
	providerId: "bsky",
	accountId: did,
	createdAt,
	updatedAt: createdAt,
});

/** The database of a version that had no table of ours. */
const before = async ({ remove, did }: Here) => {
	await remove("bskyAccount", { did });
	await remove("bskyAccount", { did: "*" });
};

/** What a hook of the app has made of the account row when it was written. */
const withTokens = async ({ site, set, did }: Here) => {
	const [row] = await site.rows("account", { accountId: did });
	await set("account", row?.id, { accessToken: "hook", refreshToken: "hook", idToken: "hook" });
};

const STATES: Record<string, State> = {
	"as a sign-up leaves it": { make: async () => {}, lands: "own user" },
	"no row of ours: a database from before": { make: before, lands: "own user" },
	"from before, and signed out": {
		make: async (here) => {
			await before(here);
			await here.remove("bskySession", { did: here.did });
		},
		lands: "own user",
	},
	"from before, signed out, and not the user's primary one": {
		make: async (here) => {
			await before(here);
			await here.remove("bskySession", { did: here.did });
			await here.set("user", here.own, { bskyDid: null });
		},
		lands: "own user",
	},
	"from before, with a second account row of the same user": {
		make: async (here) => {
			await before(here);
			await here.add("account", accountOf(here.own, here.did));
		},
		lands: "own user",
	},
	"from before, with account rows of two users: the stored session decides": {
		make: async (here) => {
			await before(here);
			await here.add("account", accountOf(here.eve, here.did, new Date(0)));
		},
		lands: "own user",
	},
	"from before, with account rows of two users and no session: the column decides": {
		make: async (here) => {
			await before(here);
			await here.remove("bskySession", { did: here.did });
			await here.add("account", accountOf(here.eve, here.did, new Date(0)));
		},
		lands: "own user",
	},
	"from before, with account rows of two users and neither: the first one decides": {
		make: async (here) => {
			await before(here);
			await here.remove("bskySession", { did: here.did });
			await here.set("user", here.own, { bskyDid: null });
			await here.add("account", accountOf(here.eve, here.did, new Date(Date.now() + 60_000)));
		},
		lands: "own user",
	},
	"from before, with an account row of a user who is gone": {
		make: async (here) => {
			await before(here);
			for (const model of ["bskySession", "account"]) {
				await here.remove(model, { userId: here.own });
			}
			await here.remove("user", { id: here.own });
			await here.add("account", accountOf("nobody", here.did)).catch(() => "a foreign key forbids");
		},
		lands: "new user",
	},
	"an account row that holds tokens: somebody else's plugin wrote it": {
		make: async (here) => {
			await before(here);
			await here.remove("bskySession", { did: here.did });
			await here.remove("account", { accountId: here.did });
			await here.set("user", here.own, { bskyDid: null });
			await here.add("account", { ...accountOf(here.eve, here.did), accessToken: "t" });
		},
		lands: "new user",
	},
	"the account row holds tokens: a hook of the app added them": {
		make: withTokens,
		lands: "own user",
	},
	"that, of a DID that isn't the primary one, and signed out": {
		make: async (here) => {
			await withTokens(here);
			await here.remove("bskySession", { did: here.did });
			await here.set("user", here.own, { bskyDid: null });
		},
		lands: "own user",
	},
	"that, from before": {
		make: async (here) => {
			await before(here);
			await withTokens(here);
		},
		lands: "own user",
	},
	"that, from before, and signed out": {
		make: async (here) => {
			await before(here);
			await withTokens(here);
			await here.remove("bskySession", { did: here.did });
		},
		lands: "own user",
	},
	"that, from before, and not the primary one: the stored session tells": {
		make: async (here) => {
			await before(here);
			await withTokens(here);
			await here.set("user", here.own, { bskyDid: null });
		},
		lands: "own user",
	},
	"the account row alone is gone": {
		make: ({ remove, did }) => remove("account", { accountId: did }),
		lands: "own user",
	},
	"the account row and the stored session are gone": {
		make: async ({ remove, did }) => {
			await remove("account", { accountId: did });
			await remove("bskySession", { did });
		},
		lands: "own user",
	},
	"the account row of a DID that isn't the primary one is gone": {
		make: async ({ remove, set, did, own }) => {
			await remove("account", { accountId: did });
			await set("user", own, { bskyDid: null });
		},
		lands: "new user",
	},
	"only the user's column names the DID: it stayed when the account was disconnected": {
		make: async ({ remove, did }) => {
			for (const model of ["bskyAccount", "bskySession"]) await remove(model, { did });
			await remove("account", { accountId: did });
		},
		lands: "new user",
	},
	"only the column of somebody else names the DID: an administrator wrote it": {
		make: async ({ remove, set, did, own, eve }) => {
			for (const model of ["bskyAccount", "bskySession"]) await remove(model, { did });
			await remove("account", { accountId: did });
			await set("user", own, { bskyDid: null });
			await set("user", eve, { bskyDid: did });
		},
		lands: "new user",
	},
	"a column of somebody else names the DID, too": {
		make: async ({ set, did, own, eve }) => {
			await set("user", own, { bskyDid: null });
			await set("user", eve, { bskyDid: did });
		},
		lands: "own user",
	},
	"a sign-up that broke off after the user": {
		make: async ({ remove, did, own }) => {
			for (const model of ["bskyAccount", "bskySession"]) await remove(model, { did });
			await remove("account", { accountId: did });
			await remove("session", { userId: own });
		},
		lands: "own user",
	},
	"a sign-up that broke off after our row": {
		make: async ({ remove, did, own }) => {
			await remove("bskySession", { did });
			await remove("account", { accountId: did });
			await remove("session", { userId: own });
		},
		lands: "own user",
	},
	"a sign-up that broke off after the account row": {
		make: async ({ remove, did, own }) => {
			await remove("bskySession", { did });
			await remove("session", { userId: own });
		},
		lands: "own user",
	},
	"our row names another user, whom nothing bears out": {
		make: async ({ site, set, did, eve }) => {
			const [row] = await site.rows("bskyAccount", { did });
			await set("bskyAccount", row?.id, { userId: eve });
		},
		lands: "own user",
	},
	"our row and the account are another user's; only the column is stale": {
		make: async ({ site, set, remove, add, did, eve }) => {
			const [row] = await site.rows("bskyAccount", { did });
			await set("bskyAccount", row?.id, { userId: eve });
			await remove("account", { accountId: did });
			await add("account", accountOf(eve, did));
		},
		lands: "eve's user",
	},
	"the stored session is another user's": {
		make: async ({ site, set, did, eve }) => {
			const [row] = await site.rows("bskySession", { did });
			await set("bskySession", row?.id, { userId: eve });
		},
		lands: "own user",
	},
	"the stored session can't be opened": {
		make: async ({ site, set, did }) => {
			const [row] = await site.rows("bskySession", { did });
			await set("bskySession", row?.id, { session: "cut off" });
		},
		lands: "own user",
	},
	"the user is gone": {
		make: ({ remove, own }) => remove("user", { id: own }),
		lands: "new user",
	},
	"another user has the address of the one who left": {
		make: async ({ site, set, remove, own, eve }) => {
			const [user] = await site.rows("user", { id: own });
			for (const model of ["bskyAccount", "bskySession", "account"]) {
				await remove(model, { userId: own });
			}
			await remove("user", { id: own });
			await set("user", eve, { email: user?.email });
		},
		lands: "new user",
	},
};

const world = await useWorld();
const [sqlite] = await databaseKinds();
if (!sqlite) throw new Error("no SQLite");

async function signedUp(site: Site): Promise<{ person: Person; browser: Browser; own: string }> {
	const person = await world.newPerson();
	const browser = site.app.browser();
	await signIn(browser, person);
	return { person, browser, own: String((await browser.user())?.id) };
}

let eves = 0;

async function here(site: Site, did: string, own: string): Promise<Here> {
	const { adapter } = site.context;
	const eveBrowser = site.app.browser();
	await eveBrowser.signUpWithEmail(`eve-${++eves}@example.com`);
	const where = (fields: Record<string, unknown>) =>
		Object.entries(fields).map(([field, value]) => ({ field, value: String(value) }));
	return {
		site,
		did,
		own,
		eve: String((await eveBrowser.user())?.id),
		eveBrowser,
		set: (model, id, update) => adapter.updateMany({ model, where: where({ id }), update }),
		remove: (model, fields) => adapter.deleteMany({ model, where: where(fields) }),
		add: (model, data) => adapter.create({ model, data }),
	};
}

/** A hook that keeps tokens of its own in the account rows, and more. */
const account = {
	create: {
		before: async (row: Record<string, unknown>) => ({
			data: { ...row, accessToken: "hook", refreshToken: "hook", idToken: "hook", scope: "hook" },
		}),
	},
};

test.each(["transactions", "no transactions"] as const)(
	"whatever a hook adds to an account row, it is its owner's: %s",
	async (way) => {
		const auth = {
			databaseHooks: { account },
			account: { accountLinking: { allowUnlinkingAll: true } },
		};
		const site = await openSite(world, sqlite, way, { auth });
		const { person, browser, own } = await signedUp(site);
		const second = await world.newPerson();
		await signIn(browser, second);
		await browser.post("/sign-out", {});
		for (const each of [person, second, second]) {
			const again = site.app.browser();
			expect((await signIn(again, each)).pathname).toBe("/me");
			expect((await again.user())?.id).toBe(own);
		}
		await expectSound(site, person, second);
		const again = site.app.browser();
		await signIn(again, person);
		const [row] = await site.rows("account", { accountId: person.did });
		expect((await again.post("/unlink-account", { accountId: row?.id })).status).toBe(200);
		expect(await site.rows("user", { id: own })).toMatchObject([{ bskyDid: second.did }]);
		expect((await site.ofDid(person)).owners).toEqual([]);
		await expectSound(site, second);
		await site.close();
	},
);

/** `FAULT_ROUNDS=1` runs all of them. */
const SITES = [
	{ keys: "on", way: "transactions" },
	{ keys: "off", way: "no transactions" },
	...(ROUNDS ? [{ keys: "off", way: "transactions" } as const] : []),
] as const;

describe.each(SITES)("$way, foreign keys $keys", async ({ keys, way }) => {
	const site = await openSite(world, sqlite, way);
	afterAll(() => site.close());
	const { database } = site.app.auth.options;
	if (keys === "off" && database && "exec" in database) database.exec("pragma foreign_keys = off");

	for (const [name, { make, lands }] of Object.entries(STATES)) {
		test(`${name}: ${lands}`, async () => {
			const { person, own } = await signedUp(site);
			const it = await here(site, person.did, own);
			// What it takes away by hand, it ends at the server.
			await make(it);
			if ((await site.ofDid(person)).stored.length === 0 || name.includes("opened")) forget(person);

			for (const again of [false, true]) {
				const browser = site.app.browser();
				const end = await signIn(browser, person);
				expect(end.pathname + end.search).toBe("/me");
				await vi.waitFor(async () => {
					expect(await site.rows("bskyAccount", { did: "*" })).toHaveLength(1);
				});
				const user = await browser.user();
				const whose =
					user?.id === own ? "own user" : user?.id === it.eve ? "eve's user" : "new user";
				expect(whose).toBe(lands);
				if (whose !== "eve's user" || again) await expectSound(site, person);
				const { user: named, accounts } = await site.ofDid(person);
				expect(accounts.map((row) => row.userId)).toEqual([user?.id]);
				expect([null, user?.id]).toContain(named?.id ?? null);
				expect(await browser.json("/bsky/session")).toMatchObject({
					active: true,
					did: person.did,
				});
			}
		});
	}

	test("a sign-up that broke off keeps nobody from connecting the DID", async () => {
		const { person, own } = await signedUp(site);
		const it = await here(site, person.did, own);
		await STATES["a sign-up that broke off after the user"]?.make(it);
		forget(person);
		expect((await signIn(it.eveBrowser, person)).search).toBe("");
		expect((await site.ofDid(person)).accounts.map((row) => row.userId)).toEqual([it.eve]);
		await expectSound(site, person);
	});

	test("disconnecting the primary account makes the next one primary", async () => {
		const { person, browser, own } = await signedUp(site);
		const second = await world.newPerson();
		expect((await signIn(browser, second)).pathname).toBe("/me");
		const { accounts } = await site.ofDid(person);
		const response = await browser.post("/unlink-account", { accountId: accounts[0]?.id });
		expect(response.status).toBe(200);
		await vi.waitFor(() => expect(alive(person)).toEqual([]));
		const session = await browser.json("/bsky/session");
		expect(session).toMatchObject({ active: true, did: second.did });
		const agent = await site.app.auth.api.getBskyAgent({ userId: own });
		expect(agent.did).toBe(second.did);
		// And whoever was disconnected begins anew.
		const anew = site.app.browser();
		expect((await signIn(anew, person)).pathname).toBe("/me");
		expect((await anew.user())?.id).not.toBe(own);
		await expectSound(site, person, second);
	});
});

test("more accounts from before than a sign-in enters, one of them not ours: none is left out", async () => {
	const site = await openSite(world, sqlite, "transactions");
	const { person, own } = await signedUp(site);
	const it = await here(site, person.did, own);
	await before(it);
	for (const model of ["bskySession", "account"]) await it.remove(model, { userId: own });
	await it.set("user", own, { bskyDid: null });
	const tokens = { accessToken: "t" };
	await it.add("account", { ...accountOf(it.eve, "did:plc:none-of-ours"), ...tokens });
	const { database } = site.app.auth.options;
	if (!database || !("exec" in database)) throw new Error("no SQLite");
	database.exec(`with recursive n (n) as (select 1 union all select n + 1 from n where n < 500)
		insert into account (id, userId, providerId, accountId, createdAt, updatedAt)
		select 'number-' || n, '${it.eve}', 'bsky', 'did:plc:number-' || n, 0, 0 from n`);
	await it.add("account", accountOf(own, person.did));
	await signIn(site.app.browser(), await world.newPerson());
	const browser = site.app.browser();
	expect((await signIn(browser, person)).search).toBe("");
	expect((await browser.user())?.id).toBe(own);
	await site.close();
});

/** Takes it that the server has ended what it gave out so far. */
function forget(person: Person): void {
	person.secrets.length = 0;
}
