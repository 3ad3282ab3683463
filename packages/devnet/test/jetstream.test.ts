import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, type Network, startNetwork } from "../src/index.ts";
import { listen } from "./jetstream-client.ts";

const NOTE = "com.example.note";

let network: Network;
let dora: Account;
beforeAll(async () => {
	network = await startNetwork({ accounts: [] });
	dora = await network.createAccount({ handle: "dora" });
});
afterAll(() => network.close());

/** Writes a record and says where it is. */
async function write(account: Account, text: string, collection = NOTE) {
	const agent = await account.agent();
	const record = { $type: collection, text, createdAt: new Date().toISOString() };
	const { data } = await agent.com.atproto.repo.createRecord({
		repo: account.did,
		collection,
		record,
	});
	return {
		repo: account.did,
		collection,
		rkey: data.uri.split("/").at(-1) as string,
		record,
		data,
	};
}

describe("Jetstream", () => {
	it("tells of records that are made, changed and deleted, at once", async () => {
		await using client = await listen(network);
		const agent = await dora.agent();
		const before = Date.now() * 1000;
		const { record, data, ...where } = await write(dora, "one");
		const { collection, rkey } = where;
		const created = await client.next();
		expect(created).toEqual({
			did: dora.did,
			time_us: expect.any(Number),
			kind: "commit",
			commit: {
				rev: data.commit?.rev,
				operation: "create",
				...{ collection, rkey, record },
				cid: data.cid,
			},
		});
		expect(created.time_us).toBeGreaterThanOrEqual(before);
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
});
