import { AtpAgent } from "@atproto/api";
import { createServiceJwt } from "@atproto/xrpc-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, type Network, startNetwork } from "../src/index.ts";

let network: Network;
let alice: Account;

beforeAll(async () => {
	network = await startNetwork();
	alice = network.account("alice.test");
});
afterAll(() => network.close());

const GET_PROFILE = "app.bsky.actor.getProfile";

/** A call with a service-auth token signed by the issuer's own key, or by another account's. */
async function call(token: { aud?: string; lxm?: string | null; signer?: string; exp?: number }) {
	const keypair = await network.pds.server.ctx.actorStore.keypair(
		(token.signer ?? alice.did) as `did:plc:${string}`,
	);
	const jwt = await createServiceJwt({
		iss: alice.did as `did:plc:${string}`,
		aud: token.aud ?? (network.appView?.did as string),
		lxm: token.lxm === undefined ? GET_PROFILE : token.lxm,
		keypair,
		...(token.exp && { exp: token.exp }),
	});
	return ask(jwt);
}

async function ask(bearer?: string, query = "actor=bob.test") {
	const response = await fetch(`${network.appViewUrl}/xrpc/${GET_PROFILE}?${query}`, {
		headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
	});
	return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("the stand-in AppView", () => {
	it("is asked through the PDS with the PDS's service auth", async () => {
		const agent = await alice.agent();
		const { data } = await agent.getProfile({ actor: "bob.test" });
		expect(data).toMatchObject({ displayName: "Bob", followersCount: 2, postsCount: 2 });
		expect(data.viewer?.following).toContain(alice.did);
		const timeline = await agent.getTimeline();
		expect(timeline.data.feed.length).toBe(7);
	});

	it("answers anybody where the public AppView does", async () => {
		expect(await ask()).toMatchObject({ status: 200, body: { handle: "bob.test" } });
		const agent = new AtpAgent({ service: network.appViewUrl as string });
		const found = await agent.searchActorsTypeahead({ q: "carl" });
		expect(found.data.actors.map(({ handle }) => handle)).toEqual(["carla.test"]);
		await expect(agent.getTimeline()).rejects.toMatchObject({ status: 401 });
	});

	it("refuses tokens for another service, another method, by another key, or too old", async () => {
		expect(await call({})).toMatchObject({ status: 200 });
		const refused = async (token: Parameters<typeof call>[0], error: string) =>
			expect(await call(token)).toMatchObject({ status: 401, body: { error } });
		await refused({ aud: "did:web:example.com" }, "BadJwtAudience");
		await refused({ lxm: "app.bsky.feed.getTimeline" }, "BadJwtLexiconMethod");
		await refused({ lxm: null }, "BadJwtLexiconMethod");
		await refused({ signer: network.account("bob.test").did }, "BadJwtSignature");
		await refused({ exp: 1_000_000_000 }, "JwtExpired");
		for (const garbage of ["", "a", "a.b.c", "e30.e30.e30"])
			expect(await ask(garbage)).toMatchObject({ status: 401 });
	});

	it("says what is wrong with a question", async () => {
		expect(await ask(undefined, "")).toMatchObject({
			status: 400,
			body: { error: "InvalidRequest" },
		});
		expect(await ask(undefined, "actor=nobody.test")).toMatchObject({
			status: 400,
			body: { error: "InvalidRequest", message: "Profile not found" },
		});
	});

	it("serves avatars as pictures over http", async () => {
		const avatar = String((await ask()).body.avatar);
		const response = await fetch(avatar);
		expect(response.headers.get("content-type")).toBe("image/png");
		const bytes = Buffer.from(await response.arrayBuffer());
		expect(bytes.subarray(1, 4).toString()).toBe("PNG");
		expect((await fetch(`${avatar}aa`)).status).toBe(404);
	});

	it("can be taken down and brought back", async () => {
		const agent = await alice.agent();
		await network.appView?.stop();
		await expect(agent.getProfile({ actor: "bob.test" })).rejects.toMatchObject({ status: 502 });
		await network.appView?.start();
		expect((await agent.getProfile({ actor: "bob.test" })).success).toBe(true);
	});

	it("sees what was just written", async () => {
		const agent = await alice.agent();
		const { uri } = await agent.post({ text: "hello", createdAt: new Date().toISOString() });
		const { data } = await agent.getPosts({ uris: [uri] });
		expect(data.posts[0]?.record).toMatchObject({ text: "hello" });
		await agent.like(uri, data.posts[0]?.cid as string);
		expect((await agent.getPosts({ uris: [uri] })).data.posts[0]?.likeCount).toBe(1);
	});
});
