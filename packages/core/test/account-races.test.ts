import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { resolveOptions } from "../src/options.ts";
import { giveUpSession } from "../src/sessions/disconnect.ts";
import { readSession, writeRefreshed } from "../src/stores/session-store.ts";
import {
	alive,
	approved,
	expectSound,
	openSite,
	type Person,
	type Site,
	signIn,
	useWorld,
} from "./accounts-kit.ts";
import { databaseKinds } from "./databases.ts";
import type { Browser } from "./kit.ts";

/** `RACE_ROUNDS=20` runs each race more often. */
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 1);

const ways = ["transactions", "no transactions"] as const;

const world = await useWorld();
const kinds = await databaseKinds();

/** Hooks that take their time, so that what happens at once also meets in the middle. */
const dawdle = async () => {
	await sleep(Math.random() * 40);
};
const auth = {
	account: { accountLinking: { allowUnlinkingAll: true } },
	user: { deleteUser: { enabled: true }, validateUserInfo: dawdle },
	databaseHooks: { account: { create: { before: dawdle, after: dawdle } } },
};

/** A promise that somebody else resolves. */
function later() {
	let resolve = () => {};
	const promise = new Promise<void>((done) => {
		resolve = done;
	});
	return { promise, resolve };
}

/** Stops the first write that is meant, until it is opened. */
function stopAt({ context: { adapter } }: Site, isMeant: (row: Written) => boolean) {
	const create = adapter.create.bind(adapter);
	const [reached, open] = [later(), later()];
	let isFirst = true;
	adapter.create = async (row) => {
		if (isFirst && isMeant(row)) {
			isFirst = false;
			reached.resolve();
			await open.promise;
		}
		return create(row);
	};
	return { reached: reached.promise, open: open.resolve };
}

type Written = Parameters<Site["context"]["adapter"]["create"]>[0];

let people = 0;

/** What somebody does, who has done all that comes before it. */
type Start = () => Promise<unknown>;
type Race = (site: Site, person: Person) => Promise<Start[]>;

const byEmail = async (site: Site): Promise<Browser> => {
	const browser = site.app.browser();
	await browser.signUpWithEmail(`somebody-${++people}@example.com`);
	return browser;
};

const arrival = async (browser: Browser, person: Person): Promise<Start> => {
	const back = await approved(browser, person);
	return async () => {
		const end = await browser.arrive(back);
		if (end.pathname === "/me") return;
		expect(end.searchParams.get("error")).toBe("account_already_linked_to_different_user");
	};
};

const one = async (browsers: Promise<Browser>[], person: Person): Promise<Start[]> => {
	const starts: Start[] = [];
	// One by one: the person's server knows the request that was pushed last.
	for (const browser of browsers) starts.push(await arrival(await browser, person));
	return starts;
};

const RACES: Record<string, Race> = {
	"first sign-ins": (site, person) =>
		one(
			[1, 2, 3].map(async () => site.app.browser()),
			person,
		),
	returns: async (site, person) => {
		await signIn(site.app.browser(), person);
		return one(
			[1, 2, 3].map(async () => site.app.browser()),
			person,
		);
	},
	"one user in two tabs": async (site, person) => {
		const browser = await byEmail(site);
		return one(
			[1, 2].map(async () => browser),
			person,
		);
	},
	"two users who both connect it": (site, person) => one([byEmail(site), byEmail(site)], person),
	"two users who have another primary account": async (site, person) => {
		const browsers = [site.app.browser(), site.app.browser()];
		for (const browser of browsers) await signIn(browser, await world.newPerson());
		return one(
			browsers.map(async (browser) => browser),
			person,
		);
	},
	"a sign-up, and somebody who connects it": (site, person) =>
		one([Promise.resolve(site.app.browser()), byEmail(site)], person),
	"disconnecting it, and a sign-in": async (site, person) => {
		const browser = await byEmail(site);
		await signIn(browser, person);
		const [account] = (await site.ofDid(person)).accounts;
		const [start = dawdle] = await one([Promise.resolve(site.app.browser())], person);
		const unlink = async () => {
			await dawdle();
			await browser.post("/unlink-account", { accountId: account?.id });
		};
		return [start, unlink];
	},
	"deleting the user, and a sign-in": async (site, person) => {
		const browser = site.app.browser();
		await signIn(browser, person);
		const [start = dawdle] = await one([Promise.resolve(site.app.browser())], person);
		const deletion = async () => {
			await dawdle();
			await browser.post("/delete-user", {});
		};
		return [start, deletion];
	},
};

describe.each(kinds.flatMap((kind) => ways.map((way) => ({ name: kind.name, kind, way }))))(
	"$name, $way",
	async ({ kind, way }) => {
		if (kind.missing) return test.skip(kind.missing);
		const site = await openSite(world, kind, way, { auth });
		afterAll(() => site.close());

		test.each(Object.entries(RACES))("%s", async (_name, race) => {
			for (let round = 0; round < ROUNDS; round++) {
				const person = await world.newPerson();
				const starts = await race(site, person);
				await Promise.all(starts.map((start) => start()));
				if (way === "transactions") await expectSound(site, person);
				// Whatever came of it, they are not shut out, and all is well again.
				const browser = site.app.browser();
				expect((await signIn(browser, person)).search).toBe("");
				const { accounts } = await site.ofDid(person);
				expect(accounts[0]?.userId).toBe((await browser.user())?.id);
				await expectSound(site, person);
			}
		});
	},
);

/** What two who come at once write, in this order, and who they are. */
const WRITES = ["user", "bskyAccount", "account", "bskySession", "session"];
const COMERS: Record<string, { writes: string[]; browsers: (site: Site) => Promise<Browser[]> }> = {
	"a sign-up, and another sign-in": {
		writes: WRITES,
		browsers: async ({ app }) => [app.browser(), app.browser()],
	},
	"a user who connects it in two tabs": {
		writes: WRITES.slice(1, 4),
		browsers: async (site) => {
			const browser = await byEmail(site);
			return [browser, browser];
		},
	},
};
const MEETINGS = Object.entries(COMERS).flatMap(([who, { writes, browsers }]) =>
	writes.map((model) => ({ who, model, browsers })),
);

test.each(MEETINGS)(
	"without transactions, $who that comes in before the other's $model: one user, signed in twice",
	async ({ model, browsers }) => {
		const [sqlite] = kinds;
		if (!sqlite) throw new Error("no SQLite");
		const site = await openSite(world, sqlite, "no transactions", { auth });
		const person = await world.newPerson();
		const [slow, quick] = await browsers(site);
		if (!slow || !quick) throw new Error("nobody");
		const stop = stopAt(site, (row) => row.model === model && row.data.did !== "*");
		const both = await one([Promise.resolve(slow), Promise.resolve(quick)], person);
		const [begin = dawdle, overtake = dawdle] = both;
		const first = begin();
		await stop.reached;
		await overtake();
		stop.open();
		await first;
		const users = [await slow.user(), await quick.user()];
		expect(users).toEqual([expect.objectContaining({ bskyDid: person.did }), users[0]]);
		expect(await site.rows("user")).toHaveLength(1);
		await signIn(site.app.browser(), person);
		await expectSound(site, person);
		await site.close();
	},
);

test.each(ways)(
	"a session that a refresh renews while it is given up isn't revoked: %s",
	async (way) => {
		const [sqlite] = kinds;
		if (!sqlite) throw new Error("no SQLite");
		const site = await openSite(world, sqlite, way);
		const person = await world.newPerson();
		const browser = site.app.browser();
		await signIn(browser, person);
		const bsky = new BskyPlugin(resolveOptions({})).at(site.context);
		const before = await readSession(site.context, person.did);
		if (!before?.session) throw new Error("nothing is stored");
		await writeRefreshed(site.context, before, before.session);
		expect(await giveUpSession(bsky, before)).toBe(false);
		// An attempt would be made a moment after it was written down.
		await sleep(100);
		await expectSound(site, person);
		await browser.post("/bsky/disconnect", {});
		await expectSound(site, person);
		expect(alive(person)).toEqual([]);
		await site.close();
	},
);

/** Who has an account and no stored session gets better-auth's once theirs is stored. */
async function withoutStored(site: Site, person: Person): Promise<void> {
	await signIn(site.app.browser(), person);
	const bsky = new BskyPlugin(resolveOptions({})).at(site.context);
	const stored = await readSession(site.context, person.did);
	expect(stored && (await giveUpSession(bsky, stored))).toBe(true);
}

const comesAgain = { "and that is all": false, "and they come again": true };
const LEFT = Object.entries(comesAgain).flatMap(([then, again]) =>
	ways.map((way) => ({ then, again, way })),
);

test.each(LEFT)(
	"the user is deleted once a sign-in has stored its session, $then: what was revoked isn't stored ($way)",
	async ({ again, way }) => {
		const [sqlite] = kinds;
		if (!sqlite) throw new Error("no SQLite");
		const site = await openSite(world, sqlite, way);
		const person = await world.newPerson();
		await withoutStored(site, person);
		const browser = site.app.browser();
		const stop = stopAt(site, ({ model }) => model === "session");
		const coming = signIn(browser, person);
		await stop.reached;
		const { owners } = await site.ofDid(person);
		await site.context.internalAdapter.deleteUser(String(owners[0]?.userId));
		if (again) await signIn(site.app.browser(), person);
		stop.open();
		expect((await coming).pathname).toBe("/me");
		// An attempt to revoke is made a moment after it was written down.
		await sleep(100);
		await expectSound(site, person);
		expect(await browser.user()).toMatchObject({ bskyDid: person.did });
		await signIn(browser, person);
		await expectSound(site, person);
		await site.close();
	},
);
