import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BetterAuthOptions, BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { genericOAuth } from "better-auth/plugins";
import { afterAll, describe, expect, test } from "vitest";
import { type Browser, newPerson, startApp, useNetwork } from "./kit.ts";

/**
 * What the hooks of an app and its plugins see of a sign-in with Bluesky, beside what they see of one
 * by better-auth's own `genericOAuth` in the same app.
 */

const network = await useNetwork();

/** What hooks were called with, of the one request that a browser comes back with. */
let seen: Record<string, unknown>[] = [];

interface Hook {
	path: string;
	params?: unknown;
	context: {
		newSession: { user: { name: string } } | null;
		returned?: unknown;
		responseHeaders?: Headers;
	};
}

const look = (by: string, ctx: Hook) => {
	const { newSession, returned, responseHeaders } = ctx.context;
	const { path, params } = ctx;
	// What was asked to begin a sign-in is told by the paths of each; this is about the way back.
	if (!/callback/.test(path)) return;
	seen.push({
		by,
		path,
		params: { ...(params as object) },
		newSession: newSession?.user.name ?? null,
		returned: (returned as { status?: unknown } | undefined)?.status,
		location: responseHeaders?.get("location") ?? null,
		cookies: (responseHeaders?.getSetCookie() ?? [])
			.map((line) => line.split("=", 1)[0])
			.filter((name) => name?.includes("session")),
	});
};

const middleware = (by: string) => createAuthMiddleware(async (ctx) => look(by, ctx as never));
const always = (by: string) => ({ matcher: () => true, handler: middleware(by) });
const onCallback = (by: string) => ({
	matcher: ({ path }: { path?: string }) => path?.startsWith("/callback/") === true,
	handler: middleware(by),
});

const recorder = {
	id: "recorder",
	hooks: {
		before: [always("a plugin's before")],
		after: [always("a plugin's after"), onCallback("a plugin's after, by its path")],
	},
} satisfies BetterAuthPlugin;

const database = (model: string) => {
	const hooks = (action: string) => ({
		before: async (_: unknown, ctx: unknown) => look(`${model}.${action}.before`, ctx as never),
		after: async (_: unknown, ctx: unknown) => look(`${model}.${action}.after`, ctx as never),
	});
	return { create: hooks("create") };
};
const databaseHooks: BetterAuthOptions["databaseHooks"] = {
	user: database("user"),
	account: database("account"),
	session: database("session"),
};

const idp = createServer((request, response) => {
	response.setHeader("content-type", "application/json");
	const user = {
		id: "1",
		sub: "1",
		email: "o@idp.example",
		email_verified: true,
		name: "A person",
	};
	const isToken = request.url?.startsWith("/token");
	response.end(JSON.stringify(isToken ? { access_token: "a", token_type: "Bearer" } : user));
});
await new Promise<void>((resolve) => idp.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`;

const app = await startApp(network, {
	plugin: { mapProfileToUser: () => ({ name: "A person" }) },
	plugins: [
		genericOAuth({
			config: [
				{
					providerId: "own",
					clientId: "c",
					clientSecret: "s",
					pkce: false,
					authorizationUrl: `${url}/authorize`,
					tokenUrl: `${url}/token`,
					userInfoUrl: `${url}/userinfo`,
				},
			],
		}),
		recorder,
	],
	auth: {
		databaseHooks,
		hooks: { before: middleware("the app's before"), after: middleware("the app's after") },
	},
});
afterAll(async () => {
	idp.close();
	await app.close();
});

const RETURN = { callbackURL: "/me", newUserCallbackURL: "/new", errorCallbackURL: "/oops" };

async function byOwn(browser: Browser, query: Record<string, string> = { code: "c" }) {
	const begun = await browser.post("/sign-in/social", { provider: "own", ...RETURN });
	const { url } = (await begun.json()) as { url: string };
	const state = new URL(url).searchParams.get("state") ?? "";
	seen = [];
	await browser.get(`/callback/own?${new URLSearchParams({ state, ...query })}`);
	return seen;
}

const person = await newPerson(network);

async function byBluesky(browser: Browser, deny = false) {
	// Localhost first leads to the host that the browser has its cookies for.
	seen = [];
	await browser.signIn(person, RETURN, deny);
	return seen.filter(({ location }) => !String(location).includes("bsky_bounced"));
}

/** One provider's name, base URL and code for another's. */
const neutral = (calls: Record<string, unknown>[]) =>
	JSON.parse(
		JSON.stringify(calls)
			.replaceAll('"id":"bsky"', '"id":"own"')
			.replaceAll(app.origin, "")
			.replaceAll(/&error_description=[^"]*/g, ""),
	);

describe("hooks see a Bluesky sign-in as any other provider's", () => {
	// Before the endpoint runs, a request has the path that was asked for.
	const isBefore = ({ by }: Record<string, unknown>) =>
		["the app's before", "a plugin's before"].includes(String(by));
	const withoutBefore = (calls: Record<string, unknown>[]) =>
		neutral(calls.filter((each) => !isBefore(each)));

	test.each(["a newcomer", "a returning person"])("%s", async () => {
		const own = await byOwn(app.browser());
		const bluesky = await byBluesky(app.browser());
		expect(withoutBefore(bluesky)).toEqual(withoutBefore(own));
		expect(own.map(({ by }) => by)).toContain("a plugin's after, by its path");
	});

	test("somebody who says no", async () => {
		const own = await byOwn(app.browser(), { error: "access_denied" });
		const bluesky = await byBluesky(app.browser(), true);
		expect(withoutBefore(bluesky)).toEqual(withoutBefore(own));
	});

	test("but the hooks before it, which see the path that was asked for", async () => {
		const bluesky = await byBluesky(app.browser());
		const before = bluesky.filter(isBefore).map(({ path }) => path);
		expect(new Set(before)).toEqual(new Set(["/bsky/callback"]));
	});
});
