import type { AuthContext } from "better-auth";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { addRevocation, revocationOf } from "../src/stores/revocation-store.ts";
import { readSession } from "../src/stores/session-store.ts";
import { type PendingSignIn, saveState, sealState } from "../src/stores/state-store.ts";
import { ALICE, type App, type AppOptions, BOB, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork({ accounts: [ALICE, BOB], appView: "none" });
const [alice, bob] = [network.account("alice.test"), network.account("bob.test")];

let first: App;
let cookies: ReturnType<App["browser"]>["cookies"];

beforeEach(async () => {
	first = await startApp(network);
	const browser = first.browser();
	await browser.signIn(alice);
	cookies = browser.cookies;
	return () => first.close();
});

/** The app in a new process that has done nothing yet; who is signed in is. */
async function reopen(auth: AppOptions["auth"] = {}) {
	const app = await startApp(network, {
		baseURL: first.origin,
		auth: { database: first.database, ...auth },
	});
	const browser = app.browser();
	for (const [name, value] of cookies) browser.setCookie(name, value);
	return { app, browser };
}

/** Sign-ins that were never finished. */
function addExpired(rows: number): void {
	const past = new Date(Date.now() - 1000).toISOString();
	const insert = first.database.prepare(
		"insert into bskyState (id, key, state, expiresAt) values (?, ?, 'x', ?)",
	);
	for (let n = 0; n < rows; n++) insert.run(`i${n}`, `k${n}`, past);
}
const expired = () => first.rows("bskyState").filter(({ state }) => state === "x");

type Opened = Awaited<ReturnType<typeof reopen>>;

/** The status of an answer, or what was thrown. */
const outcome = (visit: (opened: Opened) => Promise<unknown>, opened: Opened) =>
	visit(opened).then((answer) => (answer instanceof Response ? answer.status : "done"), String);

/** Everything that an app's people, or its jobs, do with the plugin. */
const VISITS: Record<string, (opened: Opened) => Promise<unknown>> = {
	"/bsky/session": ({ browser }) => browser.json("/bsky/session"),
	"/bsky/restore": ({ browser }) => browser.post("/bsky/restore", {}),
	"getBskyAgent()": ({ app }) => app.auth.api.getBskyAgent({ did: alice.did }),
	"a sign-in": ({ browser }) => browser.post("/bsky/sign-in", { handle: alice.handle }),
	"a sign-in with a handle that is none": ({ browser }) =>
		browser.post("/bsky/sign-in", { handle: "?" }),
	"a sign-in with a handle that nobody has": ({ browser }) =>
		browser.post("/bsky/sign-in", { handle: "nobody.test" }),
	"a callback that is none of ours": ({ browser }) => browser.get("/bsky/callback?state=x"),
	"/bsky/disconnect": ({ browser }) =>
		browser.post("/bsky/disconnect", { did: "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa" }),
	"/bsky/disconnect, of what there is": ({ browser }) => browser.post("/bsky/disconnect", {}),
};

describe.each(Object.entries(VISITS))("%s", (_name, visit) => {
	test("tries again what could not be revoked", async () => {
		await first.browser().signIn(bob);
		const context = (await first.auth.$context) as unknown as AuthContext;
		const stored = await readSession(context, bob.did);
		if (!stored?.session) throw new Error("no session");
		await addRevocation(context, revocationOf(stored.session), new Date(Date.now() - 1000));
		const opened = await reopen();
		await visit(opened);
		await vi.waitFor(() => expect(first.rows("bskyRevocation")).toEqual([]), 5000);
		expect(await network.liveTokens(bob.did)).toEqual([]);
		await opened.app.close();
	});

	test("is in nobody's way where the app's own background fails", async () => {
		const opened = await reopen({
			advanced: {
				backgroundTasks: {
					handler: () => {
						throw new Error("called outside a request scope");
					},
				},
			},
		});
		const other = await reopen();
		const seen = await outcome(visit, opened);
		expect(seen).toEqual(await outcome(visit, other));
		await Promise.all([opened.app.close(), other.app.close()]);
	});

	test("removes sign-ins that were never finished", async () => {
		addExpired(300);
		const opened = await reopen();
		await visit(opened);
		await vi.waitFor(() => expect(expired()).toEqual([]), 5000);
		await opened.app.close();
	});
});

test("as fast as sign-ins are begun, those that were never finished go", async () => {
	const context = (await first.auth.$context) as unknown as AuthContext;
	addExpired(2000);
	const app = {};
	const pending = { sdk: {}, redirectUri: "", callbackURL: "/" } as PendingSignIn;
	for (let n = 0; n < 1000; n++) {
		await saveState(context, app, await sealState(context, `state-${n}`, "browser", pending));
	}
	await vi.waitFor(() => expect(expired()).toEqual([]), 5000);
	expect(first.rows("bskyState")).toHaveLength(1000);
});
