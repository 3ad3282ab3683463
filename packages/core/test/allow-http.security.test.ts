import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type AtprotoAuthOptions, atprotoAuth } from "../src/index.ts";
import { newPrivateKey, SECRET } from "./kit.ts";

/** What listens inside, next to the app. */
const heard: string[] = [];
const canary = createServer((request, response) => {
	heard.push(`${request.method} ${request.url}`);
	response.writeHead(404).end();
});
await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
afterAll(() => canary.close());
const inside = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;

const privateKey = newPrivateKey();

interface Setup {
	baseURL?: BetterAuthOptions["baseURL"];
	advanced?: BetterAuthOptions["advanced"];
	plugin?: AtprotoAuthOptions;
}

async function start({ baseURL, advanced, plugin }: Setup) {
	const logs: string[] = [];
	const auth = betterAuth({
		...(baseURL !== undefined && { baseURL }),
		secret: SECRET,
		database: new DatabaseSync(":memory:"),
		advanced: { ...advanced, disableOriginCheck: true },
		logger: { log: (level, ...rest) => logs.push([level, ...rest].map(String).join(" ")) },
		plugins: [
			atprotoAuth({
				privateKey,
				handleResolver: inside,
				plcDirectoryUrl: inside,
				typeahead: { service: inside },
				...plugin,
			}),
		],
	});
	await (await getMigrations(auth.options)).runMigrations();
	return { auth, logs };
}

/** What is asked of an app, whatever else it is made of. */
interface Asked {
	handler(request: Request): Promise<Response>;
	api: {
		signInBsky(call: {
			body: { handle: string };
			headers: Record<string, string>;
		}): Promise<unknown>;
	};
}

/** Everything that makes the app ask a server, of a stranger's choice among them. */
async function ask({ auth }: { auth: Asked }, headers: Record<string, string>) {
	const host = headers.host ?? "my-shop.dev";
	for (const origin of [`http://${host}`, `https://${host}`]) {
		const post = (handle: string) =>
			auth.handler(
				new Request(`${origin}/api/auth/bsky/sign-in`, {
					method: "POST",
					headers: { ...headers, "content-type": "application/json" },
					body: JSON.stringify({ handle }),
				}),
			);
		const get = () =>
			auth.handler(new Request(`${origin}/api/auth/bsky/typeahead?q=alice`, { headers }));
		for (const handle of [inside, "alice.example", `did:plc:${"a".repeat(24)}`]) {
			await post(handle).catch(() => {});
		}
		await get().catch(() => {});
	}
	const direct = { handle: inside };
	await auth.api.signInBsky({ body: direct, headers }).catch(() => {});
}

beforeEach(() => {
	heard.length = 0;
});
afterEach(() => vi.unstubAllEnvs());

const HOSTS = [
	"localhost",
	"localhost:3000",
	"LOCALHOST",
	"127.0.0.1",
	"127.0.0.1:3000",
	"[::1]",
	"[::1]:3000",
];

/** What a request may say about where it has come to. */
const REQUESTS: Record<string, string>[] = [
	...HOSTS.map((host) => ({ host })),
	...HOSTS.map((host) => ({
		host: "my-shop.dev",
		"x-forwarded-host": host,
		"x-forwarded-proto": "http",
	})),
	{ host: "my-shop.dev" },
	{ host: "unknown.example" },
	{},
];

/** Apps whose base URL a request tells. */
const OPEN: Record<string, Setup> = {
	"no base URL": {},
	"no base URL, behind a proxy": { advanced: { trustedProxyHeaders: true } },
	"hosts, localhost among them": {
		baseURL: { allowedHosts: ["my-shop.dev", "localhost:3000", "127.0.0.1:3000"] },
	},
	"any port of localhost": {
		baseURL: { allowedHosts: ["my-shop.dev", "localhost:*", "localhost"] },
	},
	"any host": { baseURL: { allowedHosts: ["*"] } },
	"hosts by http": { baseURL: { allowedHosts: ["my-shop.dev", "localhost"], protocol: "http" } },
	"hosts, of whichever protocol": {
		baseURL: { allowedHosts: ["my-shop.dev", "localhost"], protocol: "auto" },
	},
	"a fallback on localhost": {
		baseURL: { allowedHosts: ["my-shop.dev"], fallback: "http://localhost:3000" },
	},
	"hosts, behind a proxy": {
		baseURL: { allowedHosts: ["my-shop.dev", "localhost:3000"] },
		advanced: { trustedProxyHeaders: true },
	},
	"a public base URL": { baseURL: "https://my-shop.dev" },
	"localhost by https": { baseURL: "https://localhost:3000" },
	"localhost, but `allowHttp` is off": {
		baseURL: "http://localhost:3000",
		plugin: { allowHttp: false },
	},
};

describe("no request decides that private addresses may be called", () => {
	test.for(Object.entries(OPEN))("%s", async ([, setup]) => {
		const app = await start(setup);
		for (const headers of REQUESTS) {
			await ask(app, headers);
			expect([headers, heard]).toEqual([headers, []]);
		}
	});

	test("nor one that comes after another, of the developer's own", async () => {
		const app = await start({ baseURL: { allowedHosts: ["*"] } });
		for (const host of ["localhost:3000", "my-shop.dev", "localhost:3000"])
			await ask(app, { host });
		expect(heard).toEqual([]);
	});

	test("a production build that is tried on this machine, by its fixed base URL", async () => {
		vi.stubEnv("NODE_ENV", "production");
		await ask(await start({ baseURL: "http://localhost:3000" }), { host: "localhost:3000" });
		expect(heard).not.toEqual([]);
	});

	test("two apps with one plugin don't decide for each other", async () => {
		const plugin = atprotoAuth({
			privateKey,
			typeahead: { service: inside },
			plcDirectoryUrl: inside,
		});
		const make = async (baseURL: string) => {
			const auth = betterAuth({
				baseURL,
				secret: SECRET,
				database: new DatabaseSync(":memory:"),
				advanced: { disableOriginCheck: true },
				logger: { disabled: true },
				plugins: [plugin],
			});
			await (await getMigrations(auth.options)).runMigrations();
			return { auth };
		};
		const shop = await make("https://my-shop.dev");
		await make("http://localhost:3000").then(({ auth }) => auth.$context);
		await ask(shop, { host: "my-shop.dev" });
		expect(heard).toEqual([]);
	});
});

describe("the app's own options do", () => {
	test.for<[string, Setup]>([
		["a fixed base URL on localhost", { baseURL: "http://localhost:3000" }],
		["a fixed base URL on 127.0.0.1", { baseURL: "http://127.0.0.1:3000" }],
		["allowHttp without a base URL", { plugin: { allowHttp: true } }],
		["allowHttp at a public one", { baseURL: "https://my-shop.dev", plugin: { allowHttp: true } }],
	])("%s", async ([, setup]) => {
		await ask(await start(setup), { host: "localhost:3000" });
		expect(heard.length).toBeGreaterThan(0);
	});

	test("which is said where a local network is named and can't be used", async () => {
		const { auth, logs } = await start({});
		await auth.$context;
		expect(logs.join("\n")).toContain('baseURL: "http://localhost:3000"');
		expect(logs.join("\n")).toContain("allowHttp: true");
		const public_ = await start({
			plugin: { handleResolver: undefined, plcDirectoryUrl: undefined, typeahead: false },
		});
		await public_.auth.$context;
		expect(public_.logs.join("\n")).not.toContain("allowHttp");
	});
});
