import { TokenRefreshError } from "@atproto/oauth-client-node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Network, startNetwork } from "../src/index.ts";
import { chromiumPath, launch, signIn } from "./browser.ts";
import { startApp } from "./oauth-app.ts";

const ORIGIN = "https://my-app.dev";

describe("publishing an origin", () => {
	it("changes fetch only while something is published", async () => {
		const before = globalThis.fetch;
		const network = await startNetwork({ accounts: [], appView: false });
		const app = await startApp(network, ORIGIN);
		const published = await network.publishOrigin(ORIGIN, app.port);
		const response = await fetch(`${ORIGIN}/jwks.json`);
		expect(await response.json()).toHaveProperty("keys");
		expect(app.seen.at(-1)).toEqual({
			path: "/jwks.json",
			host: "my-app.dev",
			proto: "https",
			forwardedHost: "my-app.dev",
		});
		await expect(network.publishOrigin(ORIGIN, 1)).rejects.toThrow("published already");
		const taken = globalThis.fetch;
		await published.unpublish();
		expect(globalThis.fetch).toBe(before);
		expect((await taken(`${network.plcUrl}/_health`)).status).toBe(200);
		await network.publishOrigin(ORIGIN, app.port);
		await network.close();
		expect(globalThis.fetch).toBe(before);
		await app.close();
	});

	it("refuses what a PDS would refuse, and says why", async () => {
		const network = await startNetwork({ accounts: [], appView: false });
		for (const bad of [
			"http://my-app.dev",
			"https://my-app.dev:8443",
			"https://my-app.dev/path",
			"https://localhost",
			"https://app.test",
			"https://example.com",
			"https://10.0.0.1",
			"my-app.dev",
		])
			await expect(network.publishOrigin(bad, 3000), bad).rejects.toThrow("Can't publish");
		await network.close();
	});
});

describe.skipIf(!chromiumPath)(
	chromiumPath
		? "signing in with Chromium"
		: "signing in (skipped: no Chromium; set CHROMIUM_PATH)",
	() => {
		let network: Network;
		let browser: Browser;
		beforeAll(async () => {
			network = await startNetwork({ pdsCount: 2 });
		});
		afterAll(async () => {
			await browser?.close();
			await network.close();
		});

		it("works for a loopback client, on either PDS", async () => {
			browser = await launch();
			const app = await startApp(network);
			for (const handle of ["alice.test", "dave.pds2.test"]) {
				const page = await browser.newPage();
				await page.goto(`http://127.0.0.1:${app.port}/login?handle=${handle}`);
				await signIn(page);
				expect(await page.locator("#who").textContent()).toBe(handle);
				const { did } = network.account(handle);
				const [token, ...more] = await network.liveTokens(did);
				expect(more).toEqual([]);
				expect(token?.clientId).toMatch(/^http:\/\/localhost\?/);
				await app.client.revoke(did);
				expect(await network.liveTokens(did)).toEqual([]);
				await page.close();
			}
			await browser.close();
			await app.close();
		});

		it("ends a session, or lets it run out", async () => {
			browser = await launch();
			const app = await startApp(network);
			for (const [end, handle] of [
				["revoke", "alice.test"],
				["expire", "bob.test"],
			] as const) {
				const page = await browser.newPage();
				await page.goto(`http://127.0.0.1:${app.port}/login?handle=${handle}`);
				await signIn(page);
				await page.locator("#who").waitFor();
				const { did } = network.account(handle);
				const session = await app.client.restore(did, false);
				const ask = () => session.fetchHandler("/xrpc/com.atproto.server.getSession");
				expect((await ask()).status, end).toBe(200);
				await network[end](did);
				expect((await network.liveTokens(did)).length, end).toBe(end === "expire" ? 1 : 0);
				expect((await ask()).status, end).toBe(401);
				expect(await network.liveTokens(did), end).toEqual([]);
				await expect(app.client.restore(did, true), end).rejects.toThrow(TokenRefreshError);
				await page.close();
			}
			await browser.close();
			await app.close();
		});

		it("works for a confidential client with private_key_jwt at a published origin", async () => {
			const app = await startApp(network, ORIGIN);
			await network.publishOrigin(ORIGIN, app.port);
			browser = await launch(network.chromiumArgs);
			const page = await browser.newPage();
			await page.goto(`${ORIGIN}/login?handle=bob.test`);
			await signIn(page);
			expect(await page.locator("#who").textContent()).toBe("bob.test");
			expect(page.url()).toMatch(/^https:\/\/my-app\.dev\/callback\?/);
			expect(app.seen.find(({ path }) => path === "/callback")).toMatchObject({
				host: "my-app.dev",
				proto: "https",
				forwardedHost: "my-app.dev",
			});
			const { did } = network.account("bob.test");
			expect(await network.liveTokens(did)).toMatchObject([
				{ clientId: `${ORIGIN}/client-metadata.json`, scope: "atproto transition:generic" },
			]);
			const session = await app.client.restore(did, true);
			expect((await session.getTokenInfo(false)).aud).toBe(`${network.pdsUrl}/`);
			// The certificate is trusted by its key, not by looking away.
			const stranger = await launch([network.chromiumArgs[0] as string]);
			await expect((await stranger.newPage()).goto(`${ORIGIN}/jwks.json`)).rejects.toThrow(
				"ERR_CERT",
			);
			await stranger.close();
			await app.close();
		});
	},
);
