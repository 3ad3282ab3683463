import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Network, startNetwork } from "../src/index.ts";
import { postgresMissing } from "./postgres.ts";

const why = await postgresMissing();

describe.each([
	{ appView: "stand-in", skip: undefined },
	{ appView: "reference", skip: why },
] as const)("several servers, $appView AppView", ({ appView, skip }) => {
	describe.skipIf(skip)(skip ? `skipped: ${skip}` : "running", () => {
		let network: Network;
		beforeAll(async () => {
			network = await startNetwork({ accounts: [], appView });
		});
		afterAll(() => network.close());

		const resolve = async (handle: string) => {
			const query = `/xrpc/com.atproto.identity.resolveHandle?handle=${handle}`;
			const response = await fetch(network.handleResolverUrl + query);
			return ((await response.json()) as { did?: string }).did;
		};

		it("takes in a PDS that comes later, with handles of its own", async () => {
			const pds = await network.addPds();
			expect(pds).toMatchObject({ handleDomain: ".pds2.test", running: true });
			const erin = await network.createAccount({ handle: "erin", displayName: "Erin", pds });
			const finn = await network.createAccount({ handle: "finn.test" });
			expect([erin.handle, erin.pds.url]).toEqual(["erin.pds2.test", pds.url]);
			expect(finn.pds).toBe(network.pds);
			expect([await resolve("erin.pds2.test"), await resolve("FINN.test")]).toEqual([
				erin.did,
				finn.did,
			]);
			await network.settled();
			const { data } = await (await finn.agent()).getProfile({ actor: "erin.pds2.test" });
			expect(data.displayName).toBe("Erin");
			await expect(network.createAccount({ handle: "gina.org" })).rejects.toThrow(
				"No server of this network takes the handle",
			);
		});

		it("counts followers who came at the same time", async () => {
			const { did } = network.account("finn.test");
			const names = Array.from({ length: 8 }, (_, i) => `fan${i}.test`);
			const agents = [];
			for (const handle of names)
				agents.push(await (await network.createAccount({ handle })).agent());
			await Promise.all(agents.map((agent) => agent.follow(did)));
			await network.settled();
			const { data } = await (await network.account("fan0.test").agent()).getProfile({
				actor: did,
			});
			expect(data.followersCount).toBe(names.length);
		});

		it("resolves every handle while the AppView and a PDS are down", async () => {
			const { did } = network.account("erin.pds2.test");
			await network.appView?.stop();
			await network.pdses[1]?.stop();
			expect(await resolve("erin.pds2.test")).toBe(did);
			expect(await resolve("nobody.pds2.test")).toBeUndefined();
			await network.pdses[1]?.start();
			await network.appView?.start();
			const agent = await network.account("erin.pds2.test").agent();
			await agent.post({ text: "Back again", createdAt: new Date().toISOString() });
			await network.settled();
			const { data } = await agent.getAuthorFeed({ actor: did });
			expect(data.feed.map(({ post }) => post.record.text)).toEqual(["Back again"]);
		});

		it("says plainly that a server is down", async () => {
			const { did } = network.account("finn.test");
			await network.pds.stop();
			await network.pds.stop();
			expect(network.pds.running).toBe(false);
			expect(() => network.pds.server).toThrow("The PDS is down");
			await expect(fetch(`${network.pdsUrl}/xrpc/_health`)).rejects.toThrow();
			expect(await network.liveTokens(did)).toEqual([]);
			await network.pds.start();
			await network.pds.start();
			expect((await fetch(`${network.pdsUrl}/xrpc/_health`)).status).toBe(200);
		});
	});
});
