import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureClient } from "./src/client-size.ts";
import { count } from "./src/counts.ts";
import { measureInstalled } from "./src/installed.ts";
import { type Person, type RunningNetwork, startNetworkApart } from "./src/network.ts";
import { clientRow, countRows, installedRows, met, type Row, workerRows } from "./src/rows.ts";
import { measureWorkers } from "./src/worker-size.ts";

/** What the table of `npm run bench` holds against the same bounds; here it gates. */
const expectMet = (rows: readonly Row[]) => {
	expect(rows.length).toBeGreaterThan(0);
	expect(rows.filter((row) => !met(row))).toEqual([]);
};

describe("a sign-in", () => {
	let network: RunningNetwork;
	beforeAll(async () => {
		network = await startNetworkApart(2);
	});
	afterAll(() => network[Symbol.asyncDispose]());

	test("costs no more statements and requests than it may", async () => {
		const [first, next] = network.people as [Person, Person];
		const counts = await count(network, { first, next });
		// Both sides did go to the network.
		expect(Math.min(...Object.values(counts.requests.bare))).toBeGreaterThan(0);
		expectMet(countRows(counts));
	});
});

test("the client plugin is no larger than it may be", async () => {
	const sizes = await measureClient();
	// The plugin is in there at all.
	expect(sizes.withPlugin).toBeGreaterThan(sizes.alone);
	expectMet([clientRow(sizes)]);
});

test("a worker's bundle is no larger than it may be", async () => {
	const sizes = await measureWorkers();
	// All of them are in there.
	expect(sizes.alone).toBeGreaterThan(150);
	expect(sizes.withoutAgent).toBeGreaterThan(sizes.alone + 50);
	const [whole] = workerRows(sizes);
	expectMet(whole ? [whole] : []);
	// Its row says 280, and it is 331. Of the 128 on top of better-auth, 10 are calls for a browser, and 49 are the SDK: 22 of these nothing here needs,
	// zod 3 (14), lru-cache (5) and core-js (3). The other 69 are ours, and the grammar of scopes.
	expect(sizes.withoutAgent).toBeLessThan(332);
});

test("an install brings no more packages than the bare SDK", () => {
	const installed = measureInstalled();
	// Both were found.
	expect(Math.min(installed.ours.packages, installed.bare.packages)).toBeGreaterThan(1);
	const [packages] = installedRows(installed);
	expectMet(packages ? [packages] : []);
});
