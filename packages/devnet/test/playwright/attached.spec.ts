import { expect, test } from "@better-auth-bsky/devnet/playwright";

test("takes the network that runs", async ({ devnet, createPerson }) => {
	expect(devnet.account("alice.test").password).toBe("devnet-pass");
	const { did } = await createPerson();
	expect(await devnet.liveTokens(did)).toEqual([]);
});
