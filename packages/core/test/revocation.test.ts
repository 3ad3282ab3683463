import type { AuthContext } from "better-auth";
import { admin } from "better-auth/plugins";
import { afterEach, describe, expect, test } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import {
	type App,
	type AppOptions,
	newPerson,
	pluginDefaults,
	startApp,
	useNetwork,
} from "./kit.ts";

const network = await useNetwork();
let app: App;

afterEach(() => app.close());

const open = async (options?: AppOptions) => {
	app = await startApp(network, options);
	return app.browser();
};
const live = async (did: string) => (await network.liveTokens(did)).length;
const nothingLeft = async (did: string) => {
	expect(app.rows("bskySession")).toEqual([]);
	await expect.poll(() => live(did)).toBe(0);
	await expect.poll(() => app.rows("bskyRevocation")).toEqual([]);
};

describe("signing out", () => {
	test("of the last session here ends the one at the server", async () => {
		const [laptop, phone] = [await open(), app.browser()];
		const person = await newPerson(network);
		await laptop.signIn(person);
		await phone.signIn(person);
		await expect.poll(() => live(person.did)).toBe(1);
		await laptop.post("/sign-out", {});
		const restored = await phone.post("/bsky/restore", {});
		expect(await restored.json()).toMatchObject({ active: true });
		expect(await live(person.did)).toBe(1);
		await phone.post("/sign-out", {});
		await nothingLeft(person.did);
	});

	test('"always": any sign-out does', async () => {
		const [laptop, phone] = [await open({ plugin: { revokeOnSignOut: "always" } }), app.browser()];
		const person = await newPerson(network);
		await laptop.signIn(person);
		await phone.signIn(person);
		await laptop.post("/sign-out", {});
		await nothingLeft(person.did);
	});

	test('"never": none does', async () => {
		const browser = await open({ plugin: { revokeOnSignOut: "never" } });
		const person = await newPerson(network);
		await browser.signIn(person);
		await browser.post("/sign-out", {});
		expect(await live(person.did)).toBe(1);
		expect(app.rows("bskySession")).toHaveLength(1);
	});
});

describe("leaving", () => {
	test("deleting one's user", async () => {
		const browser = await open({ auth: { user: { deleteUser: { enabled: true } } } });
		const person = await newPerson(network);
		await browser.signIn(person);
		expect((await browser.post("/delete-user", {})).status).toBe(200);
		expect(app.rows("user")).toEqual([]);
		await nothingLeft(person.did);
	});

	test("being deleted by the app", async () => {
		const browser = await open({ plugin: { revokeOnSignOut: "never" } });
		const person = await newPerson(network);
		await browser.signIn(person);
		const user = await browser.user();
		const { internalAdapter } = await app.auth.$context;
		await internalAdapter.deleteUser(String(user?.id));
		await nothingLeft(person.did);
	});

	test("being deleted, where one of two sessions can't be given up", async () => {
		const browser = await open({
			plugin: { revokeOnSignOut: "never" },
			auth: { user: { deleteUser: { enabled: true } } },
		});
		const people = [await newPerson(network), await newPerson(network)];
		for (const person of people) await browser.signIn(person);
		expect([app.rows("user").length, app.rows("bskySession").length]).toEqual([1, 2]);
		app.database.exec("delete from account");
		const { database } = app;
		const prepare = database.prepare.bind(database);
		let writes = 0;
		database.prepare = (sql, options) => {
			if (/^insert into "bskyRevocation"/.test(sql) && ++writes <= 2) throw new Error("disk I/O");
			return prepare(sql, options);
		};
		await browser.post("/delete-user", {});
		database.prepare = prepare;
		const left = async () =>
			(await Promise.all(people.map(({ did }) => live(did)))).filter((count) => count > 0);
		await expect.poll(left).toEqual([1]);
		expect(app.logs.filter((line) => line.includes("session_not_ended"))).toHaveLength(1);
	});

	const LEAVES = {
		unlinking: ["/unlink-account", ["account"]],
		"deleting one's user": ["/delete-user", ["account", "session", "user"]],
	} as const;
	const throws = Object.entries(LEAVES).flatMap(([how, [path, models]]) =>
		models.flatMap((model) =>
			["the app", "a plugin before", "a plugin behind"].map((whose) => {
				return { how, path, model, whose };
			}),
		),
	);

	test.each(throws)(
		"$how, where $whose throws in its hook after the $model's end",
		async ({ path, model, whose }) => {
			const after = async () => {
				throw new Error("a mistake of the app");
			};
			const databaseHooks = { [model]: { delete: { after } } };
			const plugin = { id: "other", init: () => ({ options: { databaseHooks } }) };
			const browser = await open({
				plugins: whose === "a plugin behind" ? [plugin] : [],
				before: whose === "a plugin before" ? [plugin] : [],
				auth: {
					account: { accountLinking: { allowUnlinkingAll: true } },
					user: { deleteUser: { enabled: true } },
					...(whose === "the app" ? { databaseHooks } : {}),
				},
			});
			const person = await newPerson(network);
			await browser.signIn(person);
			const [account] = app.rows("account");
			expect((await browser.post(path, { accountId: account?.id })).status).toBe(500);
			const owned = app.rows("bskyAccount").filter((row) => row.userId);
			expect([...app.rows("account"), ...owned]).toEqual([]);
			await nothingLeft(person.did);
		},
	);

	test.each(["kept by a hook", "gone without a word"])(
		"being deleted while the account is %s",
		async (how) => {
			const kept = how === "kept by a hook";
			const before = async () => (kept ? false : undefined);
			const browser = await open({
				plugin: { revokeOnSignOut: "never" },
				auth: {
					user: { deleteUser: { enabled: true } },
					databaseHooks: { account: { delete: { before } } },
				},
			});
			const person = await newPerson(network);
			await browser.signIn(person);
			// As in MongoDB and in many a schema of Drizzle's.
			app.database.exec("pragma foreign_keys = off");
			if (!kept) app.database.exec("delete from account");
			expect((await browser.post("/delete-user", {})).status).toBe(200);
			expect(app.rows("user")).toEqual([]);
			expect(app.rows("bskyAccount").filter(({ did }) => did === person.did)).toEqual([]);
			await nothingLeft(person.did);
		},
	);

	test("being removed by an administrator", async () => {
		const browser = await open({ plugins: [admin()] });
		const person = await newPerson(network);
		await browser.signIn(person);
		const user = await browser.user();
		const boss = app.browser();
		await boss.signUpWithEmail("boss@example.com");
		app.database.prepare("update user set role = 'admin' where email = 'boss@example.com'").run();
		const response = await boss.post("/admin/remove-user", { userId: user?.id });
		expect(response.status).toBe(200);
		await nothingLeft(person.did);
	});

	test("disconnecting: the account stays, the session doesn't", async () => {
		const browser = await open();
		const person = await newPerson(network);
		await browser.signIn(person);
		expect(await (await browser.post("/bsky/disconnect", {})).json()).toEqual({ success: true });
		await nothingLeft(person.did);
		expect(await browser.json("/bsky/session")).toMatchObject({
			active: false,
			reason: "signed_out",
			did: person.did,
		});
		expect(app.rows("account")).toHaveLength(1);
		expect((await browser.signIn(person)).pathname).toBe("/me");
		expect(await live(person.did)).toBe(1);
	});
});

describe("a server that is down", () => {
	test("keeps nobody waiting, and is asked again until it answers", async () => {
		const browser = await open();
		const person = await newPerson(network);
		await browser.signIn(person);
		await network.pds.stop();
		const start = performance.now();
		try {
			expect((await browser.post("/bsky/disconnect", {})).status).toBe(200);
			expect(performance.now() - start).toBeLessThan(2000);
			expect(app.rows("bskySession")).toEqual([]);
			const sealed = JSON.stringify(app.rows("bskyRevocation"));
			expect(sealed).not.toMatch(/ref-|eyJ|"d"/);
		} finally {
			await network.pds.start();
		}
		expect(await live(person.did)).toBe(1);
		const context = (await app.auth.$context) as unknown as AuthContext;
		const bsky = new BskyPlugin(resolveOptions(pluginDefaults(network))).at(context);
		// Not due yet: the first attempt holds it, then the delay.
		await retryRevocations(bsky);
		expect(await live(person.did)).toBe(1);
		app.database.prepare("update bskyRevocation set nextAttemptAt = '2020-01-01T00:00:00Z'").run();
		await Promise.all([retryRevocations(bsky), retryRevocations(bsky)]);
		await nothingLeft(person.did);
	});
});
