import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { atprotoAuth, type ClientMetadataOptions } from "@better-auth-bsky/core";
import { startNetwork } from "@better-auth-bsky/devnet";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { helpOn } from "../../core/src/base/docs-url.ts";
import { CHECKS } from "../../core/src/checks.ts";
import { hasNoWay } from "../src/doctor/ask.ts";
import { lookAtDeployed } from "../src/doctor/deployed.ts";
import { asText, DOCS_URL, OWN } from "../src/doctor/finding.ts";
import { makeKey } from "../src/keygen.ts";
import { APP, run, runWith } from "./run.ts";

const SECRET = "a-test-secret-that-is-long-enough-0123456789";
const [KEY, OTHER_KEY] = [makeKey().text, makeKey().text];
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bsky-doctor-"));

/** An app in the place of the one in `test/app`, with its tables. */
async function appOf(
	baseURL: string,
	privateKey?: string,
	auth: Partial<BetterAuthOptions> = {},
	pages: ClientMetadataOptions = {},
) {
	const file = join(folder, `${crypto.randomUUID()}.sqlite`);
	const app = betterAuth({
		baseURL,
		secret: SECRET,
		database: new DatabaseSync(file),
		logger: { disabled: true },
		advanced: { disableOriginCheck: false },
		...auth,
		plugins: [atprotoAuth({ privateKey, clientMetadata: { clientName: "Shop", ...pages } })],
	});
	await (await getMigrations(app.options)).runMigrations();
	return { file, auth: app, listener: toNodeHandler(app) };
}

/** Listens on this machine, and gives the port. */
async function listen(listener: RequestListener, host = "127.0.0.1"): Promise<number> {
	const server = createServer(listener).listen(0, host);
	onTestFinished(() => void server.close());
	await once(server, "listening");
	const address = server.address();
	return typeof address === "object" && address ? address.port : 0;
}

interface Report {
	looked: { title: string; note: string }[];
	findings: { id: string; where: string; level: string; remedy: string; link: string }[];
}

async function doctor(env: Record<string, string>, ...args: string[]) {
	const { code, out, err } = await runWith(
		{ BETTER_AUTH_SECRET: SECRET, ...env },
		...["doctor", "--json", "--cwd", APP, ...args],
	);
	const report: Report = JSON.parse(out || '{"looked":[],"findings":[]}');
	const grave = report.findings.filter(({ level }) => level !== "info");
	return { code, err, report, ids: grave.map(({ id }) => id) };
}

describe("the app of a developer", () => {
	test("all is well", async () => {
		const server: { listener: RequestListener } = { listener: (_, answer) => answer.end() };
		const port = await listener(server);
		const baseURL = `http://localhost:${port}`;
		const app = await appOf(baseURL);
		server.listener = app.listener;
		const env = { BETTER_AUTH_URL: baseURL, DATABASE: app.file };
		// What is at its address on this machine is no published app.
		for (const args of [[], [baseURL], [`127.0.0.1:${port}`]]) {
			const { code, ids, err, report } = await doctor(env, ...args);
			expect(err).toBe("");
			expect(ids).toEqual([]);
			expect(report.looked.map(({ title }) => title)).toEqual(["Set-up", "Database", "App"]);
			expect(code).toBe(0);
		}
	});

	test.each<[string, RequestListener, string[]]>([
		[
			"its framework adds a slash",
			(request, answer) => answer.writeHead(308, { location: `${request.url}/` }).end(),
			["trailing-slash"],
		],
		[
			"nothing is mounted there",
			(_, answer) => answer.writeHead(404).end("not found"),
			["mount-elsewhere", "loopback-callback"],
		],
	])("%s", async (_, wrong, expected) => {
		const baseURL = `http://localhost:${await listen(wrong)}`;
		const { file } = await appOf(baseURL);
		const { code, ids } = await doctor({ BETTER_AUTH_URL: baseURL, DATABASE: file });
		expect(ids).toEqual(expected);
		expect(code).toBe(1);
	});

	test("it doesn't run, which programs are told, too", async () => {
		const baseURL = "http://localhost:9";
		const { file } = await appOf(baseURL);
		const { code, report } = await doctor({ BETTER_AUTH_URL: baseURL, DATABASE: file });
		expect(report.looked.map(({ title }) => title)).toEqual(["Set-up", "Database", "App"]);
		expect(report.looked.at(-1)?.note).toContain("nothing runs at http://localhost:9");
		expect(code).toBe(0);
		const env = { BETTER_AUTH_SECRET: SECRET, BETTER_AUTH_URL: baseURL, DATABASE: file };
		const { out } = await runWith(env, "doctor", "--cwd", APP);
		// Of three, one wasn't looked at.
		expect(out.match(/nothing is wrong/g)).toHaveLength(2);
	});

	test("its login stands in front of the way back", async () => {
		const server: { listener: RequestListener } = { listener: (_, answer) => answer.end() };
		const port = await listener(server);
		const app = await appOf(`http://localhost:${port}`);
		server.listener = (request, answer) =>
			request.url?.includes("/bsky/callback")
				? answer.writeHead(307, { location: "/login" }).end()
				: app.listener(request, answer);
		const { ids } = await doctor({
			BETTER_AUTH_URL: `http://localhost:${port}`,
			DATABASE: app.file,
		});
		expect(ids).toEqual(["loopback-callback"]);
	});

	test("it runs, and hangs up on whoever asks", async () => {
		const baseURL = `http://localhost:${await listen((request) => request.socket.destroy())}`;
		const { file } = await appOf(baseURL);
		const { code, ids, report } = await doctor({ BETTER_AUTH_URL: baseURL, DATABASE: file });
		expect(ids).toEqual(["app-unreadable"]);
		expect(JSON.stringify(report)).toContain("ECONNRESET");
		expect(code).toBe(1);
	});

	test("people don't come back, since the framework knows one host only", async () => {
		const server: { listener: RequestListener } = { listener: (_, answer) => answer.end() };
		const port = await listener(server);
		const app = await appOf(`http://localhost:${port}`);
		server.listener = (request, answer) =>
			request.headers.host?.startsWith("localhost")
				? app.listener(request, answer)
				: answer.writeHead(404).end();
		const { ids } = await doctor({
			BETTER_AUTH_URL: `http://localhost:${port}`,
			DATABASE: app.file,
		});
		expect(ids).toEqual(["loopback-callback"]);
	});

	test("each loopback address that is open is a way back", async () => {
		const server: { listener: RequestListener } = { listener: (_, answer) => answer.end() };
		const both = createServer((request, answer) => server.listener(request, answer)).listen(
			0,
			"::",
		);
		onTestFinished(() => void both.close());
		await once(both, "listening");
		const address = both.address();
		const port = typeof address === "object" && address ? address.port : 0;
		const app = await appOf(`http://localhost:${port}`);
		server.listener = (request, answer) =>
			request.headers.host?.startsWith("[::1]")
				? answer.writeHead(404).end()
				: app.listener(request, answer);
		const env = { BETTER_AUTH_URL: `http://localhost:${port}`, DATABASE: app.file };
		const { ids, report } = await doctor(env);
		expect(ids).toEqual(["loopback-callback"]);
		expect(JSON.stringify(report)).toContain(`http://[::1]:${port}`);
	});

	test("a front end that browsers don't let ask", async () => {
		const server: { listener: RequestListener } = { listener: (_, answer) => answer.end() };
		const port = await listener(server);
		const trustedOrigins = ["http://localhost:5173"];
		const app = await appOf(`http://localhost:${port}`, undefined, { trustedOrigins });
		server.listener = app.listener;
		const { ids } = await doctor({
			BETTER_AUTH_URL: `http://localhost:${port}`,
			DATABASE: app.file,
			AUTH: JSON.stringify({ trustedOrigins }),
		});
		expect(ids).toEqual(["cors-missing"]);
	});

	test.each([
		["an option that is none", { BSKY: '{"clientNme":"x"}' }, ["option"]],
		["a scope that is none", { BSKY: '{"clientMetadata":{"scope":"atproto repo:"}}' }, ["option"]],
		["a key that is cut off", { BSKY_PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----" }, ["option"]],
		["https without a key", { BETTER_AUTH_URL: "https://shop.dev" }, ["option"]],
		["no tables", { DATABASE: ":memory:" }, ["table-missing"]],
		[
			"cookies that stay at home",
			{ AUTH: '{"advanced":{"defaultCookieAttributes":{"sameSite":"strict"}}}' },
			["cookie-strict"],
		],
	])("%s", async (_, env, expected) => {
		// Nothing runs there.
		const baseURL = "http://localhost:9";
		const { file } = await appOf(baseURL);
		const { code, ids, report } = await doctor({
			BETTER_AUTH_URL: baseURL,
			DATABASE: file,
			...env,
		});
		expect(ids).toEqual(expected);
		expect(code).toBe(1);
		for (const { link } of report.findings) expect(link).toMatch(/^https:.*#/);
	});

	test("tables and columns that are missing are listed, and what is to be done about them", async () => {
		const baseURL = "http://localhost:9";
		const { file } = await appOf(baseURL);
		const database = new DatabaseSync(file);
		database.exec('alter table "session" drop column "bskyDid"; drop table "bskyRevocation"');
		const { report } = await doctor({ BETTER_AUTH_URL: baseURL, DATABASE: file });
		expect(report.findings).toMatchObject([
			{
				id: "table-missing",
				sentence:
					"Database schema mismatch. Missing tables: bskyRevocation. Missing columns: session.bskyDid.",
				remedy: "Run `npx auth migrate` to add the missing tables and columns.",
			},
		]);
	});

	test("accounts of an older plugin", async () => {
		const baseURL = "http://localhost:9";
		const { file, auth } = await appOf(baseURL);
		const { internalAdapter } = await auth.$context;
		const person = { email: "ann@shop.dev", name: "Ann" };
		const user = await internalAdapter.createUser(person, { method: "email" });
		await internalAdapter.createAccount({
			userId: user.id,
			providerId: "atproto",
			accountId: "did:plc:ann",
		});
		const { ids } = await doctor({ BETTER_AUTH_URL: baseURL, DATABASE: file });
		expect(ids).toEqual(["accounts-of-older-plugins"]);
	});

	test.each([
		["no app is there", ["--cwd", folder], "auth.ts"],
		["no such file", ["--config", "nowhere.ts"], "nowhere.ts"],
		["no address", ["::"], "address"],
		["an address of this machine, from anywhere", ["localhost:3000", "--cwd", folder], "folder"],
		["no place", ["https://shop.dev", "--connect-to", "http://127.0.0.1:8443"], "host and a port"],
		["a port that is none", ["https://shop.dev", "--connect-to", "a:99999"], "host and a port"],
		["port 0", ["https://shop.dev", "--connect-to", "a:0"], "host and a port"],
		["no certificates", ["https://shop.dev", "--ca", "nowhere"], "nowhere, which --ca names"],
		["none in the file", ["https://shop.dev", "--ca", import.meta.filename], "no certificate"],
		["no port", ["https://shop.dev", "--connect-to", "127.0.0.1"], "host and a port"],
	])("%s: it could not run", async (_, args, said) => {
		const { code, err } = await run("doctor", ...["--cwd", APP], ...args);
		expect(err).toContain(said);
		expect(code).toBe(2);
	});
});

test("each finding has its place in the documentation", () => {
	const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
	for (const id of OWN) expect(readme).toContain(`<a id="${id}"></a>`);
	expect(helpOn("clock")).toBe(`${DOCS_URL}/errors#clock`);
	const source = globSync("src/doctor/*.ts", { cwd: PACKAGE })
		.map((file) => readFileSync(join(PACKAGE, file), "utf8"))
		.join("\n");
	const said = [...source.matchAll(/(?:\bsay\(|\bfound\(|\bid:)\s*"([a-z-]+)"/g)].map(
		([, id]) => id,
	);
	const known = [
		...OWN,
		"option",
		...Object.values(CHECKS).flatMap((all) => all.map(({ id }) => id)),
	];
	expect(said.length).toBeGreaterThan(20);
	expect(said.filter((id) => id !== undefined && !known.includes(id))).toEqual([]);
});

test.each([
	["no way by that family", { code: "ENETUNREACH" }, true],
	["none by any of its addresses", new AggregateError([{ code: "EADDRNOTAVAIL" }]), true],
	["nothing answers", { code: "ECONNREFUSED" }, false],
	["one of its addresses refuses", new AggregateError([{ code: "ENETUNREACH" }, {}]), false],
	["a certificate that nobody trusts", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, false],
])("it is this machine that has no way: %s", (_, error, expected) => {
	expect(hasNoWay(error)).toBe(expected);
});

describe("a published app", async () => {
	const network = await startNetwork({ accounts: [], controlPort: 0 });
	afterAll(() => network.close());

	/** How to get to a listener at https://shop.dev. */
	async function wayTo(listener: RequestListener) {
		const { tlsPort, certificate, unpublish } = await network.publishOrigin(
			"https://shop.dev",
			await listen(listener),
		);
		onTestFinished(() => unpublish());
		return { connectTo: `127.0.0.1:${tlsPort}`, ca: certificate };
	}

	const app = await appOf("https://shop.dev", KEY);
	const env = {
		BETTER_AUTH_URL: "https://shop.dev",
		DATABASE: app.file,
		BSKY_PRIVATE_KEY: KEY,
	};

	test("all is well, from its folder and from anywhere", async () => {
		const { connectTo, ca } = await wayTo(app.listener);
		const file = join(folder, "ca.pem");
		writeFileSync(file, ca);
		const args = ["https://shop.dev", "--connect-to", connectTo, "--ca", file, "--times", "2"];
		for (const cwd of [APP, folder]) {
			const { code, ids } = await doctor(env, "--cwd", cwd, ...args);
			expect(ids).toEqual([]);
			expect(code).toBe(0);
		}
	});

	test("as the local network does that has published it", async () => {
		await wayTo(app.listener);
		const local = {
			...env,
			BSKY: '{"allowHttp":true}',
			BSKY_DEVNET_URL: network.control?.url ?? "",
		};
		const { code, ids, report } = await doctor(local, "https://shop.dev", "--devnet");
		expect(ids).toEqual([]);
		expect(report.findings.map(({ id }) => id)).toContain("network-allowed");
		expect(code).toBe(0);
		const elsewhere = await doctor(local, "https://store.dev", "--devnet");
		expect(elsewhere.err).toContain("hasn't published https://store.dev");
		expect(elsewhere.code).toBe(2);
	});

	test.each<[string, object, string[], string]>([
		["nothing", {}, ["proxy-address"], "more than one address"],
		["its header", { ipAddressHeaders: ["cf-connecting-ip"] }, [], ""],
		["its proxies", { trustedProxies: ["10.0.0.0/24"] }, [], ""],
		["that nobody looks", { disableIpTracking: true }, ["limits-off"], "as many sign-ins"],
	])("of visitors' addresses it says %s", async (_, ipAddress, expected, said) => {
		const AUTH = JSON.stringify({ advanced: { ipAddress } });
		// Nothing runs there.
		const args = ["https://shop.dev", "--connect-to", "127.0.0.1:9", "--times", "1"];
		const { report } = await doctor({ ...env, AUTH }, ...args);
		expect(report.looked.at(-1)?.note).toMatch(/, once by its address$/);
		const found = report.findings.filter(({ where }) => where === "set-up");
		expect(found.map(({ id }) => id)).toEqual(expected);
		expect(JSON.stringify(found)).toContain(said);
	});

	const other = await appOf("https://shop.dev", OTHER_KEY);
	const elsewhere = await appOf("https://store.dev", KEY);
	const at = (path: string) => `https://shop.dev${path}`;
	const withPages = await appOf(
		"https://shop.dev",
		KEY,
		{},
		{
			logoUri: at("/logo.png"),
			tosUri: at("/terms"),
		},
	);
	let turn = 0;

	/** The app, but for what it says of its keys. */
	const withKeys =
		(keys: unknown[]): RequestListener =>
		(request, answer) =>
			request.url?.includes("jwks.json")
				? answer
						.writeHead(200, { "content-type": "application/json" })
						.end(JSON.stringify({ keys }))
				: app.listener(request, answer);

	/** The app, but for a part of its document. */
	const withDocument =
		(part: object): RequestListener =>
		async (request, answer) => {
			if (!request.url?.includes("client-metadata")) return app.listener(request, answer);
			const url = `https://shop.dev${request.url}`;
			const said = await (await app.auth.handler(new Request(url))).json();
			answer.writeHead(200, { "content-type": "application/json" });
			answer.end(JSON.stringify({ ...Object(said), ...part }));
		};

	test("what a server says can't write to the terminal as it likes", async () => {
		const wild = "https://shop.dev/\u001b]0;owned\u0007\u202egpj.exe";
		const way = await wayTo(withDocument({ jwks_uri: wild }));
		const shown = asText([await lookAtDeployed({ url: "https://shop.dev", times: 1, ...way })]);
		expect(shown).toContain("owned");
		for (const sign of ["\u001b]", "\u0007", "\u202e"]) expect(shown).not.toContain(sign);
	});

	test.each<[string, RequestListener, string[]]>([
		[
			"it redirects",
			(request, answer) =>
				answer.writeHead(301, { location: `https://www.shop.dev${request.url}` }).end(),
			["metadata-redirects"],
		],
		["it asks for a password", (_, answer) => answer.writeHead(401).end(), ["metadata-locked"]],
		[
			"a page for everything that isn't found",
			(_, answer) => answer.writeHead(200, { "content-type": "text/html" }).end("<html></html>"),
			["metadata-not-json"],
		],
		["it hangs up", (request) => request.socket.destroy(), ["metadata-unreachable"]],
		["it fails", (_, answer) => answer.writeHead(503).end(), ["metadata-unreachable"]],
		[
			"an answer without end",
			(_, answer) => {
				answer.writeHead(200, { "content-type": "application/json" });
				const fill = () => answer.write("x".repeat(100_000), (error) => !error && fill());
				fill();
			},
			["metadata-unreachable"],
		],
		["keys that are none", withKeys([null, 7, "key"]), ["jwks-missing"]],
		["a set without keys", withKeys([]), ["jwks-missing"]],
		["keys without names", withKeys([{ kty: "EC" }]), ["key-unknown"]],
		["keys at no address", withDocument({ jwks_uri: "keys, please" }), ["jwks-missing"]],
		["keys in a file", withDocument({ jwks_uri: "file:///etc/passwd" }), ["jwks-missing"]],
		[
			"a list for a document",
			(_, answer) => answer.writeHead(200, { "content-type": "application/json" }).end("[1]"),
			["metadata-not-json"],
		],
		[
			"a login in front of the way back",
			(request, answer) =>
				request.url?.includes("/bsky/callback")
					? answer.writeHead(302, { location: "/login?next=%2F" }).end()
					: app.listener(request, answer),
			["callback-elsewhere"],
		],
		[
			"a way back at which nobody answers",
			(request, answer) =>
				request.url?.includes("/bsky/callback")
					? request.socket.destroy()
					: app.listener(request, answer),
			["callback-elsewhere"],
		],
		["another key signs here", other.listener, ["key-unknown"]],
		["it takes itself for another", elsewhere.listener, ["client-id-differs", "origin-elsewhere"]],
		[
			"two instances with a key each",
			(request, answer) => (turn++ % 2 === 0 ? app : other).listener(request, answer),
			["key-unknown", "instances-differ"],
		],
		[
			"its clock is wrong",
			(request, answer) => {
				answer.setHeader("date", new Date(Date.now() - 600_000).toUTCString());
				void app.listener(request, answer);
			},
			["clock"],
		],
		[
			"its terms aren't there, and its logo is",
			async (request, answer) => {
				if (request.url === "/logo.png") return void answer.end("a picture");
				if (request.url === "/terms") return void answer.writeHead(404).end();
				await withPages.listener(request, answer);
			},
			["page-missing"],
		],
	])("%s", async (_, listener, expected) => {
		const check = await app.auth.api.checkBsky();
		const options = { url: "https://shop.dev", times: 2, check, ...(await wayTo(listener)) };
		const { findings } = await lookAtDeployed(options);
		expect(findings.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
	});
});

/** A server whose listener is known only once its port is. */
const listener = (server: { listener: RequestListener }) =>
	listen((request, answer) => server.listener(request, answer));
