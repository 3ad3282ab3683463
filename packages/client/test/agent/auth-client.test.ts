import type { Account } from "@better-auth-bsky/devnet";
import { createAuthClient } from "better-auth/client";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type App, newPerson, startApp, useNetwork } from "../../../core/test/kit.ts";
import { bskyErrorCode, createBskyAgent } from "../../src/agent/index.ts";
import { atprotoAuthClient } from "../../src/index.ts";
import { eventually, openTab, type Tab } from "../tab.ts";

const SESSION = "/xrpc/com.atproto.server.getSession";

const network = await useNetwork();
let app: App;
let tab: Tab;
let alice: Account;

beforeAll(async () => {
	app = await startApp(network, {
		plugin: { xrpc: { allow: ["com.atproto.server.getSession"] } },
	});
});
afterAll(() => app.close());
beforeEach(async () => {
	tab = openTab(app);
	alice = await newPerson(network);
	await tab.browser.signIn(alice);
});
afterEach(() => tab.close());

test("the client says where better-auth is, and who is signed in", async () => {
	const urls: string[] = [];
	const authClient = createAuthClient({ ...tab.options, plugins: [atprotoAuthClient()] });
	const stop = authClient.useBskySession.subscribe(() => {});
	const agent = createBskyAgent({
		authClient,
		fetch: (input, init) => {
			urls.push(String(input));
			return tab.browser.fetch(String(input), init);
		},
	});
	await eventually(() => agent.did).toBe(alice.did);
	const response = await agent.fetchHandler(SESSION);
	expect(await response.json()).toMatchObject({ did: alice.did });
	expect(urls).toEqual([`${app.origin}/api/auth/bsky${SESSION}`]);

	const before = [...tab.requests];
	await network.revoke(alice.handle);
	const error = await agent.fetchHandler(SESSION).catch((error: unknown) => error);
	expect(bskyErrorCode(error)).toBe("SESSION_EXPIRED");
	await eventually(() => authClient.useBskySession.get().data).toMatchObject({ active: false });
	// better-auth's own session is as it was.
	expect(tab.requests).toEqual([...before, "GET /bsky/session"]);

	await tab.browser.post("/sign-out", {});
	const signedOut = await agent.fetchHandler(SESSION).catch((error: unknown) => error);
	expect(bskyErrorCode(signedOut)).toBe("UNAUTHORIZED");
	await eventually(() => authClient.useSession.get().data).toBeNull();
	await eventually(() => authClient.useBskySession.get().data).toBeNull();
	stop();
});
