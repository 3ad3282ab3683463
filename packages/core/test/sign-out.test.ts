import type { AuthContext, BetterAuthOptions, Session } from "better-auth";
import { admin, multiSession, twoFactor } from "better-auth/plugins";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, newPerson, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork();
const person = await newPerson(network);

/** Where better-auth keeps its sessions. */
const STORAGES = {
	database: () => ({}),
	"secondary storage": () => ({ secondaryStorage: inMemory() }),
	both: () => ({ secondaryStorage: inMemory(), session: { storeSessionInDatabase: true } }),
	"both, with rows kept for audits": () => ({
		secondaryStorage: inMemory(),
		session: { storeSessionInDatabase: true, preserveSessionInDatabase: true },
	}),
} satisfies Record<string, () => Partial<BetterAuthOptions>>;

function inMemory(): NonNullable<BetterAuthOptions["secondaryStorage"]> {
	const values = new Map<string, string>();
	return {
		get: (key) => values.get(key) ?? null,
		set: (key, value) => void values.set(key, value),
		delete: (key) => void values.delete(key),
		getAndDelete: (key) => {
			const value = values.get(key) ?? null;
			values.delete(key);
			return value;
		},
		increment: () => {
			throw new Error("No rate is limited here.");
		},
	};
}

type Browser = ReturnType<App["browser"]>;

/** Somebody on two devices, and an administrator. */
interface Scene {
	app: App;
	sessions: Awaited<App["auth"]["$context"]>["internalAdapter"];
	email: string;
	userId: string;
	laptop: Browser;
	phone: Browser;
	boss: Browser;
	tokens: { laptop: string; phone: string };
	/** From the last mail. */
	resetToken: () => string;
}

const tokenOf = async (browser: Browser) =>
	((await browser.json("/get-session")).session as { token: string }).token;

const ok = async (response: Promise<Response>) => {
	const { status } = await response;
	expect(status).toBe(200);
};

/** Ways in which sessions end, and what is left of the person's two. */
const WAYS: Record<string, { left: 0 | 1; run: (scene: Scene) => Promise<void> }> = {
	"signing out on one device": { left: 1, run: ({ laptop }) => ok(laptop.post("/sign-out", {})) },
	"signing out on both": {
		left: 0,
		run: async ({ laptop, phone }) => {
			await ok(laptop.post("/sign-out", {}));
			await ok(phone.post("/sign-out", {}));
		},
	},
	"revoking one session": {
		left: 1,
		run: ({ laptop, tokens }) => ok(laptop.post("/revoke-session", { token: tokens.phone })),
	},
	"revoking all sessions": {
		left: 0,
		run: ({ laptop }) => ok(laptop.post("/revoke-sessions", {})),
	},
	"revoking all other sessions": {
		left: 1,
		run: ({ laptop }) => ok(laptop.post("/revoke-other-sessions", {})),
	},
	"a new password, the other sessions revoked": {
		left: 1,
		run: ({ laptop }) =>
			ok(
				laptop.post("/change-password", {
					currentPassword: "a-password",
					newPassword: "another-password",
					revokeOtherSessions: true,
				}),
			),
	},
	"a forgotten password": {
		left: 0,
		run: async ({ app, email, resetToken }) => {
			const browser = app.browser();
			await ok(browser.post("/request-password-reset", { email, redirectTo: "/reset" }));
			const body = { newPassword: "another-password", token: resetToken() };
			await ok(browser.post("/reset-password", body));
		},
	},
	"being banned": {
		left: 0,
		run: ({ boss, userId }) => ok(boss.post("/admin/ban-user", { userId })),
	},
	"one session revoked by an administrator": {
		left: 1,
		run: ({ boss, tokens }) =>
			ok(boss.post("/admin/revoke-user-session", { sessionToken: tokens.phone })),
	},
	"all sessions revoked by an administrator": {
		left: 0,
		run: ({ boss, userId }) => ok(boss.post("/admin/revoke-user-sessions", { userId })),
	},
	"a device session revoked": {
		left: 1,
		run: ({ laptop, tokens }) =>
			ok(laptop.post("/multi-session/revoke", { sessionToken: tokens.laptop })),
	},
	"sessions deleted by the app": {
		left: 0,
		run: ({ sessions, tokens }) => sessions.deleteSessions([tokens.laptop, tokens.phone]),
	},
	"sessions deleted one by one by the app": {
		left: 0,
		run: async ({ sessions, tokens }) => {
			for (const token of Object.values(tokens)) await sessions.deleteSession(token);
		},
	},
};

const MODES = ["last-session", "always", "never"] as const;

/** An app in which one person has signed in, whose stored session then goes from user to user. */
async function open(options: Partial<BetterAuthOptions>, revokeOnSignOut: (typeof MODES)[number]) {
	const mails: string[] = [];
	const app = await startApp(network, {
		plugin: { revokeOnSignOut },
		plugins: [admin(), multiSession()],
		auth: {
			...options,
			user: { deleteUser: { enabled: true } },
			emailAndPassword: {
				enabled: true,
				revokeSessionsOnPasswordReset: true,
				sendResetPassword: async ({ token }) => void mails.push(token),
				// What it costs to guess a password is no part of this.
				password: {
					hash: async (text) => text,
					verify: async ({ hash, password }) => hash === password,
				},
			},
		},
	});
	app.database.exec(
		"create table told (key); create trigger tell after insert on bskyRevocation begin insert into told values (new.key); end",
	);
	const sessions = (await app.auth.$context).internalAdapter;
	const boss = app.browser();
	await boss.signUpWithEmail("boss@example.com");
	await sessions.updateUser(String((await boss.user())?.id), { role: "admin" });
	await app.browser().signIn(person);
	const [stored] = app.rows("bskySession");
	if (!stored) throw new Error("No session was stored.");

	const enter = async (name: string): Promise<Scene> => {
		const email = `${name.replaceAll(/\W/g, "-")}@example.com`;
		const [laptop, phone] = [app.browser(), app.browser()];
		await laptop.signUpWithEmail(email);
		await ok(phone.post("/sign-in/email", { email, password: "a-password" }));
		const userId = String((await laptop.user())?.id);
		give(app, { ...stored, userId });
		const tokens = { laptop: await tokenOf(laptop), phone: await tokenOf(phone) };
		const resetToken = () => mails.at(-1) ?? "";
		return { app, sessions, email, userId, laptop, phone, boss, tokens, resetToken };
	};
	return { app, sessions, enter };
}

function give(app: App, row: Record<string, unknown>): void {
	const values = Object.values(row).map((value) => value as string | number | null);
	app.database.exec("delete from bskySession; delete from told");
	app.database
		.prepare(
			`insert into bskySession (${Object.keys(row).join()}) values (${values.map(() => "?").join()})`,
		)
		.run(...values);
}

for (const [storage, options] of Object.entries(STORAGES)) {
	describe.for(MODES)(`sessions in ${storage}, %s`, (mode) => {
		let opened: Awaited<ReturnType<typeof open>>;
		beforeAll(async () => {
			opened = await open(options(), mode);
		});
		afterAll(() => opened.app.close());

		test("deleting one's user", async () => {
			const { app } = opened;
			app.database.exec("delete from bskySession; delete from told");
			const browser = app.browser();
			await browser.signIn(person);
			await ok(browser.post("/delete-user", {}));
			expect(app.rows("bskySession")).toEqual([]);
			expect(app.rows("told")).toHaveLength(1);
		});

		test.for(Object.entries(WAYS))("%s", async ([name, { left, run }]) => {
			const { app, sessions, enter } = opened;
			const scene = await enter(name);
			await run(scene);
			const alive = (await sessions.listSessions(scene.userId)).filter(
				({ expiresAt }) => expiresAt > new Date(),
			);
			expect(alive).toHaveLength(left);
			const ended = mode === "always" || (mode === "last-session" && left === 0);
			expect(app.rows("bskySession")).toHaveLength(ended ? 0 : 1);
			expect(app.rows("told")).toHaveLength(ended ? 1 : 0);
		});
	});
}

test.for(["last-session", "always"] as const)(
	"a sign-in that a second factor holds up is no sign-out (%s)",
	async (mode) => {
		const app = await startApp(network, {
			plugin: { revokeOnSignOut: mode },
			plugins: [twoFactor()],
		});
		const browser = app.browser();
		const email = "two@example.com";
		await browser.signUpWithEmail(email);
		await browser.signIn(person);
		app.database.exec("update user set twoFactorEnabled = 1; delete from session");
		const guess = app.browser();
		const answer = await guess.post("/sign-in/email", { email, password: "a-password" });
		expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
		expect(app.rows("session")).toEqual([]);
		expect(app.rows("bskySession")).toHaveLength(1);
		await app.close();
	},
);

/** Where the cookie of a session that has run out comes once more. */
const LATE: Record<string, (browser: Browser) => Promise<Response>> = {
	"a page": (browser) => browser.get("/get-session"),
	"who they are": (browser) => browser.get("/bsky/session"),
	"whether it works": (browser) => browser.post("/bsky/restore", {}),
	"a sign-in": (browser) => browser.post("/bsky/sign-in", { handle: person.handle }),
};

test.for(["last-session", "always"] as const)(
	"a session that runs out is nobody's sign-out, whatever is asked with it later (%s)",
	async (mode) => {
		const person = await newPerson(network);
		const app = await startApp(network, { plugin: { revokeOnSignOut: mode } });
		const runOut = async () => {
			const browser = app.browser();
			await browser.signIn(person);
			app.database.exec("update session set expiresAt = '2020-01-01T00:00:00.000Z'");
			return browser;
		};
		for (const [what, ask] of Object.entries(LATE)) {
			await ask(await runOut());
			expect([what, app.rows("bskySession").length]).toEqual([what, 1]);
			await expect.poll(() => network.liveTokens(person.did)).toHaveLength(1);
			await expect.poll(() => app.rows("bskyRevocation")).toEqual([]);
		}
		// Whoever asks for that signs out.
		await ok((await runOut()).post("/sign-out", {}));
		expect(app.rows("bskySession")).toEqual([]);
		await expect.poll(() => network.liveTokens(person.did)).toEqual([]);
		await app.close();
	},
);

/** Ways in which a person's only session ends, each of which has gone by the time that a hook throws. */
const ENDS: Record<string, (app: App, browser: Browser) => Promise<unknown>> = {
	"signing out": (_, browser) => browser.post("/sign-out", {}),
	"revoking all sessions": (_, browser) => browser.post("/revoke-sessions", {}),
	"deleted by the app": async ({ auth }, browser) =>
		(await auth.$context).internalAdapter.deleteSession(await tokenOf(browser)).catch(() => {}),
	"all deleted by the app": async ({ auth }, browser) =>
		(await auth.$context).internalAdapter.deleteSessions([await tokenOf(browser)]).catch(() => {}),
};

test.for(Object.entries(ENDS))(
	"a hook that throws afterwards keeps nothing alive: %s",
	async ([, end]) => {
		const person = await newPerson(network);
		const after = async () => {
			throw new Error("a mistake of the app");
		};
		const databaseHooks = { session: { delete: { after } } };
		const app = await startApp(network, { auth: { databaseHooks } });
		const browser = app.browser();
		await browser.signIn(person);
		await end(app, browser);
		expect(app.rows("session")).toEqual([]);
		expect(app.rows("bskySession")).toEqual([]);
		await expect.poll(() => network.liveTokens(person.did)).toEqual([]);
		await app.close();
	},
);

test.for(["before", "after"] as const)(
	"one device at a time, by session.create.%s, is no sign-out of the person",
	async (when) => {
		const person = await newPerson(network);
		let sessions: AuthContext["internalAdapter"];
		const hook = async ({ userId, token }: Session) => {
			const all = await sessions.listSessions(userId);
			await sessions.deleteSessions(all.map((one) => one.token).filter((one) => one !== token));
		};
		const databaseHooks = { session: { create: { [when]: hook } } };
		const app = await startApp(network, { auth: { databaseHooks } });
		sessions = (await app.auth.$context).internalAdapter;
		const [phone, laptop] = [app.browser(), app.browser()];
		await phone.signUpWithEmail("one-device@example.com");
		await phone.signIn(person);
		const body = { email: "one-device@example.com", password: "a-password" };
		await ok(laptop.post("/sign-in/email", body));
		expect(app.rows("session")).toHaveLength(1);
		expect(app.rows("bskySession")).toHaveLength(1);
		await ok(laptop.post("/sign-out", {}));
		expect(app.rows("bskySession")).toEqual([]);
		await app.close();
	},
);

test.for(["last-session", "always"] as const)(
	"a session that takes another one's place is no sign-out (%s)",
	async (revokeOnSignOut) => {
		const person = await newPerson(network);
		const app = await startApp(network, {
			plugin: { revokeOnSignOut },
			plugins: [twoFactor({ skipVerificationOnEnable: true })],
		});
		const browser = app.browser();
		await browser.signUpWithEmail("second-factor@example.com");
		await browser.signIn(person);
		for (const path of ["/two-factor/enable", "/two-factor/disable"]) {
			await ok(browser.post(path, { password: "a-password" }));
			expect(app.rows("bskySession")).toHaveLength(1);
		}
		await app.close();
	},
);

test.for(["last-session", "always"] as const)(
	"whoever is signed out everywhere is so when nothing was left of it, too (%s)",
	async (mode) => {
		const person = await newPerson(network);
		const app = await startApp(network, { plugin: { revokeOnSignOut: mode } });
		const browser = app.browser();
		await browser.signIn(person);
		app.database.exec("update session set expiresAt = '2020-01-01T00:00:00.000Z'");
		await browser.get("/get-session");
		expect(app.rows("session")).toEqual([]);
		expect(app.rows("bskySession")).toHaveLength(1);
		const [user] = app.rows("user");
		// As a ban does, a password that is reset, or an administrator.
		await (await app.auth.$context).internalAdapter.deleteUserSessions(String(user?.id));
		expect(app.rows("bskySession")).toEqual([]);
		await expect.poll(() => network.liveTokens(person.did)).toEqual([]);
		await app.close();
	},
);

describe("more than better-auth reads at once", () => {
	test.each([99, 100, 150])(
		"a device of two signs out, with %i sessions from before that have run out",
		async (count) => {
			const app = await startApp(network);
			const owner = await newPerson(network);
			const [laptop, phone] = [app.browser(), app.browser()];
			await laptop.signIn(owner);
			const [row = {}] = app.rows("session");
			const names = Object.keys(row);
			const insert = app.database.prepare(
				`insert into session (${names.join()}) values (${names.map(() => "?").join()})`,
			);
			for (let i = 0; i < count; i++) {
				const past = {
					...row,
					id: `old-${i}`,
					token: `old-${i}`,
					expiresAt: "2020-01-01T00:00:00Z",
				};
				insert.run(...names.map((name) => new Map(Object.entries(past)).get(name) ?? null));
			}
			await phone.signIn(owner);
			await ok(laptop.post("/sign-out", {}));
			expect(await phone.json("/bsky/session")).toMatchObject({ active: true });
			await ok(phone.post("/sign-out", {}));
			await expect.poll(() => network.liveTokens(owner.did)).toEqual([]);
			await app.close();
		},
	);

	test.each(["/sign-out", "/delete-user", "/bsky/disconnect"])(
		"%s ends each of three sessions at servers, where a page is of one",
		async (path) => {
			const app = await startApp(network, {
				auth: {
					advanced: { database: { defaultFindManyLimit: 1 } },
					user: { deleteUser: { enabled: true } },
				},
			});
			const people = [await newPerson(network), await newPerson(network), await newPerson(network)];
			const browser = app.browser();
			for (const each of people) await browser.signIn(each);
			expect(app.rows("bskySession")).toHaveLength(3);
			await ok(browser.post(path, {}));
			expect(app.rows("bskySession")).toEqual([]);
			for (const each of people) await expect.poll(() => network.liveTokens(each.did)).toEqual([]);
			await app.close();
		},
	);
});

test("a session that can't be ended for now keeps none of the person's others", async () => {
	const app = await startApp(network);
	const [first, second] = [await newPerson(network), await newPerson(network)];
	const browser = app.browser();
	for (const each of [first, second]) await browser.signIn(each);
	app.database.exec(
		`create trigger stuck before delete on bskySession when old.did = '${first.did}'
			begin select raise(fail, 'a lock was not given in time'); end`,
	);
	await ok(browser.post("/sign-out", {}));
	expect(app.rows("bskySession")).toMatchObject([{ did: first.did }]);
	await expect.poll(() => network.liveTokens(second.did)).toEqual([]);
	await app.close();
});
