import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { atprotoAuth } from "../src/index.ts";
import {
	type App,
	Browser,
	newPerson,
	pluginDefaults,
	SECRET,
	startApp,
	useNetwork,
} from "./kit.ts";

/** A copy of the user in a cookie of the browser never says for longer what has just changed there. */

const network = await useNetwork();
const [first, second, third] = await Promise.all([1, 2, 3].map(() => newPerson(network)));
if (!first || !second || !third) throw new Error("no people");

let members = 0;

describe.each(["compact", "jwt", "jwe"] as const)("cookieCache, %s", (strategy) => {
	let app: App;
	beforeAll(async () => {
		app = await startApp(network, {
			plugin: { xrpc: { allow: ["com.atproto.repo.createRecord"] } },
			auth: {
				session: { cookieCache: { enabled: true, maxAge: 300, strategy } },
				emailAndPassword: {
					enabled: true,
					password: {
						hash: async (text) => text,
						verify: async ({ hash, password }) => hash === password,
					},
				},
				account: { accountLinking: { allowUnlinkingAll: true } },
				// An app that asks who is there before anything else, as many do.
				hooks: {
					before: createAuthMiddleware(async (ctx) => {
						await getSessionFromCtx(ctx as never);
					}),
				},
			},
		});
	});
	afterAll(() => app.close());

	async function member(): Promise<Browser> {
		const browser = app.browser();
		await browser.signUpWithEmail(`member-${strategy}-${++members}@example.com`);
		expect((await browser.user())?.bskyDid).toBeNull();
		return browser;
	}

	async function unlink(browser: Browser, did: string): Promise<void> {
		const accounts = (await (await browser.get("/list-accounts")).json()) as {
			id: string;
			accountId: string;
		}[];
		const accountId = accounts.find((account) => account.accountId === did)?.id;
		expect((await browser.post("/unlink-account", { accountId })).status).toBe(200);
	}

	test("an account that is connected, and disconnected, is seen at once", async () => {
		const browser = await member();
		await browser.signIn(first);
		expect((await browser.user())?.bskyDid).toBe(first.did);
		await browser.signIn(second);
		await unlink(browser, first.did);
		expect((await browser.user())?.bskyDid).not.toBe(first.did);
		await unlink(browser, second.did);
		expect(await browser.user()).toMatchObject({ bskyDid: null, bskyHandle: null });
		expect(await browser.json("/bsky/session")).toMatchObject({
			active: false,
			did: null,
			reason: "not_linked",
		});
	});

	test.each(["/bsky/xrpc/com.atproto.repo.createRecord", "/bsky/disconnect", "/bsky/switch"])(
		"a device whose session was ended elsewhere changes nothing by %s",
		async (path) => {
			const owner = await newPerson(network);
			const [stolen, phone] = [app.browser(), app.browser()];
			await stolen.signIn(owner);
			await phone.signIn(owner);
			const record = { $type: "xyz.statusphere.status", status: "x", createdAt: new Date() };
			const body = { repo: owner.did, did: owner.did, collection: record.$type, record };
			expect((await phone.post("/revoke-other-sessions", {})).status).toBe(200);
			expect(await stolen.user()).toMatchObject({ bskyDid: owner.did });
			expect((await stolen.post(path, body)).status).toBe(401);
			expect(await phone.json("/bsky/session")).toMatchObject({ active: true });
			expect((await phone.post(path, body)).status).toBe(200);
		},
	);

	// Which strategy it is says how the copy is written; the rest is the same for all.
	if (strategy !== "compact") return;

	test("also in a browser that is not to be remembered", async () => {
		const browser = await member();
		const { email } = (await browser.user()) as { email: string };
		const body = { email, password: "a-password", rememberMe: false };
		await browser.post("/sign-out", {});
		const again = await browser.post("/sign-in/email", body);
		if (!again.ok) throw new Error(await again.text());
		await browser.signIn(third);
		expect((await browser.user())?.bskyDid).toBe(third.did);
		await unlink(browser, third.did);
		expect((await browser.user())?.bskyDid).toBeNull();
	});

	test("whoever signs in as somebody else is them at once", async () => {
		const browser = app.browser();
		await browser.signIn(first);
		expect((await browser.user())?.bskyDid).toBe(first.did);
		await browser.signIn(second, { link: false });
		expect((await browser.user())?.bskyDid).toBe(second.did);
	});

	test("a session that was ended elsewhere connects nothing: it is a sign-in", async () => {
		const browser = await member();
		const { id } = (await browser.user()) as { id: string };
		app.database.exec(`delete from session where "userId" = '${id}'`);
		expect((await browser.user())?.id).toBe(id);
		expect((await browser.signIn(third)).pathname).toBe("/me");
		const now = await browser.user();
		expect(now).toMatchObject({ bskyDid: third.did });
		expect(now?.id).not.toBe(id);
	});
});

describe.each([true, false])("with an API key, where cookieCache is %s", (enabled) => {
	test("whoever reads may write, too", async () => {
		const app = await startApp(network, {
			plugin: { xrpc: { allow: ["com.atproto.repo.*"] } },
			plugins: [apiKey({ enableSessionForAPIKeys: true })],
			auth: { session: { cookieCache: { enabled } } },
		});
		const owner = await newPerson(network);
		const browser = app.browser();
		await browser.signIn(owner);
		const made = await browser.post("/api-key/create", { name: "mine" });
		const { key } = (await made.json()) as { key: string };
		const call = (path: string, body?: object) =>
			app.browser().fetch(`/api/auth${path}`, {
				headers: { "x-api-key": key, "content-type": "application/json" },
				...(body && { method: "POST", body: JSON.stringify(body) }),
			});
		const xrpc = "/bsky/xrpc/com.atproto.repo";
		expect((await call(`${xrpc}.describeRepo?repo=${owner.did}`)).status).toBe(200);
		const collection = "xyz.statusphere.status";
		const record = { $type: collection, status: "x", createdAt: new Date() };
		const written = await call(`${xrpc}.createRecord`, { repo: owner.did, collection, record });
		expect(written.status).toBe(200);
		expect((await call("/bsky/switch", { did: owner.did })).status).not.toBe(500);
		expect((await call("/bsky/disconnect", {})).status).toBe(200);
		await app.close();
	});
});

test("a cookie that outlives a process without a database keeps nobody out", async () => {
	const owner = await newPerson(network);
	const start = () =>
		betterAuth({
			baseURL: "http://localhost:4321",
			secret: SECRET,
			logger: { disabled: true },
			plugins: [atprotoAuth(pluginDefaults(network))],
		});
	const browserOf = ({ handler }: ReturnType<typeof start>) =>
		new Browser("http://localhost:4321", handler);
	const before = browserOf(start());
	await before.signIn(owner);
	const later = browserOf(start());
	for (const [name, value] of before.cookies) later.setCookie(name, value);
	expect((await later.signIn(owner)).pathname).toBe("/me");
});
