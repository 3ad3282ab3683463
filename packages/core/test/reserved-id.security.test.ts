import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BetterAuthPlugin, betterAuth } from "better-auth";
import { createAuthEndpoint, createAuthMiddleware } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { handleOAuthUserInfo } from "better-auth/oauth2";
import { admin, genericOAuth } from "better-auth/plugins";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { atprotoAuth, BskyOptionError } from "../src/index.ts";
import { type App, newPerson, SECRET, startApp, useNetwork } from "./kit.ts";

/**
 * Whoever may name a provider "bsky" says who each person is. Databases take more than one spelling
 * for the same: MariaDB's usual collations know no case, no accents and no space at the end.
 */
const SPELLINGS = [
	"bsky",
	"BSKY",
	"Bsky",
	"bsKy ",
	" bsky",
	"b\u200dsky",
	"ｂｓｋｙ",
	"bśký",
	"bsky\u0000",
];

// Not by its name: its types bring those of the DOM, and with them another RequestInit.
const SSO: string = "@better-auth/sso";
const { sso }: { sso: (options?: object) => BetterAuthPlugin } = await import(SSO);

const network = await useNetwork();
const victim = await newPerson(network);

/** A provider of the attacker's own, whose `sub` is whatever they like. */
const idp = await startIdp(() => victim.did);

async function startIdp(sub: () => string) {
	const server = createServer((request, response) => {
		response.setHeader("content-type", "application/json");
		const email = "somebody@idp.example";
		const answer = request.url?.startsWith("/token")
			? { access_token: "a", token_type: "Bearer", expires_in: 3600 }
			: { sub: sub(), email, email_verified: true, name: "Mallory" };
		response.end(JSON.stringify(answer));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	afterAll(() => server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const registration = (providerId: string) => ({
	providerId,
	issuer: idp,
	domain: "idp.example",
	oidcConfig: {
		clientId: "c",
		clientSecret: "s",
		skipDiscovery: true,
		pkce: false,
		authorizationEndpoint: `${idp}/authorize`,
		tokenEndpoint: `${idp}/token`,
		userInfoEndpoint: `${idp}/userinfo`,
		jwksEndpoint: `${idp}/jwks`,
	},
});

/** Any other plugin that lets people say which provider they come from. */
const standIn = {
	id: "stand-in",
	hooks: {
		before: [
			{
				// As better-auth's own callback, and ours, show themselves.
				matcher: ({ path, query }) => path === "/enter" && query?.as === "callback",
				handler: createAuthMiddleware(async () => ({
					context: { path: "/callback/:id", params: { id: "bsky" } },
				})),
			},
		],
	},
	endpoints: {
		enter: createAuthEndpoint(
			"/enter",
			{ method: "POST", body: z.object({ from: z.string(), sub: z.string(), email: z.string() }) },
			async (ctx) => {
				const { from, sub, email } = ctx.body;
				const result = await handleOAuthUserInfo(ctx, {
					userInfo: { id: sub, email, name: "Mallory", emailVerified: true },
					account: { providerId: from, accountId: sub },
				});
				if (!result.data) throw ctx.error("UNAUTHORIZED", { message: String(result.error) });
				await setSessionCookie(ctx, result.data);
				return ctx.json({ userId: result.data.user.id });
			},
		),
	},
} satisfies BetterAuthPlugin;

let app: App;
beforeAll(async () => {
	app = await startApp(network, {
		plugins: [sso(), standIn, admin()],
		auth: {
			trustedOrigins: [idp],
			// What it costs to guess a password is no part of this.
			emailAndPassword: { enabled: true, password: { hash: async (text) => text } },
		},
	});
});
afterAll(() => app.close());

/** Goes through a sign-in with the attacker's provider. */
async function signInWithSso(browser: ReturnType<App["browser"]>, providerId: string) {
	const response = await browser.post("/sign-in/sso", { providerId, callbackURL: "/me" });
	const { url } = (await response.json()) as { url?: string };
	const state = url ? new URL(url).searchParams.get("state") : "none";
	await browser.get(`/sso/callback/${encodeURIComponent(providerId)}?code=c&state=${state}`);
}

const accounts = () => app.rows("account").filter(({ accountId }) => accountId === victim.did);

let members = 0;
async function member() {
	const browser = app.browser();
	await browser.signUpWithEmail(`member-${++members}@example.com`);
	return browser;
}

describe("single sign-on", () => {
	test("signs nobody in as a person who hasn't come yet, nor as one who has", async () => {
		for (const _ of ["before", "after"]) {
			const attacker = await member();
			for (const providerId of SPELLINGS) {
				const response = await attacker.post("/sso/register", registration(providerId));
				expect([providerId, response.status]).toEqual([providerId, 422]);
				const fresh = app.browser();
				await signInWithSso(fresh, providerId);
				expect(await fresh.user()).toBeNull();
			}
			const browser = app.browser();
			await browser.signIn(victim);
			expect((await browser.user())?.bskyDid).toBe(victim.did);
			expect(accounts()).toHaveLength(1);
		}
	});

	test("nor through a provider that was there before this plugin, which can't be used or removed", async () => {
		await app.browser().signIn(victim);
		for (const providerId of SPELLINGS) {
			const attacker = await member();
			expect((await attacker.post("/sso/register", registration("other"))).status).toBe(200);
			app.database.prepare("update ssoProvider set providerId = ?").run(providerId);
			const fresh = app.browser();
			await signInWithSso(fresh, providerId);
			expect(await fresh.user()).toBeNull();
			await attacker.post("/sso/update-provider", { providerId, domain: "x.example" });
			await attacker.post("/sso/delete-provider", { providerId });
			expect(accounts()).toHaveLength(1);
			app.database.exec("delete from ssoProvider");
		}
	});

	test("with another name goes on", async () => {
		const attacker = await member();
		expect((await attacker.post("/sso/register", registration("my-idp"))).status).toBe(200);
		const fresh = app.browser();
		await signInWithSso(fresh, "my-idp");
		expect((await fresh.user())?.email).toBe("somebody@idp.example");
		app.database.exec("delete from account where providerId = 'my-idp'");
	});
});

test("no other plugin signs anybody in as one of ours, or makes them ours", async () => {
	const browser = app.browser();
	await browser.signIn(victim);
	const user = await browser.user();
	for (const from of SPELLINGS) {
		for (const sub of [victim.did, `did:plc:${"n".repeat(24)}`]) {
			for (const email of ["new@example.com", String(user?.email)]) {
				const fresh = app.browser();
				await fresh.post("/enter", { from, sub, email });
				expect([from, sub, email, await fresh.user()]).toEqual([from, sub, email, null]);
			}
		}
	}
	expect(
		app.rows("account").filter(({ accountId }) => String(accountId).startsWith("did:")),
	).toHaveLength(1);
});

test("nor where it shows itself as better-auth's own callback, or says that it is ours", async () => {
	await app.browser().signIn(victim);
	const rows = app.rows("account");
	const said = { isBskyCallback: true, path: "/bsky/callback" };
	for (const sub of [victim.did, `did:plc:${"n".repeat(24)}`]) {
		const fresh = app.browser();
		const body = { from: "bsky", sub, email: "new@example.com", ...said };
		const query = new URLSearchParams({ as: "callback", isBskyCallback: "true" });
		await fresh.post(`/enter?${query}`, body);
		expect(await fresh.user()).toBeNull();
	}
	expect(app.rows("account")).toEqual(rows);
});

test("accounts of ours are written by a sign-in alone", async () => {
	const browser = await member();
	const userId = String((await browser.user())?.id);
	const { internalAdapter } = await app.auth.$context;
	const [own] = await internalAdapter.findAccounts(userId);
	const before = app.rows("account");
	for (const providerId of SPELLINGS) {
		const row = { userId, providerId, accountId: "did:plc:somebody" };
		for (const write of [
			() => internalAdapter.createAccount(row),
			() => internalAdapter.linkAccount(row),
			() =>
				internalAdapter.createOAuthUser(
					{ email: "made@example.com", name: "Made", emailVerified: true },
					{ ...row, id: "some-id" },
				),
			() => internalAdapter.updateAccount(String(own?.id), { providerId }),
		]) {
			await expect(write()).rejects.toMatchObject({ status: "FORBIDDEN" });
		}
	}
	expect(app.rows("account")).toEqual(before);
});

test("an administrator gives nobody a DID", async () => {
	const boss = await member();
	const userId = String((await boss.user())?.id);
	const { internalAdapter } = await app.auth.$context;
	await internalAdapter.updateUser(userId, { role: "admin" });
	const data = { bskyDid: "did:plc:taken", name: "Taken" };
	const updated = await boss.post("/admin/update-user", { userId, data });
	const made = { email: "taken@example.com", name: "Taken", password: "a-password", data };
	const created = await boss.post("/admin/create-user", made);
	expect([updated.status, created.status]).toEqual([403, 403]);
	expect(app.rows("user").filter(({ bskyDid }) => bskyDid === data.bskyDid)).toEqual([]);
	const renamed = await boss.post("/admin/update-user", { userId, data: { name: "Boss" } });
	expect(renamed.status).toBe(200);
});

test("better-auth's own endpoints know no provider of that name", async () => {
	const browser = app.browser();
	await browser.signIn(victim);
	const [account] = accounts();
	const code = async (response: Promise<Response>) => {
		const answer = await response;
		return [answer.status, ((await answer.json()) as { code?: string }).code];
	};
	const social = { provider: "bsky", callbackURL: "/me" };
	expect(await code(browser.post("/sign-in/social", social))).toEqual([404, "PROVIDER_NOT_FOUND"]);
	expect(await code(browser.post("/link-social", social))).toEqual([404, "PROVIDER_NOT_FOUND"]);
	const idToken = { ...social, idToken: { token: "t" } };
	expect(await code(browser.post("/link-social", idToken))).toEqual([404, "PROVIDER_NOT_FOUND"]);
	expect(await code(browser.post("/get-access-token", { accountId: account?.id }))).toEqual([
		400,
		"PROVIDER_NOT_SUPPORTED",
	]);
	expect((await app.auth.$context).trustedProviders).not.toContain("bsky");
});

describe("a provider of that name in the app's own options is refused at start-up", () => {
	const config = (providerId: string) => ({
		providerId,
		clientId: "c",
		clientSecret: "s",
		authorizationUrl: `${idp}/authorize`,
		tokenUrl: `${idp}/token`,
		userInfoUrl: `${idp}/userinfo`,
	});
	const adding = (id: string): BetterAuthPlugin => ({
		id: "adds-providers",
		init: ({ socialProviders }) => {
			const [provider] = genericProviders(id);
			return {
				context: { socialProviders: [...socialProviders, ...(provider ? [provider] : [])] },
			};
		},
	});
	const genericProviders = (id: string) => [
		{
			id,
			name: id,
			createAuthorizationURL: () => new URL(idp),
			accountSubject: () => "x",
			validateAuthorizationCode: async () => ({}),
			getUserInfo: async () => null,
		},
	];
	const PLUGINS: Record<string, (providerId: string) => BetterAuthPlugin> = {
		"generic-oauth": (providerId) => genericOAuth({ config: [config("fine"), config(providerId)] }),
		sso: (providerId) =>
			sso({
				defaultSSO: [
					{
						domain: "a.example",
						providerId,
						oidcConfig: {
							...registration("x").oidcConfig,
							issuer: idp,
							discoveryEndpoint: `${idp}/d`,
						},
					},
				],
			}),
		"adds-providers": adding,
		"holds-providers": (providerId) => ({
			id: "holds-providers",
			options: { a: { b: [{ providerId }] } },
		}),
	};
	const start = (plugins: BetterAuthPlugin[]) =>
		betterAuth({
			baseURL: "http://localhost:3000",
			secret: SECRET,
			plugins,
			logger: { disabled: true },
		}).$context;

	test.for(Object.entries(PLUGINS))("%s", async ([id, plugin]) => {
		for (const providerId of SPELLINGS) {
			for (const plugins of [
				[atprotoAuth(), plugin(providerId)],
				[plugin(providerId), atprotoAuth()],
			]) {
				const error = await start(plugins).then(
					() => `${providerId} was taken`,
					(reason) => reason,
				);
				expect(error).toBeInstanceOf(BskyOptionError);
				if (id !== "adds-providers") expect(String(error)).toContain(`"${id}"`);
				expect(String(error)).toContain(JSON.stringify(providerId));
			}
		}
		for (const providerId of ["bluesky", "b-sky", "my-bsky"]) {
			await start([plugin(providerId), atprotoAuth()]);
		}
	});

	test("this plugin twice", async () => {
		await expect(start([atprotoAuth(), atprotoAuth()])).rejects.toThrow(BskyOptionError);
	});
});
