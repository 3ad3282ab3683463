import { afterAll, beforeAll, expect, it } from "vitest";
import { approve, type Network, startNetwork } from "../src/index.ts";
import { type OAuthApp, startApp } from "./oauth-app.ts";

let network: Network;
let app: OAuthApp;
beforeAll(async () => {
	network = await startNetwork({ accounts: [{ handle: "alice.test" }], appView: false });
	app = await startApp(network);
});
afterAll(async () => {
	await app.close();
	await network.close();
});

const SCOPE = "atproto transition:generic";

it("approves an authorization request without a browser", async () => {
	const account = network.account("alice.test");
	const url = await app.client.authorize("alice.test", { scope: SCOPE });
	const callback = await approve(url, { account });
	const { session } = await app.client.callback(callback.searchParams);
	expect(session.did).toBe(account.did);
	expect(await network.liveTokens(account.did)).toHaveLength(1);
});

it("denies one", async () => {
	const url = await app.client.authorize("alice.test", { scope: SCOPE });
	const callback = await approve(url, { account: network.account("alice.test"), deny: true });
	expect(callback.searchParams.get("error")).toBe("access_denied");
});

it("says what the page said when the password is wrong", async () => {
	const url = await app.client.authorize("alice.test", { scope: SCOPE });
	const account = { handle: "alice.test", password: "wrong" };
	await expect(approve(url, { account })).rejects.toThrow('refused "sign-in"');
});
