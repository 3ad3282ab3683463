import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { JetstreamSubscription } from "@atcute/jetstream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, type Network, startNetwork } from "../src/index.ts";
import { listen } from "./jetstream-client.ts";

const NOTE = "com.example.note";
const LIKE = "com.example.feed.like";

let network: Network;
let dora: Account;
let emil: Account;
beforeAll(async () => {
	network = await startNetwork({ accounts: [] });
	dora = await network.createAccount({ handle: "dora" });
	emil = await network.createAccount({ handle: "emil" });
});
afterAll(() => network.close());

/** Writes a record. */
async function write(account: Account, text: string, collection = NOTE) {
	const agent = await account.agent();
	const record = { $type: collection, text, createdAt: new Date().toISOString() };
	const repo = account.did;
	const { data } = await agent.com.atproto.repo.createRecord({ repo, collection, record });
	const rkey = data.uri.split("/").at(-1) as string;
	return { where: { repo, collection, rkey }, record, cid: data.cid, rev: data.commit?.rev };
}

const texts = (messages: readonly { commit?: { record?: Record<string, unknown> } }[]) =>
	messages.map(({ commit }) => commit?.record?.text);

describe("what it tells", () => {
	it("tells of records that are made, changed and deleted, at once", async () => {
		await using client = await listen(network);
		const agent = await dora.agent();
		const before = Date.now();
		const { where, record, cid, rev } = await write(dora, "one");
		const { collection, rkey } = where;
		const written = Date.now();
		const created = await client.next();
		// The PDS's own event stream is up to a second behind.
		expect(Date.now() - written).toBeLessThan(500);
		expect(created).toEqual({
			did: dora.did,
			time_us: expect.any(Number),
			kind: "commit",
			commit: { rev, operation: "create", collection, rkey, record, cid },
		});
		expect(created.time_us).toBeGreaterThanOrEqual(before * 1000);
		expect(created.time_us).toBeLessThanOrEqual(Date.now() * 1000);

		const changed = { ...record, text: "two" };
		const put = await agent.com.atproto.repo.putRecord({ ...where, record: changed });
		expect((await client.next()).commit).toEqual({
			rev: put.data.commit?.rev,
			operation: "update",
			...{ collection, rkey, record: changed },
			cid: put.data.cid,
		});

		const gone = await agent.com.atproto.repo.deleteRecord(where);
		expect((await client.next()).commit).toEqual({
			rev: gone.data.commit?.rev,
			operation: "delete",
			...{ collection, rkey },
		});
	});

	it("tells of each record of a commit, in order, with links and bytes as JSON has them", async () => {
		await using client = await listen(network);
		const agent = await emil.agent();
		const { data } = await agent.uploadBlob(new Uint8Array([1, 2, 3]), {
			encoding: "application/octet-stream",
		});
		const create = (text: string) => ({
			$type: "com.atproto.repo.applyWrites#create" as const,
			collection: NOTE,
			value: { $type: NOTE, text, file: data.blob, bytes: new Uint8Array([4, 5]) },
		});
		const writes = [create("first"), create("second"), create("third")];
		await agent.com.atproto.repo.applyWrites({ repo: emil.did, writes });
		const messages = await client.take(3);
		expect(texts(messages)).toEqual(["first", "second", "third"]);
		expect(new Set(messages.map(({ commit }) => commit?.rev)).size).toBe(1);
		expect(new Set(messages.map(({ time_us }) => time_us)).size).toBe(3);
		expect(messages[0]?.commit?.record).toMatchObject({
			file: { $type: "blob", ref: { $link: data.blob.ref.toString() }, size: 3 },
			bytes: { $bytes: "BAU" },
		});
	});

	it("tells of accounts and handles whatever collections are wanted", async () => {
		await using client = await listen(network, `wantedCollections=${LIKE}`);
		const finn = await network.createAccount({ handle: "finn" });
		const agent = await finn.agent();
		await write(finn, "not wanted");
		await agent.com.atproto.identity.updateHandle({ handle: "finley.test" });
		await agent.com.atproto.server.deactivateAccount({});
		const { did } = finn;
		const [identity, account, renamed, gone] = await client.take(4);
		const at = { seq: expect.any(Number), time: expect.stringMatching(/Z$/) };
		expect(identity).toMatchObject({ did, identity: { did, handle: "finn.test", ...at } });
		expect(account).toMatchObject({ did, kind: "account", account: { did, active: true, ...at } });
		expect(renamed).toMatchObject({ kind: "identity", identity: { handle: "finley.test" } });
		expect(gone).toMatchObject({ account: { did, active: false, status: "deactivated" } });
		expect(client.arrived).toEqual([]);
	});

	it("tells each client what it wants: a collection, those under a name, or people", async () => {
		await using all = await listen(network);
		await using one = await listen(network, `wantedCollections=${LIKE}`);
		await using prefix = await listen(
			network,
			"wantedCollections=app.bsky.*&wantedCollections=com.example.feed.*",
		);
		await using person = await listen(network, `wantedDids=${emil.did}`);
		await using small = await listen(network, "maxMessageSizeBytes=500");
		await write(dora, "a note");
		await write(dora, "a like", LIKE);
		await write(emil, "another note");
		await write(emil, "long".repeat(200));
		await write(emil, "the end", LIKE);
		const long = "long".repeat(200);
		const notes = ["a note", "a like", "another note", long, "the end"];
		expect(texts(await all.take(5))).toEqual(notes);
		expect(texts(await one.take(2))).toEqual(["a like", "the end"]);
		expect(texts(await prefix.take(2))).toEqual(["a like", "the end"]);
		expect(texts(await person.take(3))).toEqual(["another note", long, "the end"]);
		expect(texts(await small.take(4))).toEqual(notes.filter((text) => text !== long));
	});
});

describe("a cursor", () => {
	it("brings back what has been since, and goes on with what comes", async () => {
		await using live = await listen(network);
		const sent = ["one", "two", "three"];
		for (const text of sent) await write(dora, text);
		const seen = await live.take(3);
		await using client = await listen(network, `cursor=${seen[1]?.time_us}`);
		expect(await client.take(2)).toEqual(seen.slice(1));
		await using after = await listen(network, `cursor=${(seen[1]?.time_us ?? 0) + 1}`);
		expect(await after.next()).toEqual(seen[2]);
		await write(dora, "four");
		expect(texts([await client.next(), await after.next()])).toEqual(["four", "four"]);
	});

	it("of 0 brings back everything, in order", async () => {
		await using client = await listen(network, "cursor=0");
		const last = await write(emil, "now");
		const messages = [];
		do messages.push(await client.next());
		while (messages.at(-1)?.commit?.cid !== last.cid);
		expect(messages[0]).toMatchObject({ did: dora.did, kind: "identity" });
		const times = messages.map(({ time_us }) => time_us);
		expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
	});

	it("that is absent or in the future brings back nothing", async () => {
		await using absent = await listen(network);
		await using future = await listen(network, `cursor=${(Date.now() + 3_600_000) * 1000}`);
		await write(emil, "what comes");
		expect(texts([await absent.next(), await future.next()])).toEqual(["what comes", "what comes"]);
	});
});

describe("several servers", () => {
	it("tells of those that are added and those that were down", async () => {
		await using client = await listen(network);
		const pds = await network.addPds();
		const gina = await network.createAccount({ handle: "gina", pds });
		expect(await client.take(2)).toMatchObject([
			{ did: gina.did, kind: "identity", identity: { handle: "gina.pds2.test" } },
			{ did: gina.did, kind: "account" },
		]);
		await write(gina, "from the second");
		await write(dora, "from the first");
		expect(texts(await client.take(2))).toEqual(["from the second", "from the first"]);
		await pds.stop();
		await write(dora, "meanwhile");
		// What is on a server that is down is known.
		await using late = await listen(network, `cursor=0&wantedDids=${gina.did}`);
		expect(texts(await late.take(3)).at(-1)).toBe("from the second");
		await pds.start();
		await write(gina, "back again");
		expect(texts(await client.take(2))).toEqual(["meanwhile", "back again"]);
		expect(texts([await late.next()])).toEqual(["back again"]);
	});
});

describe("the service", () => {
	it("is what @atcute/jetstream expects, also over a stop and a start", async () => {
		const subscription = new JetstreamSubscription({
			url: network.jetstreamUrl,
			wantedCollections: [NOTE],
			ws: { minReconnectionDelay: 50, maxReconnectionDelay: 100 },
			onError: (error) => {
				throw error;
			},
		});
		const events = subscription[Symbol.asyncIterator]();
		const next = async () => {
			const { value } = await events.next();
			if (value?.kind !== "commit") return value?.kind;
			return "record" in value.commit ? value.commit.record.text : value.commit.operation;
		};
		const first = next();
		const { where } = await write(dora, "for atcute");
		await write(dora, "not wanted", LIKE);
		await (await dora.agent()).com.atproto.repo.deleteRecord(where);
		expect([await first, await next()]).toEqual(["for atcute", "delete"]);

		subscription.updateOptions({ wantedCollections: ["com.example.feed.*"], wantedDids: [] });
		const liked = next();
		while (await Promise.race([liked.then(() => false), write(dora, "a like", LIKE)]));
		expect(await liked).toBe("a like");

		expect(network.jetstream.running).toBe(true);
		await network.jetstream.stop();
		expect(network.jetstream.running).toBe(false);
		await write(emil, "while it was down", LIKE);
		await network.jetstream.start();
		let text: unknown;
		do text = await next();
		while (text === "a like");
		expect(text).toBe("while it was down");
		await events.return?.();
	});

	it("says goodbye when it is stopped, quickly", async () => {
		const client = await listen(network);
		const before = Date.now();
		await network.jetstream.stop();
		expect(Date.now() - before).toBeLessThan(500);
		expect(await client.closed).toMatchObject({ code: 1001 });
		await network.jetstream.start();
	});

	it("waits for the options of a client that asks it to", async () => {
		await using client = await listen(network, "requireHello=true");
		await write(dora, "too early");
		client.socket.send(JSON.stringify({ type: "something_else" }));
		client.socket.send(
			JSON.stringify({ type: "options_update", payload: { wantedDids: [emil.did] } }),
		);
		do await write(emil, "hello");
		while (client.arrived.length === 0);
		expect(texts(client.arrived)).toContain("hello");
		expect(texts(client.arrived)).not.toContain("too early");
	});

	it.each([
		["no JSON", 1007],
		["null", 1007],
		['{"type":"options_update","payload":{"wantedDids":["dora"]}}', 1008],
		['{"type":"options_update","payload":{"wantedCollections":"x"}}', 1008],
	])("closes when it is told %s", async (message, code) => {
		const client = await listen(network);
		client.socket.send(message);
		expect(await client.closed).toMatchObject({ code });
	});

	it.each([
		["wantedCollections=likes", '"likes" is neither an NSID nor a prefix'],
		["wantedDids=dora.test", '"dora.test" is not a DID'],
		["cursor=yesterday", "cursor takes a time in microseconds"],
		["compress=true", "no zstd compression"],
	])("answers 400 to %s", async (query, reason) => {
		const { port } = network.jetstream;
		expect(await upgrade(port, `/subscribe?${query}`)).toMatch(/^HTTP\/1.1 400 /);
		expect(await upgrade(port, `/subscribe?${query}`)).toContain(reason);
	});

	it("explains itself to who isn't a WebSocket or looks elsewhere", async () => {
		const { url, port } = network.jetstream;
		expect(network.jetstreamUrl).toBe(`ws://localhost:${port}/subscribe`);
		const plain = await fetch(`${url}/subscribe`);
		expect([plain.status, plain.headers.get("upgrade")]).toEqual([426, "websocket"]);
		expect(await plain.text()).toContain("Connect with a WebSocket");
		expect((await fetch(url)).status).toBe(404);
		expect(await upgrade(port, "/elsewhere")).toMatch(/^HTTP\/1.1 404 /);
		expect(await upgrade(port, "//")).toMatch(/^HTTP\/1.1 404 /);
		expect(await upgrade(port, "/subscribe")).toMatch(/^HTTP\/1.1 101 /);
	});

	it("drops a client that doesn't read, and only that one", async () => {
		const hoarder = connect(network.jetstream.port, "127.0.0.1");
		let received = 0;
		hoarder.on("data", (chunk) => {
			received += chunk.length;
		});
		hoarder.write(handshake("/subscribe"));
		await once(hoarder, "data");
		hoarder.pause();
		await using reader = await listen(network);
		const agent = await emil.agent();
		// More than the buffers of the system take.
		const record = { $type: NOTE, text: "x".repeat(100_000) };
		const where = { repo: emil.did, collection: NOTE, rkey: "long" };
		for (let written = 0; written < 80; written++)
			await agent.com.atproto.repo.putRecord({ ...where, record: { ...record, written } });
		await reader.take(80);
		await wait(5500);
		hoarder.resume();
		await once(hoarder, "close");
		expect(received).toBeLessThan(8_000_000);
	});
});

function handshake(path: string): string {
	const key = "dGhlIHNhbXBsZSBub25jZQ==";
	return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
}

/** The answer to a WebSocket's first request, which clients don't show. */
async function upgrade(port: number, path: string): Promise<string> {
	const socket = connect(port, "127.0.0.1");
	socket.write(handshake(path));
	const [answer] = (await once(socket, "data")) as [Buffer];
	socket.destroy();
	return answer.toString();
}
