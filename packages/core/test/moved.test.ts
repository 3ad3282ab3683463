import { AtpAgent } from "@atproto/api";
import type { Account, Pds } from "@better-auth-bsky/devnet";
import { afterAll, expect, test } from "vitest";
import { bskyErrorCode } from "../src/index.ts";
import { expire, newPerson, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork();
/** Where people move to. */
const home = await network.addPds();
const app = await startApp(network);
afterAll(() => app.close());

const begin = async (handle: string) => {
	const response = await app.browser().post("/bsky/sign-in", { handle });
	return (await response.json()) as { url?: string; code?: string };
};

test("a handle that was just changed signs in, and the old one doesn't", async () => {
	const person = await newPerson(network);
	const browser = app.browser();
	await browser.signIn(person);
	const handle = `renamed-${person.handle}`.replace(".test", "-x.test");
	const agent = await person.agent();
	await agent.com.atproto.identity.updateHandle({ handle });
	expect(await begin(person.handle)).toMatchObject({ code: "HANDLE_NOT_FOUND" });
	await browser.signIn({ ...person, handle });
	expect(await browser.user()).toMatchObject({ bskyDid: person.did, bskyHandle: handle });
});

test("a name that somebody else has taken is theirs", async () => {
	const [first, second] = [await newPerson(network), await newPerson(network)];
	await app.browser().signIn(first);
	const rename = async (person: Account, handle: string) =>
		(await person.agent()).com.atproto.identity.updateHandle({ handle });
	await rename(first, `was-${first.handle}`);
	await rename(second, first.handle);
	const browser = app.browser();
	await browser.signIn({ ...second, handle: first.handle });
	expect(await browser.user()).toMatchObject({ bskyDid: second.did, bskyHandle: first.handle });
});

test("an account that has just moved signs in at its new server", async () => {
	const person = await newPerson(network);
	const browser = app.browser();
	await browser.signIn(person);
	const handle = "moved.pds2.test";
	await move(person, home, handle);
	for (const typed of [handle, person.did]) {
		const { url } = await begin(typed);
		expect(new URL(url ?? "").origin).toBe(new URL(home.url).origin);
	}
	await browser.signIn({ ...person, handle });
	expect(await browser.user()).toMatchObject({ bskyDid: person.did, bskyHandle: handle });
	const session = await browser.json("/bsky/session");
	expect(session).toMatchObject({ active: true, did: person.did });
});

test("a handle stays while nobody can tell whether it still is, and goes once it isn't", async () => {
	const person = await newPerson(network);
	await app.browser().signIn(person);
	for (const [resolve, expected] of [
		[() => Promise.reject(new Error("down")), person.handle],
		[async () => null, null],
	] as const) {
		const later = await startApp(network, {
			auth: { database: app.database },
			plugin: { handleResolver: { resolve }, profileCacheMaxAge: 0 },
		});
		const browser = later.browser();
		await browser.signIn({ ...person, handle: person.did });
		expect(await browser.user()).toMatchObject({ bskyHandle: expected });
		expect(await browser.json("/bsky/session")).toMatchObject({ active: true, handle: expected });
		await later.close();
	}
});

test.each(["a call", "a refresh"])("%s finds that an account has moved", async (way) => {
	const app = await startApp(network);
	const person = await newPerson(network);
	await app.browser().signIn(person);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	await move(person, home, person.handle.replace(".test", ".pds2.test"));
	if (way === "a refresh") await expire(app, person.did);
	const code = await agent.post({ text: "hello" }).then(() => undefined, bskyErrorCode);
	expect(code).toBe("SESSION_EXPIRED");
	expect(app.rows("bskySession")).toEqual([]);
	await expect.poll(() => app.rows("bskyRevocation"), { timeout: 10_000 }).toEqual([]);
	expect(await person.pds.liveTokens(person.did)).toEqual([]);
	await app.close();
});

test("an account that is deactivated says so, and goes on afterwards", async () => {
	const app = await startApp(network);
	const person = await newPerson(network);
	await app.browser().signIn(person);
	const agent = await app.auth.api.getBskyAgent({ did: person.did });
	const codeOf = () => agent.post({ text: "hello" }).then(() => undefined, bskyErrorCode);
	const own = (await person.agent()).com.atproto.server;
	await own.deactivateAccount({});
	expect(await codeOf()).toBe("ACCOUNT_DEACTIVATED");
	expect(app.rows("bskySession")).toHaveLength(1);
	await own.activateAccount();
	expect(await codeOf()).toBeUndefined();
	await app.close();
});

test.each(["account-deactivated-401", "account-deactivated-400"] as const)(
	"a server that refuses everything for the account's sake: %s",
	async (habit) => {
		const app = await startApp(network);
		const person = await newPerson(network);
		await app.browser().signIn(person);
		const agent = await app.auth.api.getBskyAgent({ did: person.did });
		const codeOf = () => agent.com.atproto.server.getSession().then(() => undefined, bskyErrorCode);
		using _habit = network.pds.behave(habit);
		expect(await codeOf()).toBe("ACCOUNT_DEACTIVATED");
		expect(app.rows("bskySession")).toHaveLength(1);
		// An AppView says the same of somebody else's account.
		const about = agent.getProfile({ actor: person.did }).then(() => undefined, bskyErrorCode);
		expect(await about).toBe(habit.endsWith("400") ? undefined : "ACCOUNT_DEACTIVATED");
		await app.close();
	},
);

/** What a person's client does to move an account; the old server signs the PLC operation. */
async function move(person: Account, to: Pds, handle: string): Promise<void> {
	const { did, password, email, pds } = person;
	const old = (await person.agent()).com.atproto;
	const agent = new AtpAgent({ service: to.url });
	const moved = agent.com.atproto;
	const { data: server } = await moved.server.describeServer();
	const lxm = "com.atproto.server.createAccount";
	const { data: proof } = await old.server.getServiceAuth({ aud: server.did, lxm });
	await moved.server.createAccount(
		{ did, handle, email, password },
		{ headers: { authorization: `Bearer ${proof.token}` }, encoding: "application/json" },
	);
	await agent.login({ identifier: did, password });
	const { data: repo } = await old.sync.getRepo({ did });
	await moved.repo.importRepo(repo, { encoding: "application/vnd.ipld.car" });
	const { data: wanted } = await moved.identity.getRecommendedDidCredentials();
	const { plcClient, plcRotationKey } = pds.server.ctx;
	await plcClient.updateData(
		did,
		plcRotationKey,
		(last) => ({ ...last, ...wanted }) as typeof last,
	);
	await moved.server.activateAccount();
	await old.server.deactivateAccount({});
}
