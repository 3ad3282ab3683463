import { describe, expect, it } from "vitest";
import { startNetwork } from "../src/index.ts";
import { canListListeners, LOOPBACK_HEX, listeners } from "./listeners.ts";
import { postgresMissing } from "./postgres.ts";

const why = await postgresMissing();

describe.skipIf(!canListListeners)("listening", () => {
	it("elsewhere where it is told to, as in a container", async () => {
		const before = new Set(listeners());
		const network = await startNetwork({
			...{ accounts: [], host: "127.0.0.2", controlPort: 0, pdsCount: 2 },
		});
		const opened = listeners().filter((address) => !before.has(address));
		expect(opened).toHaveLength(7);
		expect(opened.filter((address) => !address.startsWith("0200007F:"))).toEqual([]);
		await network.close();
	});

	it.each([
		{ appView: "stand-in", atLeast: 9, skip: undefined },
		{ appView: "reference", atLeast: 11, skip: why },
	] as const)(
		"on 127.0.0.1 only, and on nothing after close: $appView AppView",
		async ({ appView, atLeast, skip }) => {
			if (skip) return void console.log(`skipped: ${skip}`);
			const before = new Set(listeners());
			const network = await startNetwork({
				...{ accounts: [], appView, pdsCount: 2, controlPort: 0 },
			});
			await network.publishOrigin("https://my-app.dev", 3000);
			await network.pds.stop();
			await network.pds.start();
			const opened = listeners().filter((address) => !before.has(address));
			expect(opened.length).toBeGreaterThanOrEqual(atLeast);
			expect(opened.filter((address) => !LOOPBACK_HEX.test(address))).toEqual([]);
			await network.close();
			expect(listeners().filter((address) => !before.has(address))).toEqual([]);
		},
	);
});
