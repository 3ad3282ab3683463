import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Network, startNetwork } from "../src/index.ts";

const resolve = async (base: string, handle: string) => {
	const url = new URL("/xrpc/com.atproto.identity.resolveHandle", base);
	url.searchParams.set("handle", handle);
	return await fetch(url);
};

describe("a network", () => {
	let network: Network;
	beforeAll(async () => {
		network = await startNetwork({ accounts: [] });
	});
	afterAll(() => network.close());

	it("makes accounts that are on the PDS, the PLC directory and the handle resolver", async () => {
		const dora = await network.createAccount({
			handle: "dora",
			displayName: "Dora",
			posts: ["one", "two"],
		});
		expect(dora.handle).toBe("dora.test");
		const agent = await dora.agent();
		const { data } = await agent.com.atproto.repo.listRecords({
			repo: dora.did,
			collection: "app.bsky.feed.post",
		});
		expect(data.records.map(({ value }) => value.text)).toEqual(["two", "one"]);
		const document = (await (await fetch(`${network.plcUrl}/${dora.did}`)).json()) as object;
		expect(document).toMatchObject({ alsoKnownAs: ["at://dora.test"] });
		expect(await (await resolve(network.handleResolverUrl, "dora.test")).json()).toEqual({
			did: dora.did,
		});
		expect(await network.liveTokens(dora.did)).toEqual([]);
	});

	it("has functions that can be handed on by themselves", async () => {
		const { createAccount, account, liveTokens, settled } = network;
		const { did } = await createAccount({ handle: "handed" });
		expect(["handed.test"].map(account)).toMatchObject([{ did }]);
		expect(await liveTokens(did)).toEqual([]);
		await settled();
	});

	it("answers for handles nobody has with the protocol's error", async () => {
		const response = await resolve(network.handleResolverUrl, "nobody.test");
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({ error: "HandleNotFound" });
	});

	it("takes the PDS down and brings it back on the same port with the same data", async () => {
		const emil = await network.createAccount({ handle: "emil.test" });
		await network.pds.stop();
		await expect(fetch(`${network.pdsUrl}/xrpc/_health`)).rejects.toThrow();
		expect((await resolve(network.handleResolverUrl, "emil.test")).status).toBe(200);
		expect(await network.liveTokens(emil.did)).toEqual([]);
		await network.pds.start();
		const agent = await emil.agent();
		expect((await agent.com.atproto.server.getSession()).data.did).toBe(emil.did);
	});

	it("listens on loopback only", async () => {
		const address = Object.values(networkInterfaces())
			.flat()
			.find((one) => one && !one.internal && one.family === "IPv4")?.address;
		const services = [network.plc, network.handleResolver, network.jetstream, ...network.pdses];
		// 127.0.0.2 is loopback too on Linux, and reaches what listens on every interface.
		for (const host of [address, process.platform === "linux" ? "127.0.0.2" : undefined])
			for (const { port } of services)
				if (host) await expect(reach(host, port), `${host}:${port}`).rejects.toThrow();
	});
});

function reach(host: string, port: number): Promise<void> {
	return new Promise((done, fail) => {
		const socket = connect({ host, port, timeout: 2000 });
		socket.once("connect", () => {
			socket.destroy();
			done();
		});
		socket.once("timeout", () => socket.destroy(new Error("timeout")));
		socket.once("error", fail);
	});
}
