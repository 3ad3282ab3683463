import { apiKey } from "@better-auth/api-key";
import { approve } from "@better-auth-bsky/devnet";
import { createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import {
	admin,
	bearer,
	deviceAuthorization,
	magicLink,
	oneTimeToken,
	twoFactor,
} from "better-auth/plugins";
import { afterEach, describe, expect, test } from "vitest";
import { bskyErrorCode } from "../src/errors.ts";
import { type App, type AppOptions, expire, newPerson, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork();
const [person, adminsOwn] = [await newPerson(network), await newPerson(network)];
let app: App;

/** Every request to the network. */
const sent: string[] = [];

afterEach(async () => {
	await app.close();
	for (const { did } of [person, adminsOwn]) await network.revoke(did);
});

type Browser = ReturnType<App["browser"]>;

/** A person who is signed in, and an administrator. */
async function open(options: AppOptions = {}) {
	const fetch: typeof globalThis.fetch = (input, init) => {
		sent.push(String(input instanceof Request ? input.url : input));
		return globalThis.fetch(input, init);
	};
	app = await startApp(network, {
		...options,
		plugin: { ...options.plugin, fetch },
		plugins: options.plugins ?? [admin()],
	});
	const browser = app.browser();
	await browser.signIn(person);
	const userId = String((await browser.user())?.id);
	const boss = app.browser();
	await boss.signUpWithEmail("boss@example.com");
	app.database.exec("update user set role = 'admin' where email = 'boss@example.com'");
	const impersonate = async () => {
		const response = await boss.post("/admin/impersonate-user", { userId });
		expect(response.status).toBe(200);
		expect((await boss.user())?.id).toBe(userId);
	};
	const ban = (expiresIn?: number) => {
		const until = expiresIn === undefined ? null : new Date(Date.now() + expiresIn).toISOString();
		app.database
			.prepare("update user set banned = 1, banExpires = ? where id = ?")
			.run(until, userId);
	};
	return { browser, boss, userId, impersonate, ban };
}

const headersOf = (browser: Browser) => ({ cookie: browser.cookie });
const live = async () => (await network.liveTokens(person.did)).length;
const codeOf = async (response: Promise<Response>) => {
	const answer = await response;
	return [answer.status, ((await answer.json()) as { code?: string }).code];
};
const failure = (promise: Promise<unknown>) =>
	promise.then(
		() => "no error",
		(error) => error.body?.code ?? error.status,
	);
describe("an administrator who looks in as somebody", () => {
	test("doesn't act as their DID, and their server hears nothing", async () => {
		const { boss, impersonate } = await open();
		await impersonate();
		await expire(app, person.did);
		sent.length = 0;
		const headers = headersOf(boss);
		for (const input of [{ headers }, { headers, did: person.did }]) {
			expect(await failure(app.auth.api.getBskyAgent(input))).toBe("IMPERSONATED");
		}
		expect(await boss.json("/bsky/session")).toMatchObject({ active: true, did: person.did });
		expect(await (await boss.post("/bsky/restore", {})).json()).toMatchObject({ active: true });
		expect(sent).toEqual([]);
	});

	test("connects nothing to them, in JSON or by a form", async () => {
		const { boss, impersonate, userId } = await open();
		await impersonate();
		const body = { handle: adminsOwn.handle, callbackURL: "/me" };
		expect(await codeOf(boss.post("/bsky/sign-in", body))).toEqual([403, "IMPERSONATED"]);
		const form = await boss.fetch("/api/auth/bsky/sign-in", {
			method: "POST",
			headers: { "content-type": "application/x-www-form-urlencoded" },
			body: new URLSearchParams(body).toString(),
		});
		expect(form.headers.get("location")).toContain("error=impersonated");
		expect(app.rows("account").filter((row) => row.userId === userId)).toHaveLength(1);
		expect(app.rows("bskyState")).toEqual([]);
	});

	test("disconnects and unlinks nothing of theirs", async () => {
		const { boss, impersonate, userId } = await open({
			auth: { account: { accountLinking: { allowUnlinkingAll: true } } },
		});
		await impersonate();
		expect(await codeOf(boss.post("/bsky/disconnect", {}))).toEqual([403, "IMPERSONATED"]);
		const [account] = app.rows("account").filter((row) => row.userId === userId);
		const unlinked = boss.post("/unlink-account", { accountId: account?.id });
		expect(await codeOf(unlinked)).toEqual([403, "IMPERSONATED"]);
		expect(app.rows("account").filter((row) => row.userId === userId)).toHaveLength(1);
		expect([app.rows("bskySession").length, await live()]).toEqual([1, 1]);
	});

	const ENDINGS: Record<string, (boss: Browser) => Promise<Response>> = {
		"by stopping": (boss) => boss.post("/admin/stop-impersonating", {}),
		"by signing out": (boss) => boss.post("/sign-out", {}),
		"by revoking that session": async (boss) => {
			const { session } = (await boss.json("/get-session")) as { session: { token: string } };
			return boss.post("/revoke-session", { token: session.token });
		},
	};
	for (const mode of ["last-session", "always"] as const) {
		for (const allowImpersonation of [false, true]) {
			test.for(Object.entries(ENDINGS))(
				`ends nothing of theirs %s (${mode}, ${allowImpersonation})`,
				async ([, end]) => {
					const { boss, impersonate, userId } = await open({
						plugin: { revokeOnSignOut: mode, allowImpersonation },
					});
					await impersonate();
					// The person's own have run out, and are not what ends.
					app.database
						.prepare("delete from session where userId = ? and impersonatedBy is null")
						.run(userId);
					expect((await end(boss)).status).toBe(200);
					expect([app.rows("bskySession").length, await live()]).toEqual([1, 1]);
				},
			);
		}
	}

	test.for([
		["all sessions", (boss: Browser) => boss.post("/revoke-sessions", {})],
		["all others", (boss: Browser) => boss.post("/revoke-other-sessions", {})],
		["one", async (boss: Browser, token: string) => boss.post("/revoke-session", { token })],
	] as const)(
		"ends the person's own sessions here, and nothing at their server: %s",
		async ([, end]) => {
			const { browser, boss, impersonate } = await open();
			const { session } = (await browser.json("/get-session")) as { session: { token: string } };
			await impersonate();
			expect((await end(boss, session.token)).status).toBe(200);
			expect(await browser.user()).toBeNull();
			expect([app.rows("bskySession").length, await live()]).toEqual([1, 1]);
		},
	);

	test("is no device of theirs: their own last sign-out counts", async () => {
		const { browser, impersonate } = await open();
		await impersonate();
		await browser.post("/sign-out", {});
		expect(app.rows("bskySession")).toEqual([]);
		await expect.poll(live).toBe(0);
	});

	test("may do so where the app allows it", async () => {
		const { boss, impersonate } = await open({ plugin: { allowImpersonation: true } });
		await impersonate();
		const agent = await app.auth.api.getBskyAgent({ headers: headersOf(boss) });
		expect((await agent.post({ text: "for a colleague" })).uri).toContain(person.did);
		await boss.begin(adminsOwn.handle);
		expect((await boss.post("/bsky/disconnect", {})).status).toBe(200);
		expect(app.rows("bskySession")).toEqual([]);
	});
});

describe("somebody who is banned", () => {
	test("by who looks in as another administrator, has nothing left alive", async () => {
		const { boss, userId } = await open({
			plugins: [admin({ allowImpersonatingAdmins: true })],
		});
		const other = app.browser();
		await other.signUpWithEmail("other-boss@example.com");
		app.database.exec("update user set role = 'admin' where email = 'other-boss@example.com'");
		const otherId = (await other.user())?.id;
		await boss.post("/admin/impersonate-user", { userId: otherId });
		expect((await boss.user())?.id).toBe(otherId);
		expect((await boss.post("/admin/ban-user", { userId })).status).toBe(200);
		expect(app.rows("bskySession")).toEqual([]);
		await expect.poll(live).toBe(0);
	});

	const agents = (browser: Browser, userId: string) => [
		{ headers: headersOf(browser) },
		{ headers: headersOf(browser), did: person.did },
		{ userId },
		{ userId, did: person.did },
		{ did: person.did },
		{ trustedDid: person.did },
	];

	test.for([
		["for good", undefined],
		["for an hour", 3_600_000],
	] as const)("%s is acted for by nobody", async ([, expiresIn]) => {
		const { browser, userId, ban } = await open({ plugin: { revokeOnSignOut: "never" } });
		ban(expiresIn);
		sent.length = 0;
		for (const input of agents(browser, userId)) {
			expect(await failure(app.auth.api.getBskyAgent(input))).toBe("BANNED_USER");
		}
		expect(await codeOf(browser.get("/bsky/session"))).toEqual([403, "BANNED_USER"]);
		expect(await codeOf(browser.post("/bsky/restore", {}))).toEqual([403, "BANNED_USER"]);
		const body = { handle: adminsOwn.handle };
		expect(await codeOf(browser.post("/bsky/sign-in", body))).toEqual([403, "BANNED_USER"]);
		expect(sent).toEqual([]);
	});

	test("is acted for no more by an agent from before", async () => {
		const { browser, userId, ban } = await open({ plugin: { revokeOnSignOut: "never" } });
		const agents = await Promise.all([
			app.auth.api.getBskyAgent({ headers: headersOf(browser) }),
			app.auth.api.getBskyAgent({ userId }),
		]);
		for (const agent of agents) await agent.post({ text: "while it was allowed" });
		ban();
		sent.length = 0;
		for (const agent of agents) {
			const post = agent.post({ text: "afterwards" });
			expect(await post.then(() => "posted", bskyErrorCode)).toBe("BANNED_USER");
		}
		expect(sent).toEqual([]);
	});

	test("until a time that has passed, is acted for again", async () => {
		const { browser, userId, ban } = await open();
		ban(-1000);
		for (const input of agents(browser, userId)) {
			expect((await app.auth.api.getBskyAgent(input)).did).toBe(person.did);
		}
		expect(await browser.json("/bsky/session")).toMatchObject({ active: true });
	});

	test("is so whatever a cookie remembers", async () => {
		const { browser, userId, ban } = await open({
			auth: { session: { cookieCache: { enabled: true, maxAge: 300 } } },
		});
		await browser.user();
		ban();
		for (const input of agents(browser, userId)) {
			expect(await failure(app.auth.api.getBskyAgent(input))).toBe("BANNED_USER");
		}
		expect(await codeOf(browser.get("/bsky/session"))).toEqual([403, "BANNED_USER"]);
	});

	test("while their sign-in is under way, connects nothing", async () => {
		const { browser, userId, ban } = await open();
		const url = await browser.begin(adminsOwn.handle);
		ban();
		const end = await browser.arrive(await approve(url, { account: adminsOwn }));
		expect(end.searchParams.get("error")).toBe("banned_user");
		expect(app.rows("account").filter((row) => row.userId === userId)).toHaveLength(1);
		expect(await network.liveTokens(adminsOwn.did)).toEqual([]);
	});
});

describe("a way in that an administrator makes while they look in as somebody", () => {
	const PLUGINS = () => [
		admin(),
		bearer(),
		deviceAuthorization(),
		oneTimeToken(),
		apiKey({ enableSessionForAPIKeys: true }),
	];
	const json = async (response: Promise<Response>) =>
		(await (await response).json()) as Record<string, string>;

	/** How each goes, up to the headers of whoever has it then. */
	const WAYS: Record<string, (by: Browser, other: Browser) => Promise<Record<string, string>>> = {
		"an API key": async (by) => {
			const { key } = await json(by.post("/api-key/create", { name: "mine" }));
			return { "x-api-key": String(key) };
		},
		"a device": async (by, other) => {
			const { device_code, user_code } = await json(
				other.post("/device/code", { client_id: "tv" }),
			);
			await by.get(`/device?user_code=${user_code}`);
			await by.post("/device/approve", { userCode: user_code });
			const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
			const body = { grant_type, device_code, client_id: "tv" };
			const { access_token } = await json(other.post("/device/token", body));
			return { authorization: `Bearer ${access_token}` };
		},
		"a token for one time": async (by, other) => {
			const { token } = await json(by.get("/one-time-token/generate"));
			await other.post("/one-time-token/verify", { token });
			return { cookie: other.cookie };
		},
	};
	const xrpc = { allow: ["com.atproto.repo.describeRepo"] };
	const call = async (headers: Record<string, string>) => {
		const path = `/api/auth/bsky/xrpc/com.atproto.repo.describeRepo?repo=${person.did}`;
		return (await app.browser().fetch(path, { headers })).status;
	};

	test.each(Object.entries(WAYS))("%s acts as nobody", async (_, make) => {
		const { boss, impersonate } = await open({ plugins: PLUGINS(), plugin: { xrpc } });
		await impersonate();
		expect(await call(await make(boss, app.browser()))).not.toBe(200);
	});

	test.each(Object.entries(WAYS))(
		"%s of their own, or where it is allowed, does",
		async (_, make) => {
			const { browser } = await open({ plugins: PLUGINS(), plugin: { xrpc } });
			expect(await call(await make(browser, app.browser()))).toBe(200);
			await app.close();
			const { boss, impersonate } = await open({
				plugins: PLUGINS(),
				plugin: { xrpc, allowImpersonation: true },
			});
			await impersonate();
			expect(await call(await make(boss, app.browser()))).toBe(200);
		},
	);
});

describe("a session that better-auth makes anew while an administrator looks in as somebody", () => {
	const PASSWORD = "correct horse battery";
	const NEXT = "battery horse correct";

	const RENEWED: Record<string, (by: Browser) => Promise<Response>> = {
		"a new password": (by) =>
			by.post("/change-password", {
				currentPassword: PASSWORD,
				newPassword: NEXT,
				revokeOtherSessions: true,
			}),
		"a second factor by codes": (by) =>
			by.post("/two-factor/enable", { password: PASSWORD, method: "otp" }),
		"a second factor by an app": (by) =>
			by.post("/two-factor/enable", { password: PASSWORD, method: "totp" }),
		"no second factor any more": async (by) => {
			await by.post("/two-factor/enable", { password: PASSWORD, method: "otp" });
			return by.post("/two-factor/disable", { password: PASSWORD });
		},
	};

	/** Somebody with a password, a DID and an administrator who looks in. */
	async function openWithPassword(options: AppOptions = {}) {
		const twoFactors = twoFactor({
			skipVerificationOnEnable: true,
			otpOptions: { sendOTP: () => undefined },
		});
		const opened = await open({ plugins: [admin(), twoFactors], ...options });
		const context = await app.auth.$context;
		await context.internalAdapter.linkAccount({
			userId: opened.userId,
			providerId: "credential",
			accountId: opened.userId,
			password: await context.password.hash(PASSWORD),
		});
		app.database
			.prepare("update user set email = 'person@example.com', emailVerified = 1 where id = ?")
			.run(opened.userId);
		return opened;
	}
	const acts = (browser: Browser) =>
		failure(app.auth.api.getBskyAgent({ headers: headersOf(browser) }));

	test.each(Object.entries(RENEWED))("is one of theirs: %s", async (_, renew) => {
		const { browser, boss, impersonate, userId } = await openWithPassword();
		await impersonate();
		const before = boss.cookie;
		expect((await renew(boss)).status).toBe(200);
		expect(boss.cookie).not.toBe(before);
		expect((await boss.user())?.id).toBe(userId);
		expect(await acts(boss)).toBe("IMPERSONATED");
		expect(await codeOf(boss.post("/bsky/disconnect", {}))).toEqual([403, "IMPERSONATED"]);
		await renew(browser);
	});

	test.each(Object.entries(RENEWED))(
		"acts as before where it is the person's: %s",
		async (_, renew) => {
			const { browser } = await openWithPassword();
			expect((await renew(browser)).status).toBe(200);
			expect(await acts(browser)).toBe("no error");
		},
	);

	const SIGN_INS: Record<string, (by: Browser) => Promise<unknown>> = {
		"with their password": (by) =>
			by.post("/sign-in/email", { email: "person@example.com", password: PASSWORD }),
		"with their DID": async (by) => {
			const url = await by.begin(person.handle, { link: false });
			return by.arrive(await approve(url, { account: person }));
		},
		"by a link in a mail": async (by) => {
			await by.post("/sign-in/magic-link", { email: "person@example.com" });
			return by.get(`/magic-link/verify?token=${mailed}`);
		},
	};
	let mailed = "";

	test.each(Object.entries(SIGN_INS))(
		"isn't what the person gets who signs in there %s",
		async (_, prove) => {
			const readsAlways = createAuthMiddleware(async (ctx) => void (await getSessionFromCtx(ctx)));
			const links = magicLink({
				sendMagicLink: ({ token }) => {
					mailed = token;
				},
			});
			const { boss, impersonate } = await openWithPassword({
				plugins: [admin(), links],
				auth: { hooks: { before: readsAlways } },
			});
			await impersonate();
			await prove(boss);
			expect(await acts(boss)).toBe("no error");
		},
	);
});
