import { AtpAgent } from "@atproto/api";
import { createServiceJwt } from "@atproto/xrpc-server";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Network, startNetwork } from "../src/index.ts";
import { postgresMissing } from "./postgres.ts";

const KINDS = ["stand-in", "reference"] as const;
const why = await postgresMissing();

// Both AppViews are asked the same, through a PDS and directly, and must say the same.
describe.skipIf(why)(`the AppView contract${why ? ` (skipped: ${why})` : ""}`, () => {
	const networks = new Map<string, Network>();
	beforeAll(async () => {
		for (const appView of KINDS) {
			const network = await startNetwork({ appView, pdsCount: 2 });
			networks.set(appView, network);
			await extras(network);
		}
	});
	afterAll(async () => {
		for (const network of networks.values()) await network.close();
	});

	/** Asks both and compares; gives back what they agree on. */
	async function both(ask: (network: Network) => Promise<unknown>): Promise<unknown> {
		const answers: unknown[] = [];
		for (const kind of KINDS) {
			const network = networks.get(kind) as Network;
			answers.push(normalise(await ask(network).catch(refusal), network));
		}
		expect(answers[0]).toEqual(answers[1]);
		return answers[0];
	}
	const as =
		(handle: string, ask: (agent: AtpAgent, network: Network) => Promise<{ data: unknown }>) =>
		async (network: Network) =>
			(await ask(await network.account(handle).agent(), network)).data;
	const anybody =
		(ask: (agent: AtpAgent, network: Network) => Promise<{ data: unknown }>) =>
		async (network: Network) =>
			(await ask(new AtpAgent({ service: network.appViewUrl as string }), network)).data;

	// The reference leaves out `knownFollowers` where its database doesn't answer (hydrator.ts logs it
	// and goes on), which a very busy machine does for seconds on end: so it is asked until it does.
	it("getProfile: by handle, by DID, of oneself, from another server, by anybody", async () => {
		await vi.waitFor(getProfiles, { timeout: 45_000, interval: 1000 });
	});

	async function getProfiles(): Promise<void> {
		const answer = await both(as("alice.test", (agent) => agent.getProfile({ actor: "bob.test" })));
		expect(answer).toMatchObject({ handle: "bob.test", followersCount: 3 });
		await both(
			as("alice.test", (agent, network) =>
				agent.getProfile({ actor: network.account("dave.pds2.test").did }),
			),
		);
		await both(as("carla.test", (agent) => agent.getProfile({ actor: "carla.test" })));
		await both(as("dave.pds2.test", (agent) => agent.getProfile({ actor: "alice.test" })));
		await both(anybody((agent) => agent.getProfile({ actor: "alice.test" })));
		await both(anybody((agent) => agent.getProfile({ actor: "Alice.Test" })));
		await both(as("alice.test", (agent) => agent.getProfile({ actor: "bare.test" })));
	}

	it("getProfile: refusals", async () => {
		const notFound = { status: 400, error: "InvalidRequest", message: "Profile not found" };
		const profile = (actor: string) => anybody((agent) => agent.getProfile({ actor }));
		expect(await both(profile("nobody.test"))).toEqual(notFound);
		expect(await both(profile("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"))).toEqual(notFound);
		expect(await both(profile("gone.test"))).toMatchObject({ error: "AccountDeactivated" });
		for (const actor of ["", "no handle", "did:", "a"])
			expect(
				await both((network) => status(network, `actor=${encodeURIComponent(actor)}`)),
			).toEqual({ status: 400, error: "InvalidRequest" });
		expect(await both((network) => status(network, ""))).toMatchObject({ status: 400 });
	});

	it("getProfiles: known, unknown, none, too many", async () => {
		const profiles = (actors: string[]) =>
			as("alice.test", (agent) => agent.getProfiles({ actors }));
		await both(profiles(["bob.test", "nobody.test", "dave.pds2.test", "gone.test"]));
		await both(profiles(["nobody.test"]));
		expect(
			await both(async (network) => kind(profiles(Array(26).fill("bob.test"))(network))),
		).toEqual({ status: 400, error: "InvalidRequest" });
	});

	it("searchActorsTypeahead and searchActors: by handle", async () => {
		for (const q of ["carl", "alice.test", "pds2", "nobody", "a"]) {
			await both(sorted(as("bob.test", (agent) => agent.searchActorsTypeahead({ q }))));
			await both(sorted(anybody((agent) => agent.searchActorsTypeahead({ q }))));
			await both(sorted(as("bob.test", (agent) => agent.searchActors({ q }))));
		}
	});

	it("getAuthorFeed: pages, filters, reposts, replies, refusals", async () => {
		for (const filter of ["posts_with_replies", "posts_no_replies", "posts_with_media"])
			for (const actor of ["alice.test", "bob.test"]) {
				await both(as("carla.test", (agent) => agent.getAuthorFeed({ actor, filter })));
				await both(anybody((agent) => agent.getAuthorFeed({ actor, filter })));
			}
		const first = as("bob.test", (agent) => agent.getAuthorFeed({ actor: "alice.test", limit: 2 }));
		expect(await both(first)).toHaveProperty("cursor");
		await both(
			as("bob.test", async (agent) => {
				const { data } = await agent.getAuthorFeed({ actor: "alice.test", limit: 2 });
				return agent.getAuthorFeed({
					actor: "alice.test",
					limit: 2,
					cursor: data.cursor as string,
				});
			}),
		);
		expect(
			await both(anybody((agent) => agent.getAuthorFeed({ actor: "nobody.test" }))),
		).toMatchObject({ message: "Profile not found" });
	});

	it("getTimeline: everybody one follows, in order, page by page, signed in only", async () => {
		const timeline = await both(as("alice.test", (agent) => agent.getTimeline()));
		expect((timeline as { feed: unknown[] }).feed.length).toBeGreaterThan(8);
		await both(as("bare.test", (agent) => agent.getTimeline()));
		await both(
			as("dave.pds2.test", async (agent) => {
				const { data } = await agent.getTimeline({ limit: 3 });
				return agent.getTimeline({ limit: 3, cursor: data.cursor as string });
			}),
		);
		expect(await both(anybody((agent) => agent.getTimeline()))).toMatchObject({ status: 401 });
	});

	it("getPosts: known, twice, unknown, none", async () => {
		const posts = (pick: (uris: string[]) => string[]) => async (network: Network) => {
			const agent = await network.account("bob.test").agent();
			const { data } = await agent.getAuthorFeed({ actor: "alice.test" });
			return (await agent.getPosts({ uris: pick(data.feed.map(({ post }) => post.uri)) })).data;
		};
		await both(posts((uris) => uris));
		await both(posts(([uri = ""]) => [uri, uri, `${uri}x`]));
	});

	it("service auth: what is refused, and how", async () => {
		const METHOD = "app.bsky.actor.getProfile";
		const token =
			(claims: { aud?: string; lxm?: string | null; by?: string; exp?: number }) =>
			async (network: Network) => {
				const iss = network.account("alice.test").did as `did:plc:${string}`;
				const signer = network.account(claims.by ?? "alice.test").did as `did:plc:${string}`;
				const jwt = await createServiceJwt({
					iss,
					aud: claims.aud ?? (network.appView?.did as string),
					lxm: claims.lxm === undefined ? METHOD : claims.lxm,
					keypair: await network.pds.server.ctx.actorStore.keypair(signer),
					...(claims.exp && { exp: claims.exp }),
				});
				return status(network, "actor=bob.test", { authorization: `Bearer ${jwt}` });
			};
		expect(await both(token({}))).toEqual({ status: 200, error: undefined });
		for (const [claims, error] of [
			[{ aud: "did:web:example.com" }, "BadJwtAudience"],
			[{ lxm: "app.bsky.feed.getTimeline" }, "BadJwtLexiconMethod"],
			[{ lxm: null }, "BadJwtLexiconMethod"],
			[{ by: "bob.test" }, "BadJwtSignature"],
			[{ exp: 1_000_000_000 }, "JwtExpired"],
		] as const)
			expect(await both(token(claims))).toEqual({ status: 401, error });
	});

	it("pictures are where the views say", async () => {
		expect(
			await both(async (network) => {
				const agent = await network.account("alice.test").agent();
				const { data } = await agent.getProfile({ actor: "dave.pds2.test" });
				const types = [data.avatar, data.banner].map(async (url) => {
					const response = await fetch(String(url));
					await response.arrayBuffer();
					return [response.status, response.headers.get("content-type")?.split("/")[0]];
				});
				return Promise.all(types);
			}),
		).toEqual([
			[200, "image"],
			[200, "image"],
		]);
	});
});

/** Things beyond the ready-made accounts: replies, likes, reposts, pictures, somebody who left. */
async function extras(network: Network): Promise<void> {
	await network.createAccount({ handle: "bare.test" });
	const gone = await network.createAccount({ handle: "gone.test", displayName: "Gone" });
	const [alice, bob] = await Promise.all(
		["alice.test", "bob.test"].map((handle) => network.account(handle).agent()),
	);
	if (!alice || !bob) throw new Error("no accounts");
	const now = Date.now();
	const later = (seconds: number) => new Date(now + seconds).toISOString();
	const root = await alice.post({ text: "A question", createdAt: later(1) });
	const { uri, cid } = root;
	const reply = { root: { uri, cid }, parent: { uri, cid } };
	const answer = await bob.post({ text: "An answer", reply, createdAt: later(2) });
	await bob.like(root.uri, root.cid);
	await alice.repost(answer.uri, answer.cid);
	const { data } = await bob.uploadBlob(DOT, { encoding: "image/png" });
	await bob.post({
		text: "A picture",
		createdAt: later(3),
		embed: {
			$type: "app.bsky.embed.images",
			images: [{ image: data.blob, alt: "A dot", aspectRatio: { width: 1, height: 1 } }],
		},
	});
	// A handle of somebody who has left can't be resolved any more: let it be indexed before.
	await network.settled();
	await (await gone.agent()).com.atproto.server.deactivateAccount({});
	await network.settled();
}

const DOT = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);

/** Order is the search engine's business, which the reference implementation comes without. */
const sorted =
	(ask: (network: Network) => Promise<unknown>) =>
	async (network: Network): Promise<unknown> => {
		const answer = (await ask(network)) as { actors: { handle: string }[] };
		answer.actors.sort((a, b) => (a.handle < b.handle ? -1 : 1));
		return answer;
	};

function refusal(error: unknown) {
	const { status, error: name, message } = error as Record<string, unknown>;
	if (status === undefined) throw error;
	return { status, error: name, message };
}

/** Refusals of parameters are worded by the library that checks them: compare the kind only. */
async function kind(answer: Promise<unknown>) {
	try {
		await answer;
		return { status: 200 };
	} catch (error) {
		const { status, error: name } = error as Record<string, unknown>;
		return { status, error: name };
	}
}

async function status(network: Network, query: string, headers: Record<string, string> = {}) {
	const url = `${network.appViewUrl}/xrpc/app.bsky.actor.getProfile?${query}`;
	const response = await fetch(url, { headers });
	const body = (await response.json()) as { error?: string };
	return { status: response.status, error: body.error };
}

/** Replaces what differs between any two networks: DIDs, CIDs, record keys, times, ports. */
function normalise(answer: unknown, network: Network): unknown {
	let text = JSON.stringify(answer);
	for (const { did, handle } of network.accounts) text = text.replaceAll(did, `<${handle}>`);
	return JSON.parse(
		text
			.replace(/\d{13}__/g, "<time>__")
			.replace(/bafy?[a-z2-7]{50,}|bafkrei[a-z2-7]+/g, "<cid>")
			.replace(/\/[2-7a-z]{13}(?=["/x])/g, "/<rkey>")
			.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<date>")
			.replace(/localhost:\d+/g, "localhost:<port>"),
		(key, value) => (key === "knownFollowers" ? inOrder(value) : value),
	);
}

/** The reference asks its database for them in no order (data-plane/server/routes/follows.ts). */
const inOrder = (known: { followers: { handle: string }[] }) => ({
	...known,
	followers: known.followers.toSorted((a, b) => a.handle.localeCompare(b.handle)),
});
