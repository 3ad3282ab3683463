import type { BetterAuthOptions } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { describe, expect, test } from "vitest";
import { atprotoAuth } from "../src/index.ts";
import { databaseKinds, type TestDatabase } from "./databases.ts";
import { expire, newPerson, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork();

const kinds = await databaseKinds();

describe.each(kinds)("$name", (kind) => {
	const skip = kind.missing ?? false;
	const name = (text: string) => (skip ? `${text} (skipped: ${skip})` : text);

	const inDatabase = (run: (database: TestDatabase) => Promise<void>) => async () => {
		const database = await kind.create();
		try {
			await run(database);
		} finally {
			await database.drop();
		}
	};

	test.skipIf(skip)(
		name("an empty database is migrated, once"),
		inDatabase(async ({ database }) => {
			const options = {
				baseURL: "http://localhost:3000",
				secret: "a-test-secret-that-is-long-enough-0123456789",
				database,
				plugins: [atprotoAuth()],
			} satisfies BetterAuthOptions;
			const { toBeCreated, runMigrations, compileMigrations } = await getMigrations(options);
			const tables = Object.fromEntries(
				toBeCreated.map(({ table, fields }) => [table, Object.keys(fields)]),
			);
			expect(tables.bskyState).toEqual(["key", "state", "expiresAt"]);
			expect(tables.bskySession).toEqual(
				expect.arrayContaining(["did", "session", "userId", "updatedAt"]),
			);
			expect(tables.user).toEqual(
				expect.arrayContaining(["bskyDid", "bskyHandle", "bskyBio", "bskyBanner"]),
			);
			const sql = await compileMigrations();
			expect(sql).toMatch(/references .user. \(.id.\) on delete cascade/i);
			await runMigrations();
			const again = await getMigrations(options);
			expect([again.toBeCreated, again.toBeAdded]).toEqual([[], []]);
		}),
	);

	test.skipIf(skip)(
		name("letters of several characters each"),
		inDatabase(async ({ database }) => {
			const app = await startApp(network, { auth: { database } });
			try {
				const letter = "e\u0301\u0323\u0330\u0302";
				const person = await newPerson(network, { displayName: letter.repeat(64) });
				const browser = app.browser();
				expect((await browser.signIn(person)).pathname).toBe("/me");
				const user = (await browser.user()) ?? {};
				expect(user.bskyDisplayName).toBe(letter.repeat(64));
				expect(letter.repeat(64).startsWith(String(user.name))).toBe(true);
			} finally {
				await app.close();
			}
		}),
	);

	test.skipIf(skip)(
		name("sign-up, return, refresh, linking and unlinking"),
		inDatabase(async ({ database }) => {
			const app = await startApp(network, { auth: { database } });
			try {
				const person = await newPerson(network, { displayName: "Ида 🦋", description: "é\n中" });
				const browser = app.browser();
				expect((await browser.signIn(person)).pathname).toBe("/me");
				expect(await browser.user()).toMatchObject({ name: "Ида 🦋", bskyBio: "é\n中" });
				const again = app.browser();
				await again.signIn(person);
				expect((await again.user())?.id).toBe((await browser.user())?.id);
				await expire(app, person.did);
				const answers = await Promise.all(
					Array.from({ length: 5 }, () => browser.post("/bsky/restore", {})),
				);
				for (const answer of answers) expect(await answer.json()).toMatchObject({ active: true });
				await expect.poll(() => network.liveTokens(person.did)).toHaveLength(1);

				const eve = app.browser();
				await eve.signUpWithEmail("eve@example.com");
				const other = await newPerson(network);
				expect((await eve.signIn(other)).pathname).toBe("/me");
				const accounts = (await eve.json("/list-accounts")) as unknown as {
					id: string;
					providerId: string;
				}[];
				const linked = accounts.find((account) => account.providerId === "bsky");
				expect((await eve.post("/unlink-account", { accountId: linked?.id })).status).toBe(200);
				expect(await eve.user()).toMatchObject({ bskyDid: null });
				await expect.poll(() => network.liveTokens(other.did)).toEqual([]);
			} finally {
				await app.close();
			}
		}),
	);

	test.skipIf(skip)(
		name("a DID in another spelling, which some collations take for the same, is nobody's"),
		inDatabase(async ({ database }) => {
			const app = await startApp(network, { auth: { database } });
			try {
				const person = await newPerson(network);
				const browser = app.browser();
				await browser.signIn(person);
				const headers = { cookie: browser.cookie };
				const capitals = person.did.replace(/[^:]+$/, (text) => text.toUpperCase());
				for (const did of [capitals, `${person.did} `]) {
					const session = await browser.json(`/bsky/session?did=${encodeURIComponent(did)}`);
					expect(session).toMatchObject({ active: false });
					const agent = app.auth.api.getBskyAgent({ headers, did });
					await expect(agent).rejects.toMatchObject({ body: { code: "NOT_LINKED" } });
				}
			} finally {
				await app.close();
			}
		}),
	);

	test.skipIf(skip)(
		name("what is no DID is nobody's, whatever letters it has"),
		inDatabase(async ({ database }) => {
			const app = await startApp(network, { auth: { database } });
			try {
				const browser = app.browser();
				await browser.signIn(await newPerson(network));
				for (const did of ["\0", "did:plc:\0", "\uD800", "'", "did:plc:❤", "%00"]) {
					const asked = encodeURIComponent(did.replace("\uD800", "?"));
					const answers = [
						await browser.get(`/bsky/session?did=${asked}`),
						await browser.post("/bsky/restore", { did }),
						await browser.post("/bsky/disconnect", { did }),
						await browser.post("/bsky/switch", { did }),
						await browser.post("/bsky/upgrade", { did, scope: "atproto" }),
					];
					expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 404]);
				}
				expect(await browser.json("/bsky/session")).toMatchObject({ active: true });
			} finally {
				await app.close();
			}
		}),
	);

	test.skipIf(skip)(
		name("two first sign-ins of one DID at once make one user"),
		inDatabase(async ({ database }) => {
			const app = await startApp(network, { auth: { database } });
			try {
				const person = await newPerson(network);
				const browsers = [app.browser(), app.browser(), app.browser()];
				const ends = await Promise.all(browsers.map((browser) => browser.signIn(person)));
				expect(ends.map((end) => end.pathname)).toEqual(["/me", "/me", "/me"]);
				const users = await Promise.all(browsers.map((browser) => browser.user()));
				expect(new Set(users.map((user) => user?.id)).size).toBe(1);
				await expect.poll(() => network.liveTokens(person.did)).toHaveLength(1);
			} finally {
				await app.close();
			}
		}),
	);
});
