import { bundleWorker } from "@better-auth-bsky/tools/worker";
import { expect, test } from "vitest";
import { APP } from "../src/bundles.ts";

test("undici stays out of a worker's bundle", async () => {
	const { metafile } = await bundleWorker({ stdin: APP });
	const files = Object.keys(metafile.inputs);
	expect(files.filter((file) => file.includes("undici"))).toEqual([
		expect.stringMatching(/core\/no-undici\.js$/),
	]);
});
