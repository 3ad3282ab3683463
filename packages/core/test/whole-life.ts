import type { Account, Network } from "@better-auth-bsky/devnet";
import type { AuthContext } from "better-auth";
import { expect } from "vitest";
import { type App, type Browser, expire } from "./kit.ts";
import { REFERENCE, revocable, type ServerKind } from "./servers.ts";

type Row = Record<string, unknown>;

type LifeBrowser = Pick<
	Browser,
	"signIn" | "post" | "get" | "json" | "user" | "cookies" | "setCookie"
>;

/** An app in which people live, wherever it runs and whatever keeps its rows. */
export interface LifeApp {
	/** A browser in front of it, with nobody signed in. */
	browser(): LifeBrowser;
	/** Every row of a table of better-auth, by better-auth's names. */
	rows(model: string): Promise<Row[]>;
	/** Makes the stored access token of a DID look as if it had ended. */
	expire(did: string): Promise<void>;
	/** Asks as a user of the app, by its agent, who they are; the DID. */
	ask(userId: string): Promise<string>;
}

/**
 * The same of an app in this process. It lets people delete themselves.
 *
 * @param sessions how many sessions there are, where they are no rows
 */
export function lifeApp(app: App, sessions?: () => Promise<Row[]>): LifeApp {
	return {
		browser: () => app.browser(),
		async rows(model) {
			if (model === "session" && sessions) return sessions();
			// Of the plugin's own columns, better-auth's types know nothing here.
			const { adapter } = (await app.auth.$context) as unknown as AuthContext;
			return adapter.findMany<Row>({ model, limit: 1000 });
		},
		expire: (did) => expire(app, did),
		async ask(userId) {
			const agent = await app.auth.api.getBskyAgent({ userId });
			return (await agent.com.atproto.server.getSession()).data.did;
		},
	};
}

/** What is otherwise in some apps, and at some servers. */
export interface Ways {
	/** Before the first sign-in. */
	begin?(browser: LifeBrowser): Promise<void>;
	/** What is to be seen once somebody has signed up. */
	signedIn?(browser: LifeBrowser, person: Account): Promise<void>;
	/** Whether a second person who signs in is connected only where that is asked for. @default false */
	asksToLink?: boolean;
	/** The habits of the server. @default those of the reference server */
	server?: ServerKind;
}

/** What there is of two people, here and at their server. */
interface Left {
	users: number;
	/** Sessions of better-auth. */
	sessions: number;
	/** Whose accounts there are: rows of better-auth's and rows of ours, which must agree. */
	accounts: Account[];
	/** Whose sessions we act with; their server has one of each, and no other. */
	stored: Account[];
}

/**
 * Everything that happens to a person in an app, with another whom they meet: what there is of both, in
 * each table and at their server, is checked after each step. Of both, nothing is left in the end, so
 * that a database serves for any number of lives one after the other.
 *
 * @param people whom nobody in this app knows
 */
export async function wholeLife(
	network: Pick<Network, "liveTokens">,
	app: LifeApp,
	[one, other]: readonly [Account, Account],
	{ begin, signedIn, asksToLink = false, server = REFERENCE }: Ways = {},
): Promise<void> {
	const { byToken } = revocable(server);
	const rotates = !server.habits.includes("no-refresh-rotation");
	const dids = [one.did, other.did];
	const leaves = (step: string, left: Left) => expectLeft(network, app, dids, step, left, byToken);
	const onlyOne = { users: 1, sessions: 1, accounts: [one], stored: [one] };
	const browser = app.browser();
	const userId = async () => String((await browser.user())?.id);

	await begin?.(browser);
	expect((await browser.signIn(one)).pathname).toBe("/me");
	expect(await browser.user()).toMatchObject({ bskyDid: one.did, bskyHandle: one.handle });
	await signedIn?.(browser, one);
	await leaves("signing up", onlyOne);

	const phone = app.browser();
	expect((await phone.signIn(one)).pathname).toBe("/me");
	expect((await phone.user())?.id).toBe(await userId());
	await leaves("returning", { ...onlyOne, sessions: 2 });

	await app.expire(one.did);
	const before = await network.liveTokens(one.did);
	const restored = await Promise.all([1, 2, 3].map(() => browser.post("/bsky/restore", {})));
	for (const each of restored) expect(await each.json()).toMatchObject({ active: true });
	if (rotates) expect(await network.liveTokens(one.did)).not.toEqual(before);
	await leaves("refreshing by three at once", { ...onlyOne, sessions: 2 });

	expect(await app.ask(await userId())).toBe(one.did);

	const asked = asksToLink ? { link: true } : {};
	expect((await browser.signIn(other, asked)).pathname).toBe("/me");
	expect(await browser.user()).toMatchObject({ bskyDid: one.did });
	const both = [one, other];
	await leaves("linking", { users: 1, sessions: 2, accounts: both, stored: both });

	const listed = await (await browser.get("/list-accounts")).json();
	const accounts = listed as { id: string; accountId: string }[];
	const accountId = accounts.find((account) => account.accountId === one.did)?.id;
	expect((await browser.post("/unlink-account", { accountId })).status).toBe(200);
	// They are shown as the one who is left, also where a cookie has a copy of the user.
	expect(await browser.user()).toMatchObject({ bskyDid: other.did });
	const onlyOther = { users: 1, sessions: 1, accounts: [other], stored: [other] };
	await leaves("unlinking", { ...onlyOther, sessions: 2 });

	expect((await phone.post("/sign-out", {})).status).toBe(200);
	await leaves("signing out on one of two devices", onlyOther);
	const own = new Map(browser.cookies);

	expect((await browser.signIn(one, { link: false })).pathname).toBe("/me");
	expect(await browser.user()).toMatchObject({ bskyDid: one.did });
	await leaves("switching", { users: 2, sessions: 2, accounts: both, stored: both });

	expect((await browser.post("/delete-user", {})).status).toBe(200);
	await leaves("deleting the other user", onlyOther);

	for (const [name, value] of own) browser.setCookie(name, value);
	expect(await browser.user()).toMatchObject({ bskyDid: other.did });
	expect((await browser.post("/sign-out", {})).status).toBe(200);
	await leaves("signing out", { ...onlyOther, sessions: 0, stored: [] });

	expect((await browser.signIn(other)).pathname).toBe("/me");
	await leaves("coming back", onlyOther);
	expect((await browser.post("/delete-user", {})).status).toBe(200);
	await leaves("deleting the user", { users: 0, sessions: 0, accounts: [], stored: [] });
}

/** Three browsers sign one new person in at the same moment: one user comes of it, who then deletes themselves. */
export async function firstSignInsAtOnce(
	network: Pick<Network, "liveTokens">,
	app: LifeApp,
	person: Account,
): Promise<void> {
	const browsers = [app.browser(), app.browser(), app.browser()];
	const ends = await Promise.all(browsers.map((browser) => browser.signIn(person)));
	// With the code of an error, where there is one.
	expect(ends.map(({ pathname, search }) => pathname + search)).toEqual(["/me", "/me", "/me"]);
	const users = await Promise.all(browsers.map((browser) => browser.user()));
	expect(new Set(users.map((user) => user?.id)).size).toBe(1);
	const left = { users: 1, sessions: 3, accounts: [person], stored: [person] };
	await expectLeft(network, app, [person.did], "signing in by three at once", left);
	expect((await browsers[0]?.post("/delete-user", {}))?.status).toBe(200);
}

/** What is revoked is so a moment later. */
async function expectLeft(
	network: Pick<Network, "liveTokens">,
	app: LifeApp,
	dids: string[],
	step: string,
	left: Left,
	isRevocable = true,
): Promise<void> {
	const accounts = left.accounts.map(({ did }) => did).sort();
	const stored = left.stored.map(({ did }) => did).sort();
	const { users, sessions } = left;
	const wanted = { users, sessions, accounts, owners: accounts, stored, alive: stored };
	const look = async () => {
		const alive = await aliveAmong(network, dids);
		// Where nothing can be revoked, what was given up lives on, too.
		const counted = isRevocable ? alive : stored.filter((did) => alive.includes(did));
		return { ...(await whatIsLeft(app, dids)), alive: counted };
	};
	await expect
		.poll(look, { message: `after ${step}`, timeout: 10_000 })
		.toEqual({ ...wanted, states: 0, revocations: 0 });
}

async function whatIsLeft(app: LifeApp, dids: string[]) {
	const didsOf = async (model: string, field: string) =>
		(await app.rows(model))
			.map((row) => String(row[field]))
			.filter((did) => dids.includes(did))
			.sort();
	const count = async (model: string) => (await app.rows(model)).length;
	return {
		users: await count("user"),
		sessions: await count("session"),
		accounts: await didsOf("account", "accountId"),
		owners: await didsOf("bskyAccount", "did"),
		stored: await didsOf("bskySession", "did"),
		states: await count("bskyState"),
		revocations: await count("bskyRevocation"),
	};
}

/** The DIDs of the sessions that the server has, one for each. */
async function aliveAmong(network: Pick<Network, "liveTokens">, dids: string[]): Promise<string[]> {
	const live = await Promise.all(
		dids.map(async (did) => (await network.liveTokens(did)).map(() => did)),
	);
	return live.flat().sort();
}
