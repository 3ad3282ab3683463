import { anonymous } from "better-auth/plugins";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSound, openSite, type Site, signIn, useWorld } from "./accounts-kit.ts";
import { databaseKinds } from "./databases.ts";
import type { Browser } from "./kit.ts";

const world = await useWorld();
const [sqlite] = await databaseKinds();
if (!sqlite) throw new Error("no SQLite");

describe("a guest of the anonymous plugin", () => {
	let site: Site;
	let taken: unknown[] = [];
	let fails = false;
	beforeAll(async () => {
		const onLinkAccount = async ({
			anonymousUser,
			newUser,
		}: {
			anonymousUser: { user: { id: string } };
			newUser: { user: { id: string } };
		}) => {
			taken.push([anonymousUser.user.id, newUser.user.id]);
			if (fails) throw new Error("the app's mistake");
		};
		const plugins = [anonymous({ onLinkAccount })];
		site = await openSite(world, sqlite, "transactions", { plugins });
	});
	afterAll(() => site.close());

	async function guest(): Promise<{ browser: Browser; id: unknown }> {
		taken = [];
		const browser = site.app.browser();
		await browser.post("/sign-in/anonymous", {});
		return { browser, id: (await browser.user())?.id };
	}

	test("becomes a new person, whose app takes over what they had", async () => {
		const person = await world.newPerson();
		const { browser, id } = await guest();
		expect((await signIn(browser, person, { newUserCallbackURL: "/new" })).pathname).toBe("/new");
		const user = await browser.user();
		expect(user).toMatchObject({ bskyDid: person.did, isAnonymous: false });
		expect(taken).toEqual([[id, user?.id]]);
		expect(await site.rows("user", { id })).toEqual([]);
		await expectSound(site, person);
	});

	test("signs in to the account that they have", async () => {
		const person = await world.newPerson();
		const before = site.app.browser();
		await signIn(before, person);
		const { browser, id } = await guest();
		expect((await signIn(browser, person)).pathname).toBe("/me");
		expect((await browser.user())?.id).toBe((await before.user())?.id);
		expect(await site.rows("user", { id })).toEqual([]);
		await expectSound(site, person);
	});

	test("stays where the app fails to take over what they had, as with any provider", async () => {
		const person = await world.newPerson();
		const { browser, id } = await guest();
		fails = true;
		await expect(signIn(browser, person)).rejects.toThrow("500");
		expect((await browser.user())?.id).toBe(id);
		fails = false;
		expect((await signIn(browser, person)).pathname).toBe("/me");
		expect(await browser.user()).toMatchObject({ bskyDid: person.did });
		expect(await site.rows("user", { id })).toEqual([]);
		await expectSound(site, person);
	});
});
