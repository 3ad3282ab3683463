import { expect, test } from "vitest";
import { openApps, signIn, useWorld } from "./accounts-kit.ts";
import { newDid } from "./evil-server.ts";

// Somebody who looks after many accounts: of a user's rows better-auth gives a hundred, or as many as the
// app says, where nobody asks for more.

const world = await useWorld();
const open = openApps(world);

async function somebodyWith(count: number, defaultFindManyLimit = 100) {
	const app = await open({ auth: { advanced: { database: { defaultFindManyLimit } } } });
	const [first, last] = [await world.newPerson(), await world.newPerson()];
	const browser = app.browser();
	await signIn(browser, first);
	const userId = String((await browser.user())?.id);
	for (let n = 2; n < count; n++)
		await app.auth.api.importBskyAccount({ body: { did: newDid(), userId } });
	expect((await signIn(browser, last, { link: true })).pathname).toBe("/me");
	return { app, browser, userId, last };
}

test.each([
	[100, 100],
	[101, 100],
	[11, 10],
])(
	"with %d accounts, of which better-auth gives %d, is who they are by each",
	async (count, limit) => {
		const { app, userId, last } = await somebodyWith(count, limit);
		const phone = app.browser();
		expect((await signIn(phone, last)).pathname).toBe("/me");
		expect((await phone.user())?.id).toBe(userId);
		expect(app.rows("bskyAccount").find(({ did }) => did === last.did)?.userId).toBe(userId);
	},
);

test("has one row of an account that is connected again", async () => {
	const { app, browser, last } = await somebodyWith(11, 10);
	for (let times = 0; times < 2; times++)
		expect((await signIn(browser, last, { link: true })).pathname).toBe("/me");
	expect(app.rows("account").filter(({ accountId }) => accountId === last.did)).toHaveLength(1);
});
