import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/v4";
import { type Network, type Seed, startNetwork } from "../src/index.ts";
import { letterPng } from "../src/people/png.ts";
import { readSeed, SEED } from "../src/people/read-seed.ts";

const PEOPLE: Seed = {
	$schema: "./node_modules/@better-auth-bsky/devnet/seed.schema.json",
	accounts: [
		{
			handle: "dora",
			displayName: "Dora",
			description: "Draws maps.",
			avatar: "dora.png",
			posts: ["North is up.", "Mostly."],
			follows: ["emil.test"],
			records: [
				{ collection: "xyz.statusphere.status", value: { status: "🗺️", createdAt: "2026-01-01" } },
				{ collection: "app.example.settings", rkey: "self", value: { theme: "dark" } },
			],
		},
		{ handle: "emil.test", password: "his-own", follows: ["dora"] },
	],
};

let folder: string;
let file: string;
let network: Network;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "devnet-seed-"));
	file = join(folder, "people.json");
	await writeFile(file, JSON.stringify(PEOPLE));
	await writeFile(join(folder, "dora.png"), letterPng("d", [10, 120, 90]));
	network = await startNetwork({ seed: file, dataDir: join(folder, "kept") });
});
afterAll(async () => {
	await network?.close();
	await rm(folder, { recursive: true, force: true });
});

/** What there is of somebody, as the servers say. */
async function look({ account }: Network, handle: string) {
	const { did, agent } = account(handle);
	const me = await agent();
	const list = async (collection: string) =>
		(await me.com.atproto.repo.listRecords({ repo: did, collection })).data.records.map(
			({ value }) => value,
		);
	const { data: profile } = await me.getProfile({ actor: did });
	return {
		name: profile.displayName,
		avatar: profile.avatar && (await fetch(profile.avatar)).headers.get("content-type"),
		followers: profile.followersCount,
		posts: (await list("app.bsky.feed.post")).map(({ text }) => text),
		statuses: (await list("xyz.statusphere.status")).map(({ status }) => status),
		settings: (await list("app.example.settings")).map(({ theme }) => theme),
	};
}

describe("a seed", () => {
	it.each(["first", "once more"])("makes people with all that they have: %s", async (time) => {
		if (time !== "first") {
			await network.close();
			network = await startNetwork({ seed: file, dataDir: join(folder, "kept") });
		}
		expect(network.accounts.map(({ handle }) => handle)).toEqual(["dora.test", "emil.test"]);
		expect(await look(network, "dora.test")).toEqual({
			...{ name: "Dora", avatar: "image/png", followers: 1 },
			...{ posts: ["Mostly.", "North is up."], statuses: ["🗺️"], settings: ["dark"] },
		});
		expect(await look(network, "emil.test")).toMatchObject({ followers: 1, posts: [] });
	});

	it("is refused with a line for each mistake, before anything starts", async () => {
		await writeFile(join(folder, "text.png"), "not a picture");
		const read = async (seed: unknown) => {
			const bad = join(folder, "bad.json");
			await writeFile(bad, typeof seed === "string" ? seed : JSON.stringify(seed));
			const error = await readSeed(bad).catch((thrown: Error) => thrown);
			return String(Reflect.get(error, "message")).replaceAll(bad, "bad.json").split("\n");
		};
		const never = join(folder, "never");
		await expect(startNetwork({ seed: join(folder, "gone.json"), dataDir: never })).rejects.toThrow(
			"gone.json can't be read",
		);
		await expect(access(never)).rejects.toThrow();
		expect(await read("{")).toEqual([expect.stringMatching(/^The seed bad\.json is no JSON: /)]);
		expect(
			await read({
				accounts: [
					{ handle: "not a handle", displayname: "Typo" },
					{ handle: "fay", posts: "one", records: [{ collection: "status", value: 1 }] },
				],
			}),
		).toEqual([
			"bad.json: accounts[0].handle: not a handle",
			'bad.json: accounts[0]: Unrecognized key: "displayname"',
			"bad.json: accounts[1].posts: Invalid input: expected array, received string",
			"bad.json: accounts[1].records[0].collection: not the NSID of a collection, like xyz.statusphere.status",
			"bad.json: accounts[1].records[0].value: Invalid input: expected object, received number",
		]);
		expect(
			await read({
				accounts: [
					{ handle: "fay", avatar: "gone.png" },
					{ handle: "fay", banner: "text.png" },
				],
			}),
		).toEqual([
			'bad.json: accounts[0].avatar: there is no file "gone.png"',
			'bad.json: accounts[1].handle: "fay" is there twice',
			'bad.json: accounts[1].banner: "text.png" is neither a PNG nor a JPEG',
		]);
	});

	it("knows somebody by a bare name, a whole one and capitals, and takes a byte order mark", async () => {
		const twice = { accounts: [{ handle: "fay" }, { handle: "fay.test" }, { handle: "FAY.test" }] };
		await expect(readSeed(twice)).rejects.toThrow(
			'The seed: accounts[1].handle: "fay.test" is there twice\n' +
				'The seed: accounts[2].handle: "FAY.test" is there twice',
		);
		await writeFile(join(folder, "marked.json"), `\uFEFF${JSON.stringify({ accounts: [] })}`);
		expect(await readSeed(join(folder, "marked.json"))).toEqual([]);
	});

	it("says where in it a server refuses something", async () => {
		const start = (accounts: Seed["accounts"]) =>
			startNetwork({ appView: false, seed: { accounts } });
		await expect(start([{ handle: "fay.example.com" }])).rejects.toThrow(
			'The seed: accounts[0]: No server of this network takes the handle "fay.example.com"',
		);
		await expect(start([{ handle: "fay", follows: ["nobody"] }])).rejects.toThrow(
			'The seed: accounts[0].follows: nobody on this network is "nobody"',
		);
		const post = { collection: "app.bsky.feed.post", value: { text: 1 } };
		await expect(start([{ handle: "fay", records: [post] }])).rejects.toThrow(
			/^The seed: accounts\[0\]\.records\[0\]: .*app\.bsky\.feed\.post/,
		);
	});

	it("has a schema for editors, which is in the package", async () => {
		const schema = new URL("../seed.schema.json", import.meta.url);
		expect(JSON.parse(await readFile(schema, "utf8"))).toEqual(
			z.toJSONSchema(SEED, { target: "draft-7" }),
		);
	});
});
