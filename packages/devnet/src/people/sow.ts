import { isDeepStrictEqual } from "node:util";
import type { AtpAgent } from "@atproto/api";
import { DevnetError } from "../errors.ts";
import type { Network } from "../network.ts";
import type { Account } from "./accounts.ts";
import type { Row } from "./read-seed.ts";
import type { SeedRecord } from "./seed-file.ts";

/**
 * Makes everybody of a seed, with what they have. What is there already stays as it is, so that the
 * same seed may come again, for a folder that is kept.
 *
 * @throws {DevnetError} which says what in the seed a server refuses
 */
export async function sow(network: Network, rows: readonly Row[]): Promise<void> {
	const people: { row: Row; account: Account }[] = [];
	for (const row of rows)
		people.push({ row, account: await telling(row.at, () => settle(network, row)) });
	for (const { row, account } of people) {
		const agent = await account.agent();
		await telling(`${row.at}.follows`, () => follow(network, agent, row.sown.follows ?? []));
		for (const [index, record] of (row.sown.records ?? []).entries())
			await telling(`${row.at}.records[${index}]`, () => write(agent, record));
	}
	await network.settled();
}

/** Somebody new, or what is new of somebody who is there. */
async function settle(network: Network, { sown }: Row): Promise<Account> {
	const { follows: _, records: __, ...options } = sown;
	const known = find(network, sown.handle);
	if (!known) return network.createAccount(options);
	const agent = await known.agent();
	const texts = new Set((await list(agent, "app.bsky.feed.post")).map(({ text }) => text));
	for (const text of options.posts ?? []) if (!texts.has(text)) await agent.post({ text });
	return known;
}

async function follow(network: Network, agent: AtpAgent, wanted: readonly string[]) {
	const followed = new Set((await list(agent, "app.bsky.graph.follow")).map((one) => one.subject));
	for (const who of wanted) {
		const did = who.startsWith("did:") ? who : find(network, who)?.did;
		if (!did) throw new DevnetError(`nobody on this network is "${who}"`);
		if (!followed.has(did)) await agent.follow(did);
	}
}

async function write(agent: AtpAgent, { collection, rkey, value }: SeedRecord): Promise<void> {
	const repo = agent.assertDid;
	const record = { $type: collection, ...value };
	if (rkey !== undefined) {
		await agent.com.atproto.repo.putRecord({ repo, collection, rkey, record });
		return;
	}
	const isThere = (await list(agent, collection)).some((one) => isDeepStrictEqual(one, record));
	if (!isThere) await agent.com.atproto.repo.createRecord({ repo, collection, record });
}

const find = ({ accounts, pds }: Network, handle: string): Account | undefined =>
	accounts.find((one) => one.handle === handle || one.handle === `${handle}${pds.handleDomain}`);

/** Every record of a collection. */
async function list(agent: AtpAgent, collection: string): Promise<Record<string, unknown>[]> {
	const found: Record<string, unknown>[] = [];
	let cursor: string | undefined;
	do {
		const { data } = await agent.com.atproto.repo.listRecords({
			...{ repo: agent.assertDid, collection, limit: 100 },
			...(cursor && { cursor }),
		});
		found.push(...data.records.map(({ value }) => value));
		cursor = data.records.length > 0 ? data.cursor : undefined;
	} while (cursor);
	return found;
}

/** Says where in the seed it is that something went wrong. */
async function telling<T>(at: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		throw new DevnetError(`${at}: ${cause instanceof Error ? cause.message : cause}`, { cause });
	}
}
