import { afterAll, expect, test } from "vitest";
import { databaseKinds } from "./databases.ts";
import { type Part, startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, expire, startApp } from "./kit.ts";

// However much a server says, this is what stays of it.

/** Most characters of all rows that one sign-up may leave. */
const MAX_ROWS = 100_000;

const mallory = await startEvilServer();
const directories = await startDirectories([mallory]);
afterAll(async () => {
	await directories.close();
	await mallory.close();
});

const TABLES = ["user", "account", "session", "bskySession", "bskyState", "bskyRevocation"];

const sizeOf = (app: App) =>
	TABLES.flatMap((table) => app.rows(table))
		.flatMap((row) => Object.values(row))
		.reduce<number>((size, value) => size + String(value ?? "").length, 0);

/** The most that still passes, and the least that doesn't, all else being as it should. */
const LONG = (length: number) => "x".repeat(length);
const SCOPE = (length: number) => `atproto ${"a".repeat(length - "atproto ".length)}`;
const TOKEN = 16 * 1024;
const SCOPES = 8 * 1024;

/** As large as all of it may be together. */
const LARGEST = {
	access_token: LONG(TOKEN),
	refresh_token: LONG(3500),
	scope: SCOPE(SCOPES),
};

const ALLOWED: [string, Partial<Record<Part, object>>][] = [
	["an access token", { token: { access_token: LONG(TOKEN) } }],
	["a refresh token", { token: { refresh_token: LONG(TOKEN) } }],
	["a scope", { token: { scope: SCOPE(SCOPES) } }],
	["a name", { profile: { displayName: LONG(50_000) } }],
	["a name of combining characters", { profile: { displayName: "e\u0301\u0302".repeat(15_000) } }],
	["a description", { profile: { description: LONG(500_000) } }],
	[
		"pictures",
		{
			profile: {
				avatar: `https://a.example/${LONG(50_000)}`,
				banner: `https://a.example/${LONG(50_000)}`,
			},
		},
	],
	[
		"all at once",
		{
			token: LARGEST,
			profile: {
				displayName: LONG(50_000),
				description: "👨‍👩‍👧‍👦".repeat(10_000),
				avatar: `https://a.example/${LONG(50_000)}`,
			},
		},
	],
];

async function signUp(app: App, deviations: Partial<Record<Part, object>>) {
	mallory.deviations = deviations as typeof mallory.deviations;
	const browser = app.browser();
	const url = await browser.begin(mallory.handle);
	const end = await browser.arrive(mallory.approve(url));
	return { browser, end };
}

test.each(ALLOWED)("%s of the largest size leaves no more than a share", async (_, deviations) => {
	const app = await startApp(directories);
	const { browser, end } = await signUp(app, deviations);
	expect(end.pathname).toBe("/me");
	expect(sizeOf(app)).toBeLessThan(MAX_ROWS);
	const answer = await (await browser.get("/bsky/session")).text();
	expect(answer.length).toBeLessThan(10_000);
	await app.close();
});

test.for(await databaseKinds())("the largest fits into $name", async (kind, { skip }) => {
	if (kind.missing) skip(kind.missing);
	const { database, drop } = await kind.create();
	const app = await startApp(directories, { auth: { database } });
	const { browser, end } = await signUp(app, { token: LARGEST });
	expect(end.pathname).toBe("/me");
	await expire(app, mallory.did);
	mallory.deviations = { token: { ...LARGEST, access_token: "y".repeat(TOKEN) } };
	const restored = await browser.post("/bsky/restore", {});
	expect(await restored.json()).toMatchObject({ active: true });
	await app.close();
	await drop();
});

const REFUSED: [string, object][] = [
	["an access token", { access_token: LONG(TOKEN + 1) }],
	["a refresh token", { refresh_token: LONG(TOKEN + 1) }],
	["a scope", { scope: SCOPE(SCOPES + 1) }],
	["a scope of 50 kB", { scope: SCOPE(50_000) }],
	["two tokens, together", { access_token: LONG(TOKEN), refresh_token: LONG(TOKEN) }],
];

test.each(REFUSED)("%s beyond that leaves nothing", async (what, token) => {
	const app = await startApp(directories);
	const { end } = await signUp(app, { token });
	expect(end.searchParams.get("error")).toBe("server_unsupported");
	// The code is revoked once more when it can't have an effect any later; so is a token that is none too long.
	expect(["user", "account", "bskySession"].flatMap((table) => app.rows(table))).toEqual([]);
	expect(sizeOf(app)).toBeLessThan(what === "two tokens, together" ? 3 * TOKEN : 5000);
	await app.close();
});

/** What is short by its letters takes room as it is written; and so does where it is. */
const WIDE: [string, (origin: string) => Partial<Record<Part, object>>][] = [
	[
		"a refresh token of control characters",
		() => ({ token: { refresh_token: "\x01".repeat(TOKEN / 4) } }),
	],
	["a refresh token of wide letters", () => ({ token: { refresh_token: "€".repeat(TOKEN) } })],
	[
		"tokens of quotes",
		() => ({ token: { access_token: '"'.repeat(12_000), refresh_token: '"'.repeat(12_000) } }),
	],
	[
		"a PDS with a long address",
		(origin) => ({
			didDocument: {
				service: [
					{
						id: "#atproto_pds",
						type: "AtprotoPersonalDataServer",
						serviceEndpoint: `${origin}/${LONG(50_000)}`,
					},
				],
			},
		}),
	],
	[
		"an issuer with a long one",
		(origin) => ({
			resource: { authorization_servers: [`${origin}/${LONG(30_000)}`] },
			metadata: { issuer: `${origin}/${LONG(30_000)}` },
		}),
	],
];

test.each(WIDE)("%s leaves nothing", async (_, deviationsAt) => {
	// Of its own: what a server says of itself is remembered for a minute.
	const wide = await startEvilServer({ handle: "wide.test" });
	const world = await startDirectories([wide]);
	const app = await startApp(world);
	wide.deviations = deviationsAt(wide.origin) as typeof wide.deviations;
	const browser = app.browser();
	const begun = await browser.post("/bsky/sign-in", { handle: wide.did });
	const { url, code } = (await begun.json()) as { url?: string; code?: string };
	const end = url && (await browser.arrive(wide.approve(url)));
	const error = code ?? (end ? end.searchParams.get("error")?.toUpperCase() : undefined);
	expect(error).toBe("SERVER_UNSUPPORTED");
	expect(["user", "account", "bskySession"].flatMap((table) => app.rows(table))).toEqual([]);
	expect(sizeOf(app)).toBeLessThan(5000);
	await Promise.all([app, world, wide].map((each) => each.close()));
});

test.each(REFUSED)("%s beyond that in a refresh ends nothing", async (_, token) => {
	const app = await startApp(directories);
	const { browser } = await signUp(app, {});
	const before = app.rows("bskySession").length;
	await expire(app, mallory.did);
	mallory.deviations = { token } as typeof mallory.deviations;
	const restored = await browser.post("/bsky/restore", {});
	expect(await restored.json()).toMatchObject({ active: true });
	expect(app.rows("bskySession")).toHaveLength(before);
	expect(sizeOf(app)).toBeLessThan(MAX_ROWS);
	await app.close();
});
