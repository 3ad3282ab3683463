import type { Account } from "@better-auth-bsky/devnet";
import { approve } from "@better-auth-bsky/devnet";
import type { AuthContext } from "better-auth";
import { afterAll, expect, test } from "vitest";
import { bskyErrorCode } from "../src/index.ts";
import { readSession } from "../src/stores/session-store.ts";
import { startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type AppOptions, expire, newPerson, startApp, useNetwork } from "./kit.ts";

// What a session goes on through, and what goes on with it.

const network = await useNetwork({ appView: "none", pdsCount: 2 });
const mallory = await startEvilServer();
const directories = await startDirectories([mallory], network);
afterAll(async () => {
	await directories.close();
	await mallory.close();
});

const open = (options?: AppOptions) => startApp(directories, options);

async function stored({ auth }: App, { did }: Pick<Account, "did">) {
	const context = (await auth.$context) as unknown as AuthContext;
	return (await readSession(context, did))?.session;
}

const liveOf = async ({ did }: Account) =>
	(await network.liveTokens(did)).map(({ currentRefreshToken }) => currentRefreshToken);

/** The queue is empty: whatever had to be revoked was. */
const settled = (app: App) =>
	expect.poll(() => app.rows("bskyRevocation"), { timeout: 10_000 }).toEqual([]);

const codeOf = (call: Promise<unknown>) => call.then(() => undefined, bskyErrorCode);

test("a client on localhost that changes its scope between the beginning and the end of a sign-in", async () => {
	const person = await newPerson(network);
	const before = await open({ plugin: { clientMetadata: { scope: "atproto" } } });
	const browser = before.browser();
	const back = await approve(await browser.begin(person.handle), { account: person });
	const after = await open({ baseURL: before.origin, auth: { database: before.database } });
	const later = after.browser();
	for (const [name, value] of browser.cookies) later.setCookie(name, value);
	expect((await later.arrive(back)).pathname).toBe("/me");
	await expire(before, person.did);
	expect(await (await later.post("/bsky/restore", {})).json()).toMatchObject({
		active: true,
		grantedScope: "atproto",
	});
	expect(await liveOf(person)).toEqual([(await stored(before, person))?.tokenSet.refresh_token]);
	await later.post("/sign-out", {});
	await settled(before);
	expect(await liveOf(person)).toEqual([]);
	await Promise.all([before.close(), after.close()]);
});

test("an app on localhost that moves to another port", async () => {
	const person = await newPerson(network);
	const before = await open();
	await before.browser().signIn(person);
	await expire(before, person.did);
	const after = await open({ auth: { database: before.database } });
	const agent = await after.auth.api.getBskyAgent({ did: person.did });
	expect((await agent.com.atproto.server.getSession()).data.did).toBe(person.did);
	expect(await liveOf(person)).toEqual([(await stored(before, person))?.tokenSet.refresh_token]);
	await Promise.all([before.close(), after.close()]);
});

test("an agent goes on with the session of a new sign-in", async () => {
	const app = await open();
	const person = await newPerson(network);
	await app.browser().signIn(person);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	await app.browser().signIn(person);
	await settled(app);
	expect((await agent.com.atproto.server.getSession()).data.did).toBe(person.did);
	expect(await liveOf(person)).toEqual([(await stored(app, person))?.tokenSet.refresh_token]);
	await app.close();
});

test("but not with that of somebody else who has the account by now", async () => {
	const app = await open({
		auth: { account: { accountLinking: { allowUnlinkingAll: true } } },
	});
	const person = await newPerson(network);
	const first = app.browser();
	await first.signIn(person);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	const [row] = app.rows("account");
	const unlinked = await first.post("/unlink-account", { accountId: row?.id });
	expect(unlinked.status).toBe(200);
	await settled(app);
	expect((await app.browser().signIn(person)).pathname).toBe("/me");
	expect(await codeOf(agent.com.atproto.server.getSession())).toBe("SESSION_EXPIRED");
	expect(await liveOf(person)).toEqual([(await stored(app, person))?.tokenSet.refresh_token]);
	await app.close();
});

test("a sign-in whose access token is told to end at once stores what it was given", async () => {
	const app = await open();
	mallory.deviations.token = { expires_in: 5 };
	const before = mallory.received.length;
	const browser = app.browser();
	const end = await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	expect(end.pathname).toBe("/me");
	const asked = mallory.received.slice(before).filter(({ path }) => path === "/oauth/token");
	expect(asked).toHaveLength(1);
	expect((await stored(app, mallory))?.tokenSet.refresh_token).toBe(
		mallory.secrets.findLast((secret) => secret.startsWith("ref")),
	);
	mallory.deviations = {};
	await app.close();
});

test("a server that gives out no new refresh token (RFC 6749 §6)", async () => {
	const app = await open();
	const browser = app.browser();
	await browser.arrive(mallory.approve(await browser.begin(mallory.handle)));
	const first = (await stored(app, mallory))?.tokenSet.refresh_token;
	mallory.deviations.token = { refresh_token: undefined };
	for (let round = 0; round < 3; round++) {
		await expire(app, mallory.did);
		expect(await (await browser.post("/bsky/restore", {})).json()).toMatchObject({ active: true });
	}
	const { path, form } = mallory.received.at(-1) ?? {};
	expect([path, form?.get("refresh_token")]).toEqual(["/oauth/token", first]);
	await browser.post("/sign-out", {});
	await expect
		.poll(() =>
			mallory.received
				.filter(({ path }) => path === "/oauth/revoke")
				.at(-1)
				?.form.get("token"),
		)
		.toBe(first);
	mallory.deviations = {};
	await app.close();
});

test("a refresh that a new sign-in overtakes, and one that a disconnect does", async () => {
	const app = await open();
	for (const overtakenBy of ["sign-in", "disconnect"]) {
		mallory.deviations = {};
		const [first, second] = [app.browser(), app.browser()];
		await first.arrive(mallory.approve(await first.begin(mallory.handle)));
		await second.arrive(mallory.approve(await second.begin(mallory.handle)));
		await settled(app);
		await expire(app, mallory.did);
		let letGo = () => {};
		const held = new Promise<void>((resolve) => {
			letGo = resolve;
		});
		const asked = new Promise<void>((resolve) => {
			mallory.hold = async ({ form }) => {
				if (form.get("grant_type") !== "refresh_token") return;
				resolve();
				await held;
			};
		});
		const restored = first.post("/bsky/restore", {});
		await asked;
		if (overtakenBy === "sign-in") {
			await second.arrive(mallory.approve(await second.begin(mallory.handle)));
		} else await second.post("/bsky/disconnect", {});
		const token = (await stored(app, mallory))?.tokenSet.refresh_token;
		letGo();
		const state = (await (await restored).json()) as { active: boolean };
		expect(state.active).toBe(overtakenBy === "sign-in");
		expect((await stored(app, mallory))?.tokenSet.refresh_token).toBe(token);
		await settled(app);
		// What the refresh brought has no row to go to: it is revoked like all the others.
		const revoked = mallory.received
			.filter(({ path }) => path === "/oauth/revoke")
			.map(({ form }) => form.get("token"));
		const given = mallory.secrets.filter((secret) => secret.startsWith("ref"));
		expect(new Set(revoked)).toContain(given.at(-1) === token ? given.at(-2) : given.at(-1));
		mallory.hold = undefined;
	}
	await app.close();
});
