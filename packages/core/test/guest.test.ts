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

/** From another site a browser sends what isn't strict, and the plugin's own cookie isn't. */
test.each(["lax", "strict"] as const)(
	"a guest becomes the person where better-auth's cookies are %s",
	async (sameSite) => {
		const linked: unknown[] = [];
		const onLinkAccount = ({ anonymousUser }: { anonymousUser: { user: { id: string } } }) =>
			void linked.push(anonymousUser.user.id);
		const site = await openSite(world, sqlite, "transactions", {
			auth: { advanced: { defaultCookieAttributes: { sameSite } } },
			plugins: [anonymous({ onLinkAccount })],
		});
		const { app } = site;
		const person = await world.newPerson();
		// On the host that it comes back to: nothing has to be led on.
		const here = `http://127.0.0.1:${app.port}`;
		const browser = app.browser(here);
		const strict = new Set<string>();
		const keep = (response: Response) => {
			for (const line of response.headers.getSetCookie())
				if (/samesite=strict/i.test(line)) strict.add(line.slice(0, line.indexOf("=")));
			return response;
		};
		keep(await browser.post("/sign-in/anonymous", {}));
		const id = (await browser.user())?.id;
		const body = { handle: person.did, callbackURL: "/me" };
		const { url } = (await keep(await browser.post("/bsky/sign-in", body)).json()) as {
			url: string;
		};
		const crossing = app.browser(here);
		for (const [name, value] of browser.cookies)
			if (!strict.has(name)) crossing.setCookie(name, value);
		expect((await crossing.arrive(person.approve(url))).pathname).toBe("/me");
		expect(await crossing.user()).toMatchObject({ bskyDid: person.did });
		expect(linked).toEqual([id]);
		await site.close();
	},
);
