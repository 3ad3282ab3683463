import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { approve } from "@better-auth-bsky/devnet";
import { sendTo } from "@better-auth-bsky/tools/http-browser";
import { triedIn } from "@better-auth-bsky/tools/tried";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { CHECKS, findings } from "../src/checks.ts";
import { type AtprotoAuthOptions, atprotoAuth } from "../src/index.ts";
import { refusedClient } from "../src/oauth/refusal.ts";
import {
	type AppOptions,
	Browser,
	newPerson,
	newPrivateKey,
	pluginDefaults,
	SECRET,
	startApp,
	useNetwork,
} from "./kit.ts";

/** Forty mistakes in how an app is set up: each names cause and remedy where its developer looks. */

const { works, refused } = triedIn("mistakes");
const network = await useNetwork();
const alice = await newPerson(network);

const ALL = Object.values(CHECKS).flat();
const checkOf = (id: string) => {
	const found = ALL.find((check) => check.id === id);
	if (!found) throw new Error(`There is no check ${id}.`);
	return found;
};

/** What a check says, for the docs. */
function words(id: string, where: string): string {
	const { sentence, remedy, option } = checkOf(id);
	const whole = `${option ? `\`${option}\`: ` : ""}${sentence} ${remedy}`;
	return `${where}: ${whole.replace(/\{\w+\}/g, "…")}`;
}

/** The same with anything in its gaps. */
function said(id: string): RegExp {
	const { sentence, remedy } = checkOf(id);
	const plain = `${sentence} ${remedy}`.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
	return new RegExp(plain.replace(/\{\w+\}/g, ".+?").replace(/[{}]/g, "\\$&"));
}

const START = "At start-up";
const LOG = "In the log at start-up";
const REQUEST = "In the log, in development";
const SIGN_IN = "In the log at the sign-in, and `CLIENT_MISCONFIGURED` for the person";

const privateKey = newPrivateKey();

/** An app at its start: what it says, or why there is none. */
async function start(
	baseURL: BetterAuthOptions["baseURL"],
	plugin: AtprotoAuthOptions = {},
	auth: Omit<BetterAuthOptions, "plugins" | "baseURL"> = {},
): Promise<string[]> {
	const logs: string[] = [];
	const log = (level: string, ...rest: unknown[]) => logs.push([level, ...rest].join(" "));
	const made = betterAuth({
		...(baseURL && { baseURL }),
		...{ secret: SECRET, database: new DatabaseSync(":memory:") },
		...auth,
		logger: { level: "debug", log },
		plugins: [atprotoAuth(plugin)],
	});
	await made.$context;
	return logs;
}

const HOSTED = "https://my-app.dev";
const NAMED = { privateKey, clientMetadata: { clientName: "My App" } };

/** Options as an app without types has them. */
const untyped = (options: Record<string, unknown>) => options as AtprotoAuthOptions;

async function open(options: AppOptions = {}) {
	const app = await startApp(network, options);
	onTestFinished(() => app.close());
	return app;
}

async function listen(listener: RequestListener): Promise<number> {
	const server = createServer({ keepAliveTimeout: 60_000 }, listener);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return (server.address() as AddressInfo).port;
}

let origins = 0;

/**
 * An app as in production. Who asks for its documents from outside meets `outside`: a server remembers
 * a client by its ID, so each is another.
 */
async function openHosted(options: AppOptions = {}, outside?: RequestListener) {
	const baseURL = `https://mistake-${++origins}.dev`;
	const plugin = { ...NAMED, allowHttp: true, ...options.plugin };
	const app = await open({ baseURL, ...options, plugin });
	const published = await network.publishOrigin(
		baseURL,
		outside ? await listen(outside) : app.port,
	);
	onTestFinished(() => published.unpublish());
	return app;
}

/** What a person is told who begins a sign-in. */
async function begin(browser: Browser, handle = alice.handle) {
	const response = await browser.post("/bsky/sign-in", { handle, callbackURL: "/me" });
	const answer = (await response.json().catch(() => ({}))) as { code?: string; url?: string };
	return { status: response.status, ...answer };
}

refused(
	"http on a public name, an address of a network, or `0.0.0.0`",
	words("base-url-http", START),
	async () => {
		for (const url of ["http://my-app.dev", "http://192.168.1.5:3000", "http://0.0.0.0:3000"]) {
			await expect(start(url, NAMED), url).rejects.toThrow(said("base-url-http"));
		}
	},
);

refused("`https://localhost` without a key", words("base-url-private", START), async () => {
	await expect(start("https://localhost:3000")).rejects.toThrow(said("base-url-private"));
});

refused(
	"`https://localhost` with a key, as `next dev --experimental-https` has it",
	"The same.",
	async () => {
		await expect(start("https://localhost:3000", NAMED)).rejects.toThrow(said("base-url-private"));
	},
);

refused(
	"A query, a fragment or a user name in `baseURL`",
	words("base-url-more", START),
	async () => {
		for (const more of [
			"https://my-app.dev?x=1",
			"https://my-app.dev/#x",
			"https://a:b@my-app.dev",
			"https://my-app.dev//auth//",
		]) {
			await expect(start(more, NAMED), more).rejects.toThrow(said("base-url-more"));
		}
	},
);

refused("https without a key", words("key-missing", START), async () => {
	await expect(start(HOSTED)).rejects.toThrow(said("key-missing"));
});

refused(
	"A key of another kind, or one key twice",
	"At start-up: `privateKey`: it is an RSA key, an EC key on another curve, …; `two keys share one key ID`.",
	async () => {
		const pem = (key: { export(options: object): unknown }) =>
			String(key.export({ type: "pkcs8", format: "pem" }));
		const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
		const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
		await expect(start(HOSTED, { privateKey: pem(rsa) })).rejects.toThrow(/RSA key/);
		await expect(start(HOSTED, { privateKey: pem(p384) })).rejects.toThrow(/curve P-384/);
		const twice = { privateKey: [privateKey, privateKey] };
		await expect(start(HOSTED, twice)).rejects.toThrow(/two keys share one key ID/);
	},
);

refused(
	"A key that an env file has changed",
	"Quotes, `\\n` written out, spaces for line breaks and base64 are read. At start-up, by what was seen: the first line only, the path of a file, a public key, …",
	async () => {
		const flat = privateKey.replaceAll("\n", "\\n");
		for (const form of [`"${flat}"`, flat, privateKey.replaceAll("\n", " "), btoa(privateKey)]) {
			await expect(start(HOSTED, { ...NAMED, privateKey: form })).resolves.toBeDefined();
		}
		for (const [form, seen] of [
			[privateKey.split("\n")[0], /first line only/],
			["./ec-private.pem", /path of a file/],
			["-----BEGIN PUBLIC KEY-----\nMFk\n-----END PUBLIC KEY-----", /public key/],
			["", said("key-missing")],
		] as const) {
			await expect(start(HOSTED, { privateKey: form })).rejects.toThrow(seen);
		}
	},
);

refused(
	"A key that differs between instances, or was replaced at once",
	words("key-unknown", SIGN_IN),
	async () => {
		const first = await openHosted();
		const plugin = { ...NAMED, allowHttp: true, privateKey: newPrivateKey() };
		const second = await open({ baseURL: first.origin, plugin });
		expect(await begin(first.browser())).toMatchObject({ status: 200 });
		expect(await begin(second.browser())).toMatchObject({ code: "CLIENT_MISCONFIGURED" });
		expect(second.logs.join("\n")).toMatch(said("key-unknown"));
	},
);

refused("A key that is missing on one instance", "There, as without a key.", async () => {
	await expect(start(HOSTED, { privateKey: undefined })).rejects.toThrow(said("key-missing"));
});

works("A key on localhost", words("key-unused", "At level `info`"), async () => {
	const logs = await start("http://localhost:3000", { privateKey });
	expect(logs.filter((line) => line.startsWith("info")).join("\n")).toMatch(said("key-unused"));
	expect(logs.join("\n")).not.toMatch(/^warn.*better-auth-bsky/m);
});

works(
	"No `baseURL`",
	"better-auth says so at start-up: `Base URL is not set`. Each request tells it then, also of a plain Node server.",
	async () => {
		const logs: string[] = [];
		const log = (_level: string, ...rest: unknown[]) => logs.push(rest.join(" "));
		const app = await open();
		const auth = betterAuth({
			...{ secret: SECRET, database: app.database, logger: { log } },
			plugins: [atprotoAuth({ ...pluginDefaults(network), allowHttp: true })],
		});
		const port = await listen((request, response) => void toNodeHandler(auth)(request, response));
		for (const host of ["localhost", "127.0.0.1"]) {
			const browser = new Browser(`http://${host}:${port}`, sendTo(`http://127.0.0.1:${port}`));
			expect((await browser.signIn(alice)).pathname).toBe("/me");
			expect((await browser.user())?.bskyDid).toBe(alice.did);
		}
		expect(logs.join("\n")).toMatch(/Base URL is not set/);
	},
);

works("No `baseURL` in production", words("base-url-missing", LOG), async () => {
	const without = `{ secret: "${SECRET}", baseURL: undefined }`;
	expect(inProduction(without)).toMatch(said("base-url-missing"));
	const url = { BETTER_AUTH_URL: "http://localhost:3000" };
	expect(inProduction(without, url)).not.toMatch(said("base-url-missing"));
});

works(
	"`allowedHosts` that fit hosts of strangers, such as `*.vercel.app`",
	words("hosts-of-anybody", LOG),
	async () => {
		const at = async (host: string) =>
			(await start({ allowedHosts: [host], protocol: "https" }, NAMED)).join("\n");
		expect(await at("*.vercel.app")).toMatch(said("hosts-of-anybody"));
		expect(await at("*.preview.dev")).not.toMatch(said("hosts-of-anybody"));
	},
);

refused(
	"The app is opened at another port or host than `baseURL`",
	words("origin-elsewhere", REQUEST),
	async () => {
		const app = await open();
		expect(await begin(app.browser("http://localhost:3001"))).toMatchObject({
			code: "INVALID_ORIGIN",
		});
		expect(app.logs.join("\n")).toMatch(said("origin-elsewhere"));
	},
);

refused(
	"`www.` beside `baseURL`, trusted or not",
	`${words("host-elsewhere", "In the log")} Not trusted, as the row before.`,
	async () => {
		const plugin = { ...NAMED, allowHttp: true };
		const untrusted = await open({ baseURL: HOSTED, plugin });
		const www = "https://www.my-app.dev";
		expect(await begin(untrusted.browser(www))).toMatchObject({ code: "INVALID_ORIGIN" });
		expect(untrusted.logs.join("\n")).toMatch(said("origin-elsewhere"));
		const trusted = await openHosted({ auth: { trustedOrigins: ["https://www.*.dev"] } });
		const browser = trusted.browser(trusted.origin.replace("https://", "https://www."));
		const { url = "" } = await begin(browser);
		const end = await browser.arrive(await approve(url, { account: alice }));
		expect(end.searchParams.get("error")).toBe("state_not_found");
		expect(trusted.logs.join("\n")).toMatch(said("host-elsewhere"));
	},
);

const METADATA: [string, string, RequestListener][] = [
	[
		"The client metadata redirects: `www.`, http to https, one host for all",
		"metadata-redirects",
		({ url = "" }, response) => {
			response.writeHead(308, { location: `https://www.my-app.dev${url}` }).end();
		},
	],
	[
		"The client metadata is behind a login, as previews are",
		"metadata-locked",
		(_, response) => void response.writeHead(401).end(),
	],
	[
		"A page for everything that is not found answers in place of the client metadata",
		"metadata-not-json",
		(_, response) => void response.setHeader("content-type", "text/html").end("<p>Hello"),
	],
];

for (const [name, id, outside] of METADATA) {
	refused(name, words(id, SIGN_IN), async () => {
		const app = await openHosted({}, outside);
		expect(await begin(app.browser())).toMatchObject({ status: 500, code: "CLIENT_MISCONFIGURED" });
		expect(app.logs.join("\n")).toMatch(said(id));
		expect(app.logs.filter((line) => line.startsWith("error"))).toHaveLength(1);
	});
}

refused(
	"`basePath` or the path of `baseURL` differs from where the handler is mounted",
	`${words("mount-elsewhere", REQUEST)} What your framework doesn't hand on is seen by nobody here.`,
	async () => {
		const app = await open({ auth: { basePath: "/auth" } });
		expect((await begin(app.browser())).status).toBe(404);
		expect(app.logs.join("\n")).toMatch(said("mount-elsewhere"));
	},
);

refused(
	"A framework that adds slashes, such as Next's `trailingSlash`",
	words("trailing-slash", REQUEST),
	async () => {
		const app = await open();
		expect((await app.browser().post("/bsky/sign-in/", {})).status).toBe(404);
		expect(app.logs.join("\n")).toMatch(said("trailing-slash"));
		const mended = await open({ auth: { advanced: { skipTrailingSlashes: true } } });
		const body = { handle: alice.handle };
		expect((await mended.browser().post("/bsky/sign-in/", body)).status).toBe(200);
	},
);

refused(
	"A name that is nobody's (`.test`, `.example`, `.local`), or an IP address",
	"At start-up, as `https://localhost`.",
	async () => {
		for (const host of ["my-app.test", "my-app.example", "my-app.local", "192.168.1.5", "my-app"]) {
			await expect(start(`https://${host}`, NAMED)).rejects.toThrow(said("base-url-private"));
		}
	},
);

works("No `clientName`", words("name-missing", LOG), async () => {
	expect((await start(HOSTED, { privateKey })).join("\n")).toMatch(said("name-missing"));
	expect((await start(HOSTED, NAMED)).join("\n")).not.toMatch(said("name-missing"));
});

refused(
	"`clientName` beside `clientMetadata`, or the `keyset` of another plugin",
	'At start-up: `clientName`: there is no option of that name. "clientMetadata.clientName" is meant.',
	async () => {
		for (const [option, meant] of [
			["clientName", "clientMetadata.clientName"],
			["scope", "clientMetadata.scope"],
			["keyset", "privateKey"],
		] as const) {
			const begun = start(HOSTED, untyped({ privateKey, [option]: "x" }));
			await expect(begun).rejects.toThrow(
				`${option} }): there is no option of that name. "${meant}" is meant.`,
			);
		}
	},
);

refused("`clientUri` on another origin", words("client-uri-elsewhere", START), async () => {
	const clientMetadata = { clientUri: "https://www.my-app.dev" };
	await expect(start(HOSTED, { privateKey, clientMetadata })).rejects.toThrow(
		said("client-uri-elsewhere"),
	);
});

refused(
	"`logoUri` by http, or on localhost",
	`At start-up: \`clientMetadata.logoUri\`: "…" is not an https URL. ${words("page-private", "Or")}`,
	async () => {
		const plain = { logoUri: "http://my-app.dev/logo.png" };
		await expect(start(HOSTED, { privateKey, clientMetadata: plain })).rejects.toThrow(
			/logoUri }\): ".+" is not an https URL/,
		);
		const local = { logoUri: "http://localhost:3000/logo.png" };
		await expect(start(HOSTED, { privateKey, clientMetadata: local })).rejects.toThrow(
			said("page-private"),
		);
	},
);

refused(
	"A scope without `atproto`",
	'At start-up: `clientMetadata.scope`: the scope must contain "atproto".',
	async () => {
		const clientMetadata = { scope: "transition:generic" };
		await expect(start(HOSTED, { privateKey, clientMetadata })).rejects.toThrow(
			/must contain "atproto"/,
		);
	},
);

refused(
	"A scope twice, or with more than a space between",
	'At start-up: `clientMetadata.scope`: "…" is there twice, which servers refuse. Write it once. Or: write one space between scopes, and no line break; `scopes()` joins them so.',
	async () => {
		for (const [scope, said] of [
			["atproto repo:* repo:*", /"repo:\*" is there twice, which servers refuse. Write it once./],
			["atproto  repo:*", /write one space between scopes, and no line break/],
		] as const) {
			const begun = start(HOSTED, { privateKey, clientMetadata: { scope } });
			await expect(begun).rejects.toThrow(said);
		}
	},
);

const SCOPES = [
	[
		"scope-repo",
		"`repo:` of a part of the collections",
		["repo:xyz.statusphere.*", "repo:nonsense"],
	],
	["scope-blob", "`blob:*`, or `blob` alone", ["blob:*", "blob", "blob?accept=image"]],
	[
		"scope-rpc",
		"`rpc:` without `aud`",
		["rpc:app.bsky.actor.getProfile", "rpc:*?aud=*", "rpc:%zz"],
	],
	["scope-include", "`include:` of no permission set", ["include:x", "include:app.bsky.a?aud=*"]],
	["scope-account", "`account:` of something else", ["account:*", "account:email?action=write"]],
	["scope-identity", "`identity:did`", ["identity:did"]],
	["scope-transition", "`transition:` of something else", ["transition:genric", "transition:*"]],
	["scope-openid", "`openid`, `profile` or `email`", ["openid", "profile", "email"]],
	["scope-unknown", "A scope that is misspelt", ["repos:app.bsky.feed.post", "foo", "space:x"]],
] as const;

for (const [id, what, wrong] of SCOPES) {
	refused(what, words(id, START), async () => {
		for (const scope of wrong) {
			const clientMetadata = { clientName: "My App", scope: `atproto repo:* ${scope}` };
			const begun = start(HOSTED, { privateKey, clientMetadata });
			await expect(begun).rejects.toThrow(said(id));
			await expect(begun).rejects.toThrow(`"${scope}"`);
			await expect(begun).rejects.toMatchObject({ option: "clientMetadata.scope" });
		}
	});
}

works(
	"A scope that is widened after people have signed in",
	words("scope-widened", "In the log when a session is used"),
	async () => {
		const person = await newPerson(network);
		const plugin = { clientMetadata: { scope: "atproto" } };
		const before = await openHosted({ plugin });
		const browser = before.browser();
		await browser.signIn(person);
		const wider = { ...plugin, ...NAMED, allowHttp: true, clientMetadata: {} };
		const auth = { database: before.database };
		const after = await open({ baseURL: before.origin, auth, plugin: wider });
		await after.auth.api.getBskyAgent({ trustedDid: person.did });
		await after.auth.api.getBskyAgent({ trustedDid: person.did });
		const lines = after.logs.filter((line) => said("scope-widened").test(line));
		expect(lines).toEqual([expect.stringContaining('"transition:generic"')]);
		expect(before.logs.join("\n")).not.toMatch(said("scope-widened"));
	},
);

works("A cookie domain that the app isn't below", words("cookie-domain", LOG), async () => {
	const cross = (domain: string) => ({
		advanced: { crossSubDomainCookies: { enabled: true, domain } },
	});
	const fits = ["my-app.dev", ".my-app.dev", "app.my-app.dev"];
	for (const domain of [...fits, "other.dev", "app.dev", "www.my-app.dev"]) {
		const logs = await start("https://app.my-app.dev", NAMED, cross(domain));
		const isSaid = said("cookie-domain").test(logs.join("\n"));
		expect([domain, isSaid]).toEqual([domain, !fits.includes(domain)]);
	}
	const attributes = { advanced: { defaultCookieAttributes: { domain: "my-app.dev" } } };
	const local = await start("http://localhost:3000", {}, attributes);
	expect(local.join("\n")).toMatch(said("cookie-domain"));
});

refused(
	"A front end on another origin without `trustedOrigins` or CORS",
	`${words("origin-untrusted", REQUEST)} ${words("cors-missing", "Or")}`,
	async () => {
		const app = await open();
		const headers = { origin: "http://localhost:5173" };
		const body = { handle: alice.handle };
		expect((await app.browser().post("/bsky/sign-in", body, headers)).status).toBe(403);
		expect(app.logs.join("\n")).toMatch(said("origin-untrusted"));
		await app.browser().fetch("/api/auth/bsky/sign-in", {
			method: "OPTIONS",
			headers: { ...headers, "access-control-request-method": "POST" },
		});
		expect(app.logs.join("\n")).toMatch(said("cors-missing"));
	},
);

refused(
	"A PLC directory or a handle resolver that can't be reached, or is something else",
	`${words("directory-silent", "In the log at the sign-in")} ${words("directory-wrong", "Or")}`,
	async () => {
		const nowhere = "http://127.0.0.1:1";
		const website = `http://127.0.0.1:${await listen((_, response) => void response.end("<p>Hi"))}`;
		for (const option of ["plcDirectoryUrl", "handleResolver"]) {
			const silent = await open({ plugin: { [option]: nowhere } });
			expect(await begin(silent.browser())).toMatchObject({ code: "SERVER_UNREACHABLE" });
			expect(silent.logs.join("\n")).toMatch(said("directory-silent"));
			const wrong = await open({ plugin: { [option]: website } });
			expect(await begin(wrong.browser())).toMatchObject({ code: "SERVER_UNREACHABLE" });
			expect(wrong.logs.join("\n")).toMatch(said("directory-wrong"));
			for (const { logs } of [silent, wrong]) expect(logs.join("\n")).toContain(option);
		}
		let isDown = false;
		const fetch: typeof globalThis.fetch = async (input, init) => {
			const url = input instanceof Request ? input.url : String(input);
			if (isDown && url.startsWith(network.plcUrl)) throw new Error("down");
			return globalThis.fetch(input, init);
		};
		const app = await open({ plugin: { fetch } });
		const browser = app.browser();
		const back = await approve(await browser.begin(alice.handle), { account: alice });
		isDown = true;
		const { searchParams } = await browser.arrive(back);
		expect(searchParams.get("error")).toBe("server_unreachable");
		expect(app.logs.join("\n")).toMatch(said("directory-silent"));
	},
);

works(
	"An AppView that can't be reached, or is something else",
	"There are no suggestions. In the log, once a minute, the same of `typeahead.service`.",
	async () => {
		const service = "http://127.0.0.1:1";
		const app = await open({ plugin: { typeahead: { service } } });
		for (const typed of ["a", "al", "ali"]) {
			expect((await app.browser().get(`/bsky/typeahead?q=${typed}`)).status).toBe(503);
		}
		const lines = app.logs.filter((line) => line.includes("Suggestions"));
		expect(lines).toEqual([expect.stringMatching(said("directory-silent"))]);
		expect(lines[0]).toContain("typeahead.service");
	},
);

works(
	"`allowHttp` that a local network lacks, or that production has",
	`${words("network-refused", LOG)} ${words("network-allowed", "Or")}`,
	async () => {
		const local = pluginDefaults(network);
		expect((await start(undefined, local)).join("\n")).toMatch(said("network-refused"));
		const production = await start(HOSTED, { ...NAMED, allowHttp: true });
		expect(production.join("\n")).toMatch(said("network-allowed"));
		for (const logs of [await start(HOSTED, NAMED), await start("http://localhost:3000", local)]) {
			expect(logs.join("\n")).not.toMatch(/allowHttp/);
		}
	},
);

refused("A clock that is wrong by minutes", words("clock", SIGN_IN), async () => {
	for (const [minutes, privateKey] of [
		[10, undefined],
		[-10, undefined],
		[10, newPrivateKey()],
	] as const) {
		const wrong = () => vi.useFakeTimers({ now: Date.now() + minutes * 60_000, toFake: ["Date"] });
		// The servers of the network are in this process, and their clock is right.
		const fetch: typeof globalThis.fetch = async (...request) => {
			vi.useRealTimers();
			return globalThis.fetch(...request).finally(wrong);
		};
		const app = await (privateKey
			? openHosted({ plugin: { privateKey, fetch } })
			: open({ plugin: { fetch } }));
		wrong();
		const begun = await begin(app.browser()).finally(() => vi.useRealTimers());
		expect(begun).toMatchObject({ code: "CLIENT_MISCONFIGURED" });
		expect(app.logs.join("\n")).toMatch(said("clock"));
		expect(app.logs.join("\n")).toMatch(/are (?:59\d|60\d) s apart/);
	}
});

refused(
	"A database without the plugin's tables",
	"better-auth names the tables and columns that are missing, and `npx auth migrate`, at the first request.",
	async () => {
		const app = await open();
		for (const table of ["bskyState", "bskySession"]) app.database.exec(`drop table ${table}`);
		const auth = betterAuth({
			...{ baseURL: app.origin, secret: SECRET, database: app.database },
			plugins: [atprotoAuth(pluginDefaults(network))],
		});
		const request = new Request(`${app.origin}/api/auth/bsky/session`);
		await expect(auth.handler(request)).rejects.toThrow(
			/Missing tables\s+bskyState, bskySession\s+help: Run `npx auth migrate`/,
		);
	},
);

works(
	"A proxy that rewrites `Host`, without `X-Forwarded-*`",
	"It works where `baseURL` is fixed.",
	async () => {
		const app = await openHosted();
		const send = sendTo(`http://127.0.0.1:${app.port}`);
		const browser = new Browser(app.origin, (request) => {
			const inside = new Request(request, { headers: request.headers });
			inside.headers.set("host", "app.internal:8080");
			return send(inside);
		});
		expect((await browser.signIn(alice)).pathname).toBe("/me");
		expect((await browser.user())?.bskyDid).toBe(alice.did);
		expect(app.logs.join("\n")).not.toMatch(/Host|baseURL/);
	},
);

const DYNAMIC: BetterAuthOptions["baseURL"] = {
	allowedHosts: ["my-app.dev", "*.preview.dev"],
	protocol: "https",
};

refused(
	"A dynamic `baseURL` without a key",
	`${words("key-missing-at-host", LOG)} At a sign-in, as without a key.`,
	async () => {
		const app = await open({ baseURL: DYNAMIC, origin: "https://a.preview.dev" });
		expect(app.logs.join("\n")).toMatch(said("key-missing-at-host"));
		expect(await begin(app.browser())).toMatchObject({
			status: 500,
			code: "INTERNAL_SERVER_ERROR",
		});
		expect(app.logs.join("\n")).toMatch(said("key-missing"));
	},
);

works(
	"A domain that has changed",
	words("client-changed", "In the log when a session is used"),
	async () => {
		const person = await newPerson(network);
		const before = await openHosted();
		await before.browser().signIn(person);
		const after = await openHosted({ auth: { database: before.database } });
		const agent = after.auth.api.getBskyAgent({ trustedDid: person.did });
		await expect(agent).rejects.toMatchObject({ body: { code: "SESSION_EXPIRED" } });
		const lines = after.logs.filter((line) => said("client-changed").test(line));
		expect(lines).toEqual([expect.stringContaining(before.origin)]);
		expect(await network.liveTokens(person.did)).toHaveLength(1);
	},
);

/** What an app of its own says at its start and at a first request, in production. */
function inProduction(options: string, environment: Record<string, string> = {}): string {
	const code = `
		import { DatabaseSync } from "node:sqlite";
		import { betterAuth } from "better-auth";
		import { atprotoAuth } from "./src/index.ts";
		const auth = betterAuth({
			baseURL: "http://localhost:3000",
			database: new DatabaseSync(":memory:"),
			advanced: { database: { validateSchema: false } },
			logger: { log: (_, ...rest) => console.log(...rest) },
			plugins: [atprotoAuth()],
			...${options},
		});
		try {
			await auth.handler(new Request("http://localhost:3000/api/auth/bsky/jwks.json"));
			const headers = { origin: "http://localhost:3001", "content-type": "application/json" };
			const post = { method: "POST", headers: { ...headers, host: "localhost:3001" }, body: "{}" };
			await auth.handler(new Request("http://localhost:3000/api/auth/bsky/sign-in", post));
		} catch (error) {
			console.log(error.message);
		}
	`;
	const env = { ...process.env, NODE_ENV: "production", VITEST: "", TEST: "", ...environment };
	const args = ["--conditions=@better-auth-bsky/source", "--input-type=module", "-e", code];
	return execFileSync(process.execPath, args, {
		cwd: `${import.meta.dirname}/..`,
		env,
		encoding: "utf8",
	});
}

works(
	"A proxy that hands on no address of its clients",
	"better-auth says so at the first request: `Rate limiting could not determine a client IP`, and which options. Until then all people share one limit.",
	async () => {
		const told = inProduction(`{ secret: "${SECRET}" }`);
		expect(told).toMatch(/could not determine a client IP/);
		// What is said in development of a page elsewhere, anybody could say here.
		expect(told).toMatch(/Invalid origin: http:\/\/localhost:3001/);
		expect(told).not.toMatch(said("origin-elsewhere"));
	},
);

/** A browser at an origin that several instances answer: the one that is given next. */
function atInstances(origin: string) {
	let send = sendTo(origin);
	const browser = new Browser(origin, (request) => send(request));
	return {
		browser,
		next: ({ port }: { port: number }) => {
			send = sendTo(`http://127.0.0.1:${port}`);
		},
	};
}

/** Where a sign-in ends that begins at one instance and comes back to another. */
async function endAtAnother(
	first: Awaited<ReturnType<typeof open>>,
	auth: NonNullable<AppOptions["auth"]>,
): Promise<{ error: string | null; logs: string }> {
	const plugin = { ...NAMED, allowHttp: true };
	const second = await open({ baseURL: first.origin, plugin, auth });
	const { browser, next } = atInstances(first.origin);
	next(first);
	const back = await approve(await browser.begin(alice.handle), { account: alice });
	next(second);
	const { searchParams } = await browser.arrive(back);
	return { error: searchParams.get("error"), logs: second.logs.join("\n") };
}

refused(
	"A secret that was changed, or differs between instances",
	"In the log: `A stored session can't be opened`, and of a sign-in, which ends as `state_not_found`: `It was made with another secret`.",
	async () => {
		const app = await openHosted();
		await app.browser().signIn(alice);
		const auth = { database: app.database, secret: `another-${SECRET}` };
		const { error, logs } = await endAtAnother(app, auth);
		expect(error).toBe("state_not_found");
		expect(logs).toMatch(/It was made with another secret: .+ differs between instances/);
		const later = await open({ baseURL: app.origin, plugin: NAMED, auth });
		const agent = later.auth.api.getBskyAgent({ trustedDid: alice.did });
		await expect(agent).rejects.toMatchObject({ body: { code: "SESSION_EXPIRED" } });
		expect(later.logs.join("\n")).toMatch(
			/A stored session can't be opened: .+ Give the earlier secret back/,
		);
	},
);

refused(
	"A database for each instance",
	"In the log of a sign-in, which ends as `state_not_found`: `The browser has its cookie, and the database has no such sign-in`.",
	async () => {
		const { error, logs } = await endAtAnother(await openHosted(), {});
		expect(error).toBe("state_not_found");
		expect(logs).toMatch(/has no such sign-in: .+ each instance has a database of its own/);
	},
);

refused(
	"Node older than 22.15",
	"At start-up: `This is Node …. Signing in with Bluesky needs Node 22.15 or newer.`",
	async () => {
		const versions = { value: { node: "20.20.2" } };
		vi.stubGlobal("process", Object.create(process, { versions }));
		try {
			expect(() => atprotoAuth()).toThrow(
				"This is Node 20.20.2. Signing in with Bluesky needs Node 22.15 or newer.",
			);
		} finally {
			vi.unstubAllGlobals();
		}
	},
);

refused(
	"No secret, or a short one",
	"better-auth doesn't start without one in production, and says that one is short.",
	async () => {
		const none = inProduction("{}", { BETTER_AUTH_SECRET: "", AUTH_SECRET: "" });
		expect(none).toMatch(/default secret|SECRET is missing/);
		expect(inProduction('{ secret: "short" }')).toMatch(/at least 32 characters/);
	},
);

describe("the table of checks", () => {
	test("has ids and sentences of their own, without gaps that nothing fills", () => {
		for (const key of ["id", "sentence"] as const) {
			const all = ALL.map((check) => check[key]);
			expect(new Set(all).size).toBe(all.length);
		}
	});

	test.each(CHECKS.refusal)("says of $id all that there is to say in one log line", (check) => {
		const { sentence, remedy } = check;
		const clientId = `https://${"a".repeat(30)}.dev/api/auth/bsky/client-metadata.json`;
		const filled = `${sentence} ${remedy}`.replaceAll("{clientId}", clientId);
		expect(filled.length).toBeLessThanOrEqual(300);
	});
});

const clientId = `${HOSTED}/api/auth/bsky/client-metadata.json`;

/** What the reference server says, and others. */
test.each([
	[
		"invalid_client_metadata",
		`Unable to obtain client metadata for "${clientId}": unexpected redirect`,
		"metadata-redirects",
	],
	[
		"invalid_client_metadata",
		`Unable to obtain client metadata for "${clientId}": Unauthorized`,
		"metadata-locked",
	],
	[
		"invalid_client_metadata",
		`Unable to obtain client metadata for "${clientId}": Not Found`,
		"metadata-not-json",
	],
	[
		"invalid_client_metadata",
		`Unable to obtain jwks from "${HOSTED}/api/auth/bsky/jwks.json" for "${clientId}": fetch failed`,
		"metadata-unreachable",
	],
	[
		"invalid_client_metadata",
		`Unable to obtain client metadata for "${clientId}": Self-signed certificate`,
		"metadata-unreachable",
	],
	[
		"invalid_client",
		'Validation of "client_assertion" failed: no applicable key found in the JSON Web Key Set',
		"key-unknown",
	],
	[
		"invalid_client",
		'Validation of "client_assertion" failed: signature verification failed',
		"key-unknown",
	],
	[
		"invalid_client",
		'Validation of "client_assertion" failed: "iat" claim timestamp check failed (it should be in the past)',
		"clock",
	],
	[
		"invalid_dpop_proof",
		'Failed to verify DPoP proof: "iat" claim timestamp check failed (too far in the past)',
		"clock",
	],
	["invalid_scope", 'Scope "repo:*" is not declared in the client metadata', "scope-undeclared"],
	["invalid_request", `Invalid redirect_uri ${HOSTED}/cb`, "redirect-refused"],
	[
		"invalid_grant",
		"The redirect_uri parameter must match the one used in the authorization request",
		"redirect-refused",
	],
	[
		"invalid_grant",
		"Client authentication method mismatch (expected none, got private_key_jwt)",
		"key-unknown",
	],
	["invalid_client", "", "client-refused"],
	["unauthorized_client", "Ask the administrator", "client-refused"],
	["invalid_client_id", "no", "client-refused"],
	// These are about the person, or the server itself.
	["invalid_grant", "This code has expired", null],
	["invalid_grant", "Invalid code", null],
	["invalid_request", "Login required", null],
	["access_denied", "The user rejected the request", null],
	["invalid_dpop_proof", 'DPoP "htu" mismatch', null],
	["server_error", "", null],
	["use_dpop_nonce", 'DPoP "nonce" mismatch', null],
])("%s: %s", (error, description, id) => {
	expect(refusedClient({ error, description, clientId })?.id ?? null).toBe(id);
});

test("what starts is taken by the schema that the SDK has for clients", async () => {
	const metadata = [{}, { clientName: "A", logoUri: "https://cdn.dev/a.png", clientUri: HOSTED }];
	const bases = ["", "/api", "/a/b/"].flatMap((path) =>
		[HOSTED, `${HOSTED}:8443`].map((at) => at + path),
	);
	for (const baseURL of [
		...bases,
		"http://localhost:3000",
		"http://127.0.0.1",
		"http://[::1]:3000/x",
	]) {
		for (const clientMetadata of metadata) {
			for (const key of [{ privateKey }, { publicClient: true }]) {
				const options = { ...key, ...(baseURL.includes(":8443") ? {} : { clientMetadata }) };
				await start(baseURL, options);
				const { clientMetadata: metadataOf } = await import("../src/oauth/client-metadata.ts");
				const { BskyOAuthClient, OAuthEngine } = await import("../src/oauth/client.ts");
				const { UNUSED_STORES } = await import("../src/oauth/unused-store.ts");
				const { resolveOptions } = await import("../src/options.ts");
				const resolved = resolveOptions(options);
				const made = metadataOf(new URL(baseURL), resolved);
				const client = new BskyOAuthClient(new OAuthEngine(resolved, false), made);
				expect(() => client.forFlow(UNUSED_STORES), JSON.stringify(made)).not.toThrow();
			}
		}
	}
});

test("no request of a stranger fills the log", async () => {
	const app = await open();
	for (let port = 0; port < 20; port++) {
		await begin(app.browser(`http://localhost:${4000 + port}`));
	}
	expect(app.logs.filter((line) => line.includes("[better-auth-bsky]"))).toHaveLength(1);
	expect(findings("lookup", { option: "o", url: "{option}", answered: true })[0]?.text).toContain(
		"at {option} is",
	);
});
