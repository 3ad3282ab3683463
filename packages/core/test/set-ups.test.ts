import { DatabaseSync } from "node:sqlite";
import { approve } from "@better-auth-bsky/devnet";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { describe, expect, test } from "vitest";
import { atprotoAuth } from "../src/index.ts";
import {
	ALICE,
	type AppOptions,
	newPerson,
	pluginDefaults,
	SECRET,
	startApp,
	useNetwork,
} from "./kit.ts";

/** Apps that are set up in ways of their own. */

const network = await useNetwork({ accounts: [ALICE] });
const alice = network.account("alice.test");

describe("better-auth mounted at", () => {
	test.each([
		["/auth", {}, "/auth"],
		["/auth/", {}, "/auth"],
		["/auth//", {}, "/auth"],
		["/", {}, ""],
		["", { path: "/my/auth" }, "/my/auth"],
		["", { path: "/my/auth/" }, "/my/auth"],
		["", { path: "/my/auth//" }, "/my/auth"],
		["", { path: "/" }, "/api/auth"],
	] as [string, AppOptions, string][])(
		'basePath "%s", baseURL with %j',
		async (basePath, options, mount) => {
			const app = await startApp(network, { ...options, auth: basePath ? { basePath } : {} });
			const browser = app.browser();
			const post = (body: object) =>
				browser.fetch(`${mount}/bsky/sign-in`, {
					method: "POST",
					headers: { "content-type": "application/json" },
					body: JSON.stringify({ callbackURL: "/me", ...body }),
				});
			const begun = await post({ handle: alice.handle });
			expect(begun.status).toBe(200);
			const { url } = (await begun.json()) as { url: string };
			const back = await approve(url, { account: alice });
			expect(back.pathname).toBe(`${mount}/bsky/callback`);
			expect((await browser.arrive(back)).pathname).toBe("/me");
			const session = await browser.fetch(`${mount}/bsky/session`);
			expect(await session.json()).toMatchObject({ active: true, did: alice.did });

			const again = (await (await post({ handle: alice.handle })).json()) as { url: string };
			const denied = await browser.arrive(await approve(again.url, { account: alice, deny: true }));
			expect(denied.pathname).toBe(`${mount}/error`);
			await app.close();
		},
	);
});

describe("what the reference server calls access_denied", () => {
	test("tells a deactivated account from a no", async () => {
		const app = await startApp(network);
		const person = await newPerson(network);
		const { accessJwt } = await login(person);
		const browser = app.browser();
		const begun = await browser.begin(person.handle);
		await fetch(`${network.pdsUrl}/xrpc/com.atproto.server.deactivateAccount`, {
			method: "POST",
			headers: { authorization: `Bearer ${accessJwt}`, "content-type": "application/json" },
			body: "{}",
		});
		const end = await browser.arrive(await approve(begun, { account: person }));
		expect(end.searchParams.get("error")).toBe("account_deactivated");
		await app.close();
	});
});

async function login(person: { handle: string; password: string }) {
	const response = await fetch(`${network.pdsUrl}/xrpc/com.atproto.server.createSession`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ identifier: person.handle, password: person.password }),
	});
	return (await response.json()) as { accessJwt: string };
}

describe("where no client can run", () => {
	const logs: string[] = [];
	const atRuntime = async (plugin: AppOptions["plugin"], baseURL: BetterAuthOptions["baseURL"]) => {
		const auth = betterAuth({
			...(baseURL && { baseURL }),
			secret: SECRET,
			database: new DatabaseSync(":memory:"),
			logger: { log: (level, ...rest) => logs.push([level, ...rest].join(" ")) },
			plugins: [atprotoAuth({ ...pluginDefaults(network), ...plugin })],
		});
		await (await getMigrations(auth.options)).runMigrations();
		return auth;
	};
	const dynamic: BetterAuthOptions["baseURL"] = { allowedHosts: ["shop.dev"], protocol: "https" };

	test.each([
		["without a key, where the base URL is dynamic", {}, dynamic, "privateKey"],
		[
			"with pages of another host",
			{ publicClient: true, clientMetadata: { clientUri: "https://other.dev" } },
			dynamic,
			"clientMetadata.clientUri",
		],
	] as [string, AppOptions["plugin"], BetterAuthOptions["baseURL"], string][])(
		"every answer is in words: %s",
		async (_, plugin, baseURL, option) => {
			const auth = await atRuntime(plugin, baseURL);
			const json = { "content-type": "application/json" };
			const form = { "content-type": "application/x-www-form-urlencoded" };
			const requests: [string, RequestInit][] = [
				["/bsky/sign-in", { method: "POST", headers: json, body: '{"handle":"alice.test"}' }],
				["/bsky/sign-in", { method: "POST", headers: form, body: "handle=alice.test" }],
				["/bsky/client-metadata.json", {}],
				["/bsky/callback?state=x&code=y&iss=z", {}],
				["/bsky/session", {}],
			];
			for (const [path, init] of requests) {
				logs.length = 0;
				const headers = { host: "shop.dev", origin: "https://shop.dev", ...init.headers };
				const url = `https://shop.dev/api/auth${path}`;
				const response = await auth.handler(new Request(url, { ...init, headers }));
				const text = await response.text();
				if (response.status < 500 && response.status !== 302) continue;
				const told = text || (response.headers.get("location") ?? "");
				expect([path, told]).toEqual([path, expect.stringMatching(/_/)]);
				if (!path.includes("callback")) expect(logs.join("\n"), path).toContain(option);
			}
		},
	);
});
