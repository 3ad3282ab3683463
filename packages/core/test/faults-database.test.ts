import { DatabaseSync } from "node:sqlite";
import { approve } from "@better-auth-bsky/devnet";
import { describe, expect, test, vi } from "vitest";
import {
	expectConsistent,
	expectNoLeak,
	expectSentence,
	type Instance,
	ledger,
	NOTHING,
	stored,
	useFaultLab,
} from "./faults-kit.ts";
import { overServers, revocable, useServer } from "./servers.ts";

const lab = await useFaultLab();

/** How a statement of the callback fails. */
const modes = [
	"fails",
	"fails each time",
	"and all after fail",
	/** Done by the database, whose answer is lost. */
	"is done, and fails",
] as const;
type Mode = (typeof modes)[number];

/** Lets the nth statement of what follows fail. */
function breakStatement({ app }: Instance, n: number, mode: Mode) {
	const { database } = app;
	const prepare = database.prepare;
	const statements: string[] = [];
	database.prepare = (...args: Parameters<typeof prepare>) => {
		const index = statements.push(args[0]);
		const hit =
			index === n ||
			(index > n &&
				((mode === "and all after fail" && n > 0) ||
					(mode === "fails each time" && args[0] === statements[n - 1])));
		if (hit && mode === "is done, and fails") prepare.apply(database, args).run();
		if (hit) throw new Error("disk I/O error");
		return prepare.apply(database, args);
	};
	const heal = () => {
		database.prepare = prepare;
		// What a lost connection comes to.
		if (database.isTransaction) database.exec("rollback");
	};
	return { statements, heal };
}

async function someone(signedIn: boolean) {
	const instance = await lab.open();
	const account = await lab.newPerson();
	if (signedIn) await instance.browser.signIn(account);
	return { instance, account };
}

async function approved({ instance, account }: Awaited<ReturnType<typeof someone>>) {
	const browser = instance.app.browser();
	const url = await browser.begin(account.handle, { errorCallbackURL: "/oops" });
	return { browser, back: await approve(url, { account }) };
}

test("a sign-in whose state can't be stored is none", async () => {
	const { instance, account } = await someone(false);
	// With its first request an app looks whether the tables are as they should be, and does its chores.
	await instance.browser.post("/bsky/sign-in", { handle: "" });
	const { statements, heal } = breakStatement(instance, 1, "fails");
	const response = await instance.browser.post("/bsky/sign-in", { handle: account.handle });
	heal();
	expect(brief(statements[0] ?? "")).toBe('insert "bskyState"');
	expect(response.status).toBe(500);
	expect(await response.json()).toMatchObject({ code: "INTERNAL_SERVER_ERROR" });
	expect(instance.app.rows("bskyState")).toEqual([]);
	expectNoLeak(instance);
});

/** The statements of somebody's first two callbacks in which nothing fails. */
async function recorded() {
	const person = await someone(false);
	const { app } = person.instance;
	// Past what counts the statements.
	const waiting = DatabaseSync.prototype.prepare.bind(app.database, "select * from bskyRevocation");
	const callback = async () => {
		const { browser, back } = await approved(person);
		const { statements, heal } = breakStatement(person.instance, 0, "fails");
		expect((await browser.arrive(back)).pathname).toBe("/me");
		await vi.waitFor(() => expect(waiting().all()).toEqual([]), 15_000);
		heal();
		return statements;
	};
	return { first: await callback(), second: await callback() };
}

/** A statement by what it does, and to which table. */
const brief = (sql: string) => sql.match(/^\w+|(?<=(from|into|update) )"\w+"/g)?.join(" ") ?? sql;

const failing = (who: "a newcomer" | "a returning person", statements: string[]) =>
	statements.flatMap((sql, index) =>
		modes
			.filter((mode) => mode !== "is done, and fails" || sql === "commit")
			.map((mode) => {
				const n = index + 1;
				return { title: `${who}: statement ${n} (${brief(sql)}) ${mode}`, who, sql, mode, n };
			}),
	);

// They are the app's own: whichever the server is, they are the same.
const { first, second } = await recorded();
const all = [...failing("a newcomer", first), ...failing("a returning person", second)];
const tables = await overServers(lab.network, async () => all);

const ONE = { user: 1, account: 1, session: 1, bskySession: 1, bskyState: 0 };

describe.each(tables)("at a server like $name", ({ server, rows }) => {
	useServer(lab.network, server);

	test.concurrent.each(rows)("callback of $title", async ({ who, sql, mode, n }) => {
		const signedIn = who === "a returning person";
		const person = await someone(signedIn);
		const { instance, account } = person;
		const { app } = instance;
		const [before] = await lab.live(account.did);
		const row = app.rows("bskySession");
		const { browser, back } = await approved(person);
		const { heal } = breakStatement(instance, n, mode);
		const end = await browser.arrive(back);
		const success = end.pathname === "/me";
		const isGone = mode === "and all after fail";
		// better-auth's session comes after all else: a database that is gone by then can't take it back.
		const isWritten = isGone && !signedIn && sql.startsWith('insert into "session"');
		if (!success) {
			// Where to go is in the state, which could not be read.
			expect(end.pathname).toBe(n === 1 ? "/api/auth/error" : "/oops");
			const { error, error_description } = Object.fromEntries(end.searchParams);
			expect(error).toBe("internal_server_error");
			expectSentence(error, error_description);
		}
		const live = async () =>
			(await lab.live(account.did)).map((token) => token.currentRefreshToken);
		const expected = signedIn || success || isWritten ? 1 : 0;
		// Or it stays in the queue. A server that ends nothing when it is asked to has all that it gave.
		const { byToken } = revocable(server);
		const { given } = instance.wire;
		await vi
			.waitFor(async () => expect(await live()).toHaveLength(byToken ? expected : given.length))
			.catch(() => {});
		heal();
		expectNoLeak(instance, end.search);
		await lab.retry(instance);

		const left = signedIn || success || isWritten ? ONE : NOTHING;
		// What could not be taken out of the store is still there, and soon expires.
		const bskyState = n === 1 && !success ? 1 : 0;
		const { session, ...rows } = ledger(app);
		const { session: _, ...expectedRows } = left;
		expect(rows).toEqual({ ...expectedRows, bskyState });
		const handedOut = Number(signedIn) + Number(success);
		// Where somebody has a stored session, better-auth's comes first, so that its refusal touches
		// nothing. It can't be removed either: nobody has it, and it expires.
		expect(session).toBeGreaterThanOrEqual(handedOut);
		expect(session).toBeLessThanOrEqual(handedOut + Number(isGone && signedIn && !success));
		await expectConsistent(app);
		const tokens = (await stored(app, account.did))?.session?.tokenSet;
		expect(tokens?.refresh_token).toBe(
			success || isWritten ? given.at(-1) : before?.currentRefreshToken,
		);
		const kept = expected ? [tokens?.refresh_token] : [];
		// What could not be stored may still be on its way.
		await vi.waitFor(async () => expect(await live()).toEqual(byToken ? kept : given), 15_000);
		if (signedIn && !success) {
			expect((await lab.live(account.did))[0]).toEqual(before);
			expect(app.rows("bskySession")).toEqual(row);
		}
		await app.close();
	});
});
