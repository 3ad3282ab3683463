import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { apiKey } from "@better-auth/api-key";
import { approve } from "@better-auth-bsky/devnet";
import { triedIn } from "@better-auth-bsky/tools/tried";
import type { AuthContext, BetterAuthPlugin } from "better-auth";
import {
	admin,
	anonymous,
	bearer,
	captcha,
	customSession,
	jwt,
	lastLoginMethod,
	multiSession,
	oAuthProxy,
	oauthPopup,
	oneTap,
	openAPI,
	organization,
	twoFactor,
	username,
} from "better-auth/plugins";
import { expect, onTestFinished } from "vitest";
import { type AppOptions, type Browser, newPerson, startApp, useNetwork } from "./kit.ts";

/** better-auth's other plugins, each in an app of its own with a whole sign-in. */

const { works, refused } = triedIn("plugins");
const network = await useNetwork();
const [alice, bob, carol] = await Promise.all([1, 2, 3].map(() => newPerson(network)));
if (!alice || !bob || !carol) throw new Error("no people");

// Not by their names: what types they bring is no part of this, such as those of the DOM.
const SSO: string = "@better-auth/sso";
const I18N: string = "@better-auth/i18n";

const OOPS = { errorCallbackURL: "/oops" };

async function open(plugins: AppOptions["plugins"], options: Omit<AppOptions, "plugins"> = {}) {
	const app = await startApp(network, { plugins, ...options });
	onTestFinished(() => app.close());
	return app;
}

async function listen(answer: (url: string, body: string) => unknown): Promise<string> {
	const server = createServer(async (request, response) => {
		const body = (await request.toArray()).join("");
		response.setHeader("content-type", "application/json");
		response.end(JSON.stringify(answer(request.url ?? "", body)));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const list = async (browser: Browser, path: string) =>
	(await (await browser.get(path)).json()) as Record<string, unknown>[];

works(
	"`admin`",
	"A ban ends the stored session, and a banned person is told `BANNED_USER`.",
	async () => {
		const app = await open([admin()]);
		const browser = app.browser();
		await browser.signIn(alice);
		const { id: userId } = (await browser.user()) ?? {};
		expect(app.rows("bskySession")).toHaveLength(1);
		const administrator = app.browser();
		await administrator.signUpWithEmail("admin@example.com");
		app.database.exec("update user set role = 'admin' where email = 'admin@example.com'");
		expect((await administrator.post("/admin/ban-user", { userId })).status).toBe(200);
		expect(app.rows("bskySession")).toEqual([]);
		const end = await browser.signIn(alice, OOPS);
		expect([end.pathname, end.searchParams.get("error")]).toEqual(["/oops", "BANNED_USER"]);
	},
);

works(
	"`anonymous`",
	"A guest becomes the person, new or returning, and `onLinkAccount` carries over what they had.",
	async () => {
		const carried: string[][] = [];
		const app = await open([
			anonymous({
				onLinkAccount: async ({ anonymousUser, newUser }) =>
					void carried.push([anonymousUser.user.id, newUser.user.id]),
			}),
		]);
		for (const person of ["new", "returning"]) {
			const browser = app.browser();
			await browser.post("/sign-in/anonymous", {});
			const guest = await browser.user();
			expect([person, (await browser.signIn(alice)).pathname]).toEqual([person, "/me"]);
			const user = await browser.user();
			expect(user).toMatchObject({ bskyDid: alice.did, isAnonymous: false });
			expect(carried.pop()).toEqual([guest?.id, user?.id]);
			expect(app.rows("user").map(({ id }) => id)).toEqual([user?.id]);
		}
	},
);

works(
	"`multi-session`",
	"Each person who signs in adds a session; `link: true` connects an account instead.",
	async () => {
		const app = await open([multiSession()]);
		const browser = app.browser();
		await browser.signIn(alice);
		await browser.signIn(bob);
		expect((await browser.user())?.bskyDid).toBe(bob.did);
		type Each = { session: { token: string }; user: { bskyDid: string } };
		const each = (await list(browser, "/multi-session/list-device-sessions")) as unknown as Each[];
		expect(each.map(({ user }) => user.bskyDid).sort()).toEqual([alice.did, bob.did].sort());
		const sessionToken = each.find(({ user }) => user.bskyDid === alice.did)?.session.token;
		await browser.post("/multi-session/set-active", { sessionToken });
		expect(await browser.json("/bsky/session")).toMatchObject({ active: true, did: alice.did });
		await browser.signIn(carol, { link: true });
		const accounts = await list(browser, "/list-accounts");
		expect(accounts.map((account) => account.accountId).sort()).toEqual(
			[alice.did, carol.did].sort(),
		);
	},
);

works(
	"`organization`",
	"`session.create.before` may read the database and set the active organization, from the first sign-in on.",
	async () => {
		const find = (context: AuthContext, userId: string) =>
			context.adapter.findOne<{ organizationId: string }>({
				model: "member",
				where: [{ field: "userId", value: userId }],
			});
		const app = await open([organization()], {
			auth: {
				databaseHooks: {
					user: {
						create: {
							after: async (user, ctx) => {
								const create = ctx?.context.adapter.create;
								const createdAt = new Date();
								const data = { name: "Own", slug: user.id, createdAt };
								const own = await create?.<{ id: string }>({ model: "organization", data });
								const member = {
									organizationId: own?.id,
									userId: user.id,
									role: "owner",
									createdAt,
								};
								await create?.({ model: "member", data: member });
							},
						},
					},
					session: {
						create: {
							before: async (session, ctx) => {
								const member = ctx && (await find(ctx.context as AuthContext, session.userId));
								return { data: { ...session, activeOrganizationId: member?.organizationId } };
							},
						},
					},
				},
			},
		});
		for (const browser of [app.browser(), app.browser()]) {
			await browser.signIn(alice);
			const { session } = (await browser.json("/get-session")) as {
				session: { activeOrganizationId: string };
			};
			expect(session.activeOrganizationId).toBe(app.rows("organization")[0]?.id);
		}
	},
);

works(
	"`two-factor`",
	"It asks after a password. A sign-in with Bluesky passes it by, as with any OAuth provider.",
	async () => {
		const app = await open([twoFactor({ otpOptions: { sendOTP: async () => {} } })]);
		const browser = app.browser();
		await browser.signUpWithEmail("two@example.com");
		await browser.signIn(alice);
		const password = "a-password";
		const enabled = await browser.post("/two-factor/enable", { password, method: "otp" });
		expect(enabled.status).toBe(200);
		const asked = await app
			.browser()
			.post("/sign-in/email", { email: "two@example.com", password });
		expect(await asked.json()).toMatchObject({ twoFactorRedirect: true });
		const again = app.browser();
		await again.signIn(alice);
		expect(await again.user()).toMatchObject({ email: "two@example.com", twoFactorEnabled: true });
	},
);

works(
	"`username`",
	"`mapProfileToUser` may give one; what the plugin refuses is told as `INVALID_USERNAME`.",
	async () => {
		let wanted = "alice_in_chains";
		const mapProfileToUser = () => ({ name: "A", username: wanted });
		const app = await open([username()], { plugin: { mapProfileToUser } });
		const browser = app.browser();
		await browser.signIn(alice);
		expect((await browser.user())?.username).toBe(wanted);
		wanted = "not a name!";
		const end = await app.browser().signIn(bob, OOPS);
		expect(end.searchParams.get("error")).toBe("INVALID_USERNAME");
		expect(app.rows("user")).toHaveLength(1);
	},
);

works("`last-login-method`", "It is `bsky`, in the cookie and in the database.", async () => {
	const app = await open([lastLoginMethod({ storeInDatabase: true })]);
	for (const browser of [app.browser(), app.browser()]) {
		await browser.signIn(alice);
		expect(browser.cookies.get("better-auth.last_used_login_method")).toBe("bsky");
		expect(app.rows("user").map((user) => user.lastLoginMethod)).toEqual(["bsky"]);
		app.database.exec("update user set lastLoginMethod = null");
	}
});

works("`one-tap`", "Google's, beside a sign-in with Bluesky.", async () => {
	const app = await open([oneTap({ clientId: "c" })]);
	const browser = app.browser();
	await browser.signIn(alice);
	expect((await browser.user())?.bskyDid).toBe(alice.did);
});

works(
	"`oauth-proxy`",
	"A sign-in with Bluesky passes it by: each host is an OAuth client of its own, previews too.",
	async () => {
		const app = await open([oAuthProxy({ productionURL: "https://production.example" })]);
		const browser = app.browser();
		expect((await browser.signIn(alice)).href).toBe(`${app.origin}/me`);
		expect((await browser.user())?.bskyDid).toBe(alice.did);
	},
);

refused(
	"`oauth-popup`",
	'`signIn.popup({ provider: "bsky" })` is answered `provider_not_found`, since a popup asks nobody for a handle. Open your page with the form in a window; beside the plugin, a sign-in works as ever.',
	async () => {
		const app = await open([oauthPopup(), bearer()]);
		const browser = app.browser();
		const query = new URLSearchParams({ provider: "bsky", popupOrigin: app.origin });
		const page = await (await browser.get(`/oauth-popup/start?${query}`)).text();
		expect(page).toContain("provider_not_found");
		expect((await browser.signIn(alice)).pathname).toBe("/me");
	},
);

works("`sso`", "A provider of somebody's own can't be called `bsky`.", async () => {
	const { sso }: { sso: () => BetterAuthPlugin } = await import(SSO);
	const app = await open([sso()]);
	const browser = app.browser();
	await browser.signIn(alice);
	const registration = { providerId: "bsky", issuer: "https://idp.example", domain: "idp.example" };
	expect((await browser.post("/sso/register", registration)).status).toBe(422);
	expect(await browser.json("/bsky/session")).toMatchObject({ active: true, did: alice.did });
});

works(
	"`api-key`",
	"With `enableSessionForAPIKeys` a key acts as the person who made it.",
	async () => {
		const app = await open([apiKey({ enableSessionForAPIKeys: true })]);
		const browser = app.browser();
		await browser.signIn(alice);
		const made = (await (await browser.post("/api-key/create", { name: "mine" })).json()) as {
			key: string;
		};
		const headers = { "x-api-key": made.key };
		const answer = await app.browser().fetch("/api/auth/bsky/session", { headers });
		expect(await answer.json()).toMatchObject({ active: true, did: alice.did });
	},
);

works(
	"`bearer`",
	"The callback answers with `set-auth-token`, which is as good as the cookie.",
	async () => {
		const app = await open([bearer()]);
		const browser = app.browser();
		let url = await approve(await browser.begin(alice.handle), { account: alice });
		let token: string | null = null;
		for (let hops = 0; hops < 2 && !token; hops++) {
			const response = await browser.fetch(url);
			token = response.headers.get("set-auth-token");
			url = new URL(response.headers.get("location") ?? "", url);
		}
		const headers = { authorization: `Bearer ${token}` };
		const answer = await app.browser().fetch("/api/auth/bsky/session", { headers });
		expect(await answer.json()).toMatchObject({ active: true, did: alice.did });
	},
);

works("`jwt`", "The token's payload has the user, and so the `bskyDid`.", async () => {
	const app = await open([jwt()]);
	const browser = app.browser();
	await browser.signIn(alice);
	const { token } = (await browser.json("/token")) as { token: string };
	const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
	expect(JSON.parse(payload)).toMatchObject({ bskyDid: alice.did });
});

works("`custom-session`", "It is given the user with all `bsky*` columns.", async () => {
	const app = await open([
		customSession(async ({ user, session }) => ({
			user,
			session,
			handle: Reflect.get(user, "bskyHandle"),
		})),
	]);
	const browser = app.browser();
	await browser.signIn(alice);
	expect(await browser.json("/get-session")).toMatchObject({ handle: alice.handle });
	expect(await browser.json("/bsky/session")).toMatchObject({ active: true, did: alice.did });
});

works(
	"`captcha`",
	'With `endpoints: ["/bsky/sign-in"]`. A form without JavaScript can\'t send one.',
	async () => {
		const siteVerifyURLOverride = await listen((_, body) => ({ success: body.includes("human") }));
		const app = await open([
			captcha({
				provider: "cloudflare-turnstile",
				secretKey: "s",
				endpoints: ["/bsky/sign-in"],
				siteVerifyURLOverride,
			}),
		]);
		const browser = app.browser();
		const begin = (headers: Record<string, string>) =>
			browser.post("/bsky/sign-in", { handle: alice.handle, callbackURL: "/me" }, headers);
		expect(await (await begin({})).json()).toMatchObject({ code: "MISSING_RESPONSE" });
		expect((await begin({ "x-captcha-response": "a robot" })).status).toBe(403);
		const { url } = (await (await begin({ "x-captcha-response": "human" })).json()) as {
			url: string;
		};
		expect((await browser.arrive(await approve(url, { account: alice }))).pathname).toBe("/me");
	},
);

works(
	"`i18n`",
	"The codes of this plugin are translated as better-auth's own, where they are answered as JSON.",
	async () => {
		const { i18n }: { i18n: (options: object) => BetterAuthPlugin } = await import(I18N);
		const translations = { de: { HANDLE_INVALID: "Das ist kein Handle." } };
		const app = await open([i18n({ translations })]);
		const browser = app.browser();
		const headers = { "accept-language": "de" };
		const answer = await browser.post("/bsky/sign-in", { handle: "not a handle" }, headers);
		expect(await answer.json()).toMatchObject({ message: "Das ist kein Handle." });
		expect((await browser.signIn(alice)).pathname).toBe("/me");
	},
);

works("`open-api`", "Its document has the endpoints of this plugin.", async () => {
	const app = await open([openAPI()]);
	const browser = app.browser();
	await browser.signIn(alice);
	const { paths } = (await browser.json("/open-api/generate-schema")) as { paths: object };
	expect(Object.keys(paths)).toEqual(expect.arrayContaining(["/bsky/sign-in", "/bsky/session"]));
});
