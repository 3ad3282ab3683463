import { describe } from "vitest";
import { approve } from "../src/index.ts";
import { test as base, expect } from "../src/testing/vitest.ts";
import { startApp } from "./oauth-app.ts";

const test = base.extend({ devnetOptions: { appView: "none" } });

describe("Vitest's test", () => {
	test("has a network, and somebody whom nobody else knows", async ({ devnet, person }) => {
		const app = await startApp(devnet);
		const url = await app.client.authorize(person.handle);
		const callback = await approve(url, { account: person });
		await app.client.callback(callback.searchParams);
		expect(await devnet.liveTokens(person.did)).toHaveLength(1);
		await app.close();
		await devnet.fault("pds", "down");
	});

	test("is right again in the next one", async ({ devnet, createPerson }) => {
		expect(devnet.appViewUrl).toBeUndefined();
		const [dora, other] = [
			await createPerson({ name: "dora" }),
			await createPerson({ name: "dora" }),
		];
		expect(dora.handle).toMatch(/^dora-[0-9a-f]{8}\.test$/);
		expect(other.did).not.toBe(dora.did);
	});
});
