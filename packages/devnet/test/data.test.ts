import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Network, startNetwork } from "../src/index.ts";
import { READY_MADE } from "../src/people/seed.ts";
import { PlcLog } from "../src/servers/plc-log.ts";
import { chromiumPath, launch, signIn } from "./browser.ts";
import { listen } from "./jetstream-client.ts";
import { startApp } from "./oauth-app.ts";

let dataDir: string;
beforeAll(async () => {
	dataDir = await mkdtemp(join(tmpdir(), "devnet-test-"));
});
afterAll(() => rm(dataDir, { recursive: true }));

describe("a kept folder", () => {
	it("brings back accounts, records, DIDs and ports", async () => {
		const first = await startNetwork({ dataDir, pdsCount: 2 });
		const seen = first.accounts.map(({ did, handle, pds }) => [did, handle, pds.url]);
		const urlsOf = ({ plcUrl, pdsUrl, appViewUrl, handleResolverUrl, jetstreamUrl }: Network) => [
			...[plcUrl, pdsUrl, appViewUrl, handleResolverUrl, jetstreamUrl],
		];
		const urls = urlsOf(first);
		await first.close();
		const second = await startNetwork({ dataDir });
		expect(second.accounts.map(({ did, handle, pds }) => [did, handle, pds.url])).toEqual(seen);
		expect(urlsOf(second)).toEqual(urls);
		const agent = await second.account("alice.test").agent();
		const { data } = await agent.getProfile({ actor: "dave.pds2.test" });
		expect(data).toMatchObject({ displayName: "Dave", postsCount: 1 });
		// The directory goes on from where it was: an account can still change its document.
		await agent.com.atproto.identity.updateHandle({ handle: "alicia.test" });
		const document = await (await fetch(`${second.plcUrl}/${agent.assertDid}`)).json();
		expect(document).toMatchObject({ alsoKnownAs: ["at://alicia.test"] });
		await second.close();
		await expect(startNetwork({ dataDir, plcPort: 1024 })).rejects.toThrow(
			/holds a network with the PLC directory on port \d+/,
		);
		const log = await PlcLog.open(join(dataDir, "plc.jsonl"));
		expect(await log.claimants("alicia.test")).toEqual([agent.assertDid]);
		expect(await log.claimants("alice.test")).toEqual([]);
	});

	it("brings back the history of every server, for a cursor of Jetstream", async () => {
		const network = await startNetwork({ dataDir });
		const query = "wantedCollections=app.bsky.feed.post&wantedCollections=app.bsky.graph.follow";
		await using live = await listen(network, query);
		await using client = await listen(network, `cursor=0&${query}`);
		const texts: unknown[] = [];
		while (texts.length < 20) {
			const { commit } = await client.next();
			if (commit) texts.push(commit.record?.text);
		}
		const posts = READY_MADE.flatMap(({ posts = [] }) => posts);
		// Everybody follows everybody since all were there, on whichever server.
		expect(texts).toEqual([...posts, ...Array<undefined>(12)]);
		const agent = await network.account("dave.pds2.test").agent();
		await agent.post({ text: "news", createdAt: new Date().toISOString() });
		expect((await live.next()).commit?.record?.text).toBe("news");
		await network.close();
	});

	it.skipIf(!chromiumPath)("brings back OAuth sessions", async () => {
		const first = await startNetwork({ dataDir });
		const app = await startApp(first);
		const browser = await launch();
		const page = await browser.newPage();
		await page.goto(`http://127.0.0.1:${app.port}/login?handle=bob.test`);
		await signIn(page);
		expect(await page.locator("#who").textContent()).toBe("bob.test");
		const { did } = first.account("bob.test");
		await first.close();
		const second = await startNetwork({ dataDir });
		const session = await app.client.restore(did, true);
		const answer = await session.fetchHandler("/xrpc/com.atproto.server.getSession");
		expect(answer.status).toBe(200);
		expect(await second.liveTokens(did)).toHaveLength(1);
		await browser.close();
		await second.close();
		await app.close();
	});
});

it("a temporary folder is gone at close", async () => {
	const network = await startNetwork({ accounts: [], appView: "none" });
	expect(network.appView).toBeUndefined();
	expect(existsSync(network.dataDir)).toBe(true);
	await network.close();
	await network.close();
	expect(existsSync(network.dataDir)).toBe(false);
});
