import { DatabaseSync } from "node:sqlite";
import { approve } from "@better-auth-bsky/devnet";
import { HttpBrowser } from "@better-auth-bsky/tools/http-browser";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { afterAll, describe, expect, test } from "vitest";
import { atprotoAuth } from "../src/index.ts";
import { ALICE, newPrivateKey, pluginDefaults, SECRET, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork({ accounts: [ALICE] });
const app = await startApp(network);
afterAll(() => app.close());

const privateKey = newPrivateKey();

/** An app that is asked without a server in between. */
async function start(options: Omit<BetterAuthOptions, "plugins">) {
	const auth = betterAuth({
		secret: SECRET,
		database: new DatabaseSync(":memory:"),
		logger: { disabled: true },
		...options,
		plugins: [atprotoAuth({ ...pluginDefaults(network), privateKey, allowHttp: true })],
	});
	await (await getMigrations(auth.options)).runMigrations();
	return auth;
}

const caching = ({ headers }: Response) => headers.get("cache-control");

describe("answers about a person are kept by no cache", () => {
	test("whatever they are", async () => {
		const browser = app.browser();
		const stranger = app.browser();
		const url = await browser.begin(ALICE.handle);
		const callback = await approve(url, { account: network.account(ALICE.handle) });
		callback.hostname = "localhost";
		const answers = {
			"the callback": await browser.fetch(callback),
			"a callback that fails": await stranger.fetch(callback),
			"the session": await browser.get("/bsky/session"),
			"the session of nobody": await stranger.get("/bsky/session"),
			"the state": await browser.post("/bsky/restore", {}),
			"the state of nobody": await stranger.post("/bsky/restore", {}),
			"a wrong question": await browser.post("/bsky/restore", { did: 5 }),
			"a sign-in": await browser.post("/bsky/sign-in", { handle: ALICE.handle }),
			"a sign-in that can't begin": await stranger.post("/bsky/sign-in", { handle: "?" }),
			"a form": await stranger.fetch("/api/auth/bsky/sign-in", {
				method: "POST",
				body: new URLSearchParams({ handle: ALICE.handle }),
			}),
			"the accounts": await browser.get("/bsky/accounts"),
			"the accounts of nobody": await stranger.get("/bsky/accounts"),
			"a switch": await browser.post("/bsky/switch", { did: network.account(ALICE.handle).did }),
			"a switch to nobody": await browser.post("/bsky/switch", { did: "did:plc:nobody" }),
			"a switch of nobody": await stranger.post("/bsky/switch", { did: "did:plc:nobody" }),
			"more that is asked for": await browser.post("/bsky/upgrade", { scope: "atproto" }),
			"more of nobody": await stranger.post("/bsky/upgrade", { scope: "atproto" }),
			"a disconnection": await browser.post("/bsky/disconnect", {}),
			"a disconnection of nobody": await stranger.post("/bsky/disconnect", {}),
		};
		const kept = Object.entries(answers).filter(([, answer]) => caching(answer) !== "no-store");
		expect(kept.map(([what, answer]) => [what, answer.status, caching(answer)])).toEqual([]);
	});

	test("the documents of the client may be", async () => {
		for (const path of ["/bsky/client-metadata.json", "/bsky/jwks.json"]) {
			expect(caching(await app.browser().get(path))).toBe("public, max-age=300");
		}
	});
});

describe("client metadata says what it depends on", () => {
	const metadata = async (baseURL: BetterAuthOptions["baseURL"]) => {
		const auth = await start({ ...(baseURL !== undefined && { baseURL }) });
		const url = "https://my-shop.dev/api/auth/bsky/client-metadata.json";
		const response = await auth.handler(new Request(url, { headers: { host: "my-shop.dev" } }));
		expect(response.status).toBe(200);
		return [caching(response), response.headers.get("vary")];
	};

	test("nothing, with a fixed base URL", async () => {
		expect(await metadata("https://my-shop.dev")).toEqual(["public, max-age=300", null]);
	});

	test.for<[string, BetterAuthOptions["baseURL"]]>([
		["no base URL", undefined],
		["several hosts", { allowedHosts: ["my-shop.dev", "other.example"] }],
	])("the host, with %s", async ([, baseURL]) => {
		expect(await metadata(baseURL)).toEqual([
			"private, max-age=300",
			"Host, X-Forwarded-Host, X-Forwarded-Proto",
		]);
	});
});

describe("the cookie of a browser", () => {
	/** The line that sets it, and the sign-in that it belongs to. */
	async function cookieOf(options: Omit<BetterAuthOptions, "plugins">): Promise<string> {
		const auth = await start(options);
		const origin =
			typeof options.baseURL === "string" ? options.baseURL : "https://app.my-shop.dev";
		const { host } = new URL(origin);
		const response = await auth.handler(
			new Request(`${origin}/api/auth/bsky/sign-in`, {
				method: "POST",
				headers: { "content-type": "application/json", host },
				body: JSON.stringify({ handle: ALICE.handle }),
			}),
		);
		const line = response.headers.getSetCookie().find((each) => each.includes("bsky"));
		return line ?? `${response.status} ${await response.text()}`;
	}
	const https = "https://app.my-shop.dev";
	const hosts = { allowedHosts: ["app.my-shop.dev"], protocol: "https" as const };

	test.for<[string, Omit<BetterAuthOptions, "plugins">]>([
		["https", { baseURL: https }],
		[
			"cookies for all subdomains",
			{
				baseURL: https,
				advanced: { crossSubDomainCookies: { enabled: true, domain: "my-shop.dev" } },
			},
		],
		["several hosts", { baseURL: hosts }],
		[
			"several hosts, cookies for all subdomains",
			{
				baseURL: hosts,
				advanced: { crossSubDomainCookies: { enabled: true, domain: "my-shop.dev" } },
			},
		],
		[
			"a domain for all cookies",
			{
				baseURL: https,
				advanced: { defaultCookieAttributes: { domain: "my-shop.dev" } },
			},
		],
		["a prefix of the app's", { baseURL: https, advanced: { cookiePrefix: "shop" } }],
		[
			"a name of its own",
			{
				baseURL: https,
				advanced: { cookies: { bsky_state: { name: "my_bsky" } } },
			},
		],
		[
			"another site's frame",
			{
				baseURL: https,
				advanced: { defaultCookieAttributes: { sameSite: "none", partitioned: true } },
			},
		],
		[
			"strict cookies, though it is none: the person's server leads the browser back",
			{
				baseURL: https,
				advanced: { defaultCookieAttributes: { sameSite: "strict" } },
			},
		],
	])("is __Host- with %s", async ([, options]) => {
		const line = await cookieOf(options);
		expect(line).toMatch(/^__Host-[\w.-]*bsky\w*=/);
		expect(line).toMatch(/; Path=\/(;|$)/);
		expect(line).toMatch(/; Secure/);
		expect(line).not.toMatch(/Domain|Strict/i);
	});

	test.for<[string, Omit<BetterAuthOptions, "plugins">, RegExp]>([
		["http", { baseURL: "http://localhost:3000" }, /^better-auth\.bsky_state=/],
		[
			"insecure cookies",
			{
				baseURL: https,
				advanced: { useSecureCookies: false },
			},
			/^better-auth\.bsky_state=/,
		],
		[
			"another path",
			{
				baseURL: https,
				advanced: { defaultCookieAttributes: { path: "/api" } },
			},
			/^__Secure-better-auth\.bsky_state=.*Path=\/api/,
		],
		[
			"a path of its own",
			{
				baseURL: https,
				advanced: { cookies: { bsky_state: { attributes: { path: "/api/auth" } } } },
			},
			/^__Secure-better-auth\.bsky_state=.*Path=\/api\/auth/,
		],
		[
			"a domain of its own",
			{
				baseURL: https,
				advanced: { cookies: { bsky_state: { attributes: { domain: "my-shop.dev" } } } },
			},
			/^__Secure-better-auth\.bsky_state=.*Domain=my-shop\.dev/,
		],
	])("is what the app says with %s", async ([, options, expected]) => {
		expect(await cookieOf(options)).toMatch(expected);
	});

	test("that a subdomain plants is not taken for it", async () => {
		const auth = await start({
			baseURL: https,
			advanced: { crossSubDomainCookies: { enabled: true, domain: "my-shop.dev" } },
		});
		const begin = async (browser: HttpBrowser) => {
			await browser.post("/bsky/sign-in", { handle: ALICE.handle });
			return [...browser.cookies].find(([name]) => name.startsWith("__Host-")) ?? ["", ""];
		};
		const visitor = () => new HttpBrowser(https, (request) => auth.handler(request));
		const [attacker, victim] = [visitor(), visitor()];
		const [name, value] = await begin(attacker);
		expect(await begin(attacker)).toEqual([name, value]);
		// A cookie with a Domain can't be called __Host-.
		victim.setCookie(name.replace("__Host-", "__Secure-"), value);
		const [, own] = await begin(victim);
		expect(own).toMatch(/./);
		expect(own).not.toBe(value);
	});
});
