import type { AuthContext } from "better-auth";
import { describe, expect, test } from "vitest";
import { BskyPlugin } from "../src/bsky.ts";
import { resolveOptions } from "../src/options.ts";
import { retryRevocations } from "../src/sessions/revoke.ts";
import { alive, openApps, signIn, useWorld } from "./accounts-kit.ts";
import { Breakable, brief, type Mode } from "./breakable.ts";
import type { Browser } from "./kit.ts";

// Whatever one statement fails for once: who ends something has ended it, or can do so once more.

const world = await useWorld();
const open = openApps(world);

interface Scene {
	browser: Browser;
	/** Of better-auth's account, while there is one. */
	accountId: unknown;
}

const WAYS: Record<string, (scene: Scene) => Promise<Response>> = {
	"unlinks an account": ({ browser, accountId }) => browser.post("/unlink-account", { accountId }),
	"deletes themselves": ({ browser }) => browser.post("/delete-user", {}),
	"disconnects all": ({ browser }) => browser.post("/bsky/disconnect", {}),
	"signs out": ({ browser }) => browser.post("/sign-out", {}),
};

/**
 * better-auth removes a row whose look before failed, and tells no hook of it; it signs out where it could not
 * remove a session; and SQLite's one connection stays in a transaction whose beginning went wrong.
 */
const isBetterAuths = (way: string, nth: number, statement: string, mode: Mode) =>
	(way === "unlinks an account" && nth === 4 && statement === 'select "account"') ||
	(way === "signs out" && [5, 6].includes(nth) && statement.endsWith('"session"')) ||
	(statement === "begin" && mode === "is done, and fails");

async function arrange() {
	const app = await open({ auth: { user: { deleteUser: { enabled: true } } } });
	const database = new Breakable(app.database);
	const [first, second] = [await world.newPerson(), await world.newPerson()];
	const browser = app.browser();
	for (const person of [first, second]) await signIn(browser, person);
	const accountId = app.rows("account").find((row) => row.accountId === first.did)?.id;
	return { app, database, browser, accountId, first, second };
}

describe.each(Object.keys(WAYS))("who %s", async (way) => {
	const end = WAYS[way];
	const scene = await arrange();
	scene.database.watch();
	await end?.(scene);
	const statements = scene.database.statements.map(brief);
	scene.database.heal();
	const rows = statements.flatMap((statement, n) =>
		(["fails", "is done, and fails"] as Mode[]).map((mode) => [n + 1, statement, mode] as const),
	);

	test.each(rows.filter(([nth, statement, mode]) => !isBetterAuths(way, nth, statement, mode)))(
		"statement %i, %s, %s",
		async (nth, _statement, mode) => {
			const { app, database, first, second, ...scene } = await arrange();
			database.watch(nth, mode);
			const response = await end?.(scene);
			database.heal();
			if (response?.status !== 200) {
				const left = app.rows("account").some(({ id }) => id === scene.accountId);
				if (left || way !== "unlinks an account") await end?.(scene);
			}
			// What a lost connection has left to later.
			const context = (await app.auth.$context) as unknown as AuthContext;
			const bsky = new BskyPlugin(resolveOptions({ allowHttp: true })).at(context);
			await retryRevocations(bsky, Date.now() + 120_000);
			await expect.poll(() => alive(first), { timeout: 3000 }).toEqual([]);
			if (way !== "unlinks an account") await expect.poll(() => alive(second)).toEqual([]);
		},
	);
});
