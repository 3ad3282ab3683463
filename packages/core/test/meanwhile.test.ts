import type { AuthContext } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { describe, expect, test } from "vitest";
import { alive, openApps, signIn, useWorld } from "./accounts-kit.ts";
import { expireStored } from "./expire.ts";
import type { AppOptions, Browser } from "./kit.ts";

// What happens to people while a hook of the app has a callback wait, which may take as long as it likes.

const world = await useWorld();
const open = openApps(world);

/** Tables without foreign keys, as in MongoDB and in many a schema of Drizzle's. */
const tables = () =>
	Object.fromEntries(
		["user", "session", "account", "verification"]
			.concat(["bskySession", "bskyState", "bskyAccount", "bskyRevocation"])
			.map((name): [string, Record<string, unknown>[]] => [name, []]),
	);

/** An app whose hook waits for what `meanwhile` does, once. */
async function openWaiting(hook: "link" | "session", options: AppOptions["auth"] = {}) {
	let meanwhile: (() => Promise<unknown>) | undefined;
	const wait = async () => {
		const run = meanwhile;
		meanwhile = undefined;
		await run?.();
	};
	const validateUserInfo = ({ source }: { source: { action: string } }) =>
		source.action === "link-account" ? wait() : undefined;
	const app = await open({
		auth: {
			...options,
			user: { deleteUser: { enabled: true }, ...(hook === "link" && { validateUserInfo }) },
			...(hook === "session" && { databaseHooks: { session: { create: { before: wait } } } }),
		},
	});
	return {
		app,
		waitFor(run: () => Promise<unknown>) {
			meanwhile = run;
		},
	};
}

const ok = async (response: Promise<Response>) => expect((await response).status).toBe(200);

describe.each(["with foreign keys", "without"])(
	"an account is connected to nobody, %s, who",
	(keys) => {
		test.each<[string, (browser: Browser) => Promise<unknown>]>([
			["has signed out", (browser) => ok(browser.post("/sign-out", {}))],
			["has ended all sessions", (browser) => ok(browser.post("/revoke-sessions", {}))],
			["is gone", (browser) => ok(browser.post("/delete-user", {}))],
		])("%s", async (_, end) => {
			const memory = tables();
			const isMemory = keys === "without";
			const { app, waitFor } = await openWaiting("link", {
				...(isMemory && { database: memoryAdapter(memory) }),
			});
			const rows = (name: string) => (isMemory ? memory[name] : app.rows(name));
			const [first, second] = [await world.newPerson(), await world.newPerson()];
			const browser = app.browser();
			await signIn(browser, first);
			waitFor(() => end(browser));
			const back = await signIn(browser, second);
			expect(back.searchParams.get("error")).toBe("unable_to_link_account");
			expect(rows("session")).toEqual([]);
			expect(rows("bskySession")).toEqual([]);
			expect(rows("bskyAccount")).not.toContainEqual(expect.objectContaining({ did: second.did }));
			await expect.poll(() => [...alive(first), ...alive(second)]).toEqual([]);
		});
	},
);

test("a sign-in that an unlinking overtakes leaves no session of the user before", async () => {
	const { app, waitFor } = await openWaiting("session");
	const [first, second] = [await world.newPerson(), await world.newPerson()];
	const browser = app.browser();
	for (const person of [first, second]) await signIn(browser, person);
	const before = (await browser.user())?.id;
	const accountId = app.rows("account").find((row) => row.accountId === first.did)?.id;
	waitFor(() => ok(browser.post("/unlink-account", { accountId })));
	const other = app.browser();
	expect((await signIn(other, first)).pathname).toBe("/me");
	expect((await other.user())?.id).not.toBe(before);
	expect(app.rows("session").filter(({ userId }) => userId === before)).toHaveLength(1);
	// So that their last sign-out is one.
	await ok(browser.post("/sign-out", {}));
	await expect.poll(() => alive(second)).toEqual([]);
});

test.each(["findMany", "findOne"] as const)(
	"a sign-in between two looks of a sign-out elsewhere, by %s, keeps its session",
	async (look) => {
		const app = await open();
		const person = await world.newPerson();
		const [phone, laptop] = [app.browser(), app.browser()];
		await signIn(phone, person);
		const { adapter } = await app.auth.$context;
		const plain: (...args: never[]) => unknown = adapter[look].bind(adapter);
		let back: URL | undefined;
		Object.assign(adapter, {
			[look]: async (query: { model: string }) => {
				if (query.model === "bskySession") {
					Object.assign(adapter, { [look]: plain });
					back = await signIn(laptop, person);
				}
				return Reflect.apply(plain, adapter, [query]);
			},
		});
		await ok(phone.post("/sign-out", {}));
		expect(back?.pathname).toBe("/me");
		expect(await laptop.json("/bsky/session")).toMatchObject({ active: true });
		await expect.poll(() => alive(person)).toHaveLength(1);
	},
);

test("a sign-out elsewhere ends nothing of a sign-in that is under way", async () => {
	const { app, waitFor } = await openWaiting("session");
	const person = await world.newPerson();
	const [phone, laptop] = [app.browser(), app.browser()];
	await signIn(phone, person);
	// Signed in here, with no session at the server.
	await phone.post("/bsky/disconnect", {});
	waitFor(() => ok(phone.post("/sign-out", {})));
	expect((await signIn(laptop, person)).pathname).toBe("/me");
	expect(await laptop.json("/bsky/session")).toMatchObject({ active: true });
});

/** What a hook has refreshed is taken back with what it came from. */
describe.each(["refuses", "throws"])("session.create.before acts for a newcomer, and %s", (how) => {
	test.each([false, true])("with a token that is about to end: %s", async (isEnding) => {
		const person = await world.newPerson();
		let acted = "";
		const before = async ({ userId }: { userId: string }) => {
			const context = (await app.auth.$context) as unknown as AuthContext;
			if (isEnding) await expireStored(context, person.did);
			acted = (await app.auth.api.getBskyAgent({ userId })).assertDid;
			if (how === "throws") throw new Error("a mistake of the app");
			return false;
		};
		const app = await open({ auth: { databaseHooks: { session: { create: { before } } } } });
		await signIn(app.browser(), person);
		expect(acted).toBe(person.did);
		// What it was refreshed from is used up.
		const used = isEnding ? 1 : 0;
		await expect.poll(() => alive(person)).toHaveLength(used);
		expect([app.rows("bskySession"), app.rows("session")]).toEqual([[], []]);
		if (how === "throws") expect(app.rows("user")).toEqual([]);
	});
});
