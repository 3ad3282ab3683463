import { TokenRefreshError } from "@atproto/oauth-client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approve, type Network, startNetwork } from "../src/index.ts";
import { getOnce } from "./get-once.ts";
import { type OAuthApp, startApp } from "./oauth-app.ts";

const MINUTE = 60_000;
const MachineDate = Date;
let network: Network;
let app: OAuthApp;

beforeAll(async () => {
	network = await startNetwork({ accounts: [], appView: false });
	app = await startApp(network);
});
afterAll(async () => {
	await app?.close();
	await network.close();
	expect(globalThis.Date).toBe(MachineDate);
});

/** Signs somebody new in, and gives what their app may do then. */
async function signIn(name: string, { client }: OAuthApp = app) {
	const account = await network.createAccount({ handle: name });
	const url = await client.authorize(account.handle);
	const callback = await approve(url, { account });
	await client.callback(callback.searchParams);
	const { did } = account;
	return {
		did,
		/** The access token that the server knows. The app gets another where that is refused. */
		token: async () => (await network.liveTokens(did))[0]?.tokenId,
		ask: async () => {
			const held = await client.restore(did, false);
			return (await held.fetchHandler("/xrpc/com.atproto.server.getSession")).status;
		},
		refresh: () => client.restore(did, true),
	};
}

async function minutesAhead(url: string): Promise<number> {
	const { headers } = await getOnce(url);
	return Math.round(Math.abs(Date.parse(headers.date ?? "") - Date.now()) / MINUTE);
}

describe("a network's clock", () => {
	it("is that of all its servers, and of nobody else", async () => {
		const real = Date.now();
		await network.clock.advance("1h30m");
		await network.clock.advance(30 * MINUTE);
		expect(network.clock.offset).toBe(120 * MINUTE);
		expect(Date.now() - real).toBeLessThan(5 * MINUTE);
		expect(Date.parse(new Date().toISOString()) - real).toBeLessThan(5 * MINUTE);
		expect(new Date(0)).toBeInstanceOf(Date);
		for (const { url } of [network.plc, network.pds, network.handleResolver, network.jetstream])
			expect(await minutesAhead(url), url).toBe(120);
		for (const service of [network.pds, network.handleResolver]) {
			await service.stop();
			await service.start();
			expect(await minutesAhead(service.url)).toBe(120);
		}
		const { did } = await network.createAccount({ handle: "later", posts: ["Hello"] });
		const log = (await (await fetch(`${network.plcUrl}/${did}/log/audit`)).json()) as {
			createdAt: string;
		}[];
		expect((Date.parse(log[0]?.createdAt ?? "") - real) / MINUTE).toBeGreaterThan(119);
		await network.clock.reset();
		expect(globalThis.Date).toBe(MachineDate);
		expect(await minutesAhead(network.pdsUrl)).toBe(0);
	});

	it("lets an access token run out, then a session, as waiting would", async () => {
		const { ask, refresh, token, did } = await signIn("waits");
		const first = await token();
		await network.clock.advance("50m");
		expect([await ask(), await token()]).toEqual([200, first]);
		await network.clock.advance("15m");
		expect(await ask()).toBe(200);
		expect(await token()).not.toBe(first);
		await network.clock.advance("15d");
		await expect(refresh()).rejects.toThrow(TokenRefreshError);
		expect(await network.liveTokens(did)).toEqual([]);
		await network.clock.reset();
	});

	it("lets people sign in while it is ahead, by what a confidential client signs, too", async () => {
		const confidential = await startApp(network, "https://my-app.dev");
		await network.publishOrigin("https://my-app.dev", confidential.port);
		await network.clock.advance("3d");
		const { ask, refresh } = await signIn("signs", confidential);
		expect(await ask()).toBe(200);
		await refresh();
		expect(await ask()).toBe(200);
		await network.clock.reset();
		await confidential.close();
	});

	it("takes lengths of time alone", async () => {
		for (const bad of ["", "1", "1x", "h1", "1h!", "-1h", 0, -5, Number.NaN])
			await expect(network.clock.advance(bad), String(bad)).rejects.toThrow("no length of time");
		// No date is further away, and a server whose time is none answers nothing.
		for (const far of ["10000000d", Number.MAX_SAFE_INTEGER])
			await expect(network.clock.advance(far), String(far)).rejects.toThrow("no later than 9999");
		expect(network.clock.offset).toBe(0);
	});
});

describe("expire", () => {
	it("ends the access token alone: a refresh brings another", async () => {
		const { did, ask, token } = await signIn("one-token");
		const first = await token();
		expect([await ask(), await token()]).toEqual([200, first]);
		await network.expire(did, "access-token");
		expect(await ask()).toBe(200);
		const second = await token();
		expect(second).not.toBe(first);
		expect([await ask(), await token()]).toEqual([200, second]);
	});

	it("ends the refresh token alone: the access token is the last one", async () => {
		const { did, ask, refresh } = await signIn("last-token");
		await network.expire(did, "refresh-token");
		expect(await ask()).toBe(200);
		await expect(refresh()).rejects.toThrow(TokenRefreshError);
	});
});
