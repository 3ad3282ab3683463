import { approve } from "@better-auth-bsky/devnet";
import { createAuthClient } from "better-auth/client";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { ALICE, type App, BOB, startApp, useNetwork } from "../../core/test/kit.ts";
import { atprotoAuthClient } from "../src/index.ts";
import { openTab, type Tab } from "./tab.ts";

const network = await useNetwork({ accounts: [ALICE, BOB] });
let app: App;
let tab: Tab;

beforeAll(async () => {
	app = await startApp(network);
});
afterAll(() => app.close());
afterEach(() => tab.close());

const open = () => {
	tab = openTab(app);
	return createAuthClient({ ...tab.options, plugins: [atprotoAuthClient()] });
};

const alice = () => network.account("alice.test");

test("signIn.bsky sends the browser to the person's server", async () => {
	const authClient = open();
	const location = { href: app.origin };
	vi.stubGlobal("window", { location });
	const { data, error } = await authClient.signIn.bsky({
		handle: alice().handle,
		callbackURL: "/dashboard",
	});
	expect(error).toBeNull();
	expect(data).toEqual({ url: location.href, redirect: true });
	expect(new URL(location.href).pathname).toBe("/oauth/authorize");
	expect(tab.requests).toEqual(["POST /bsky/sign-in"]);

	const arrived = await tab.browser.arrive(await approve(location.href, { account: alice() }));
	expect(arrived.pathname).toBe("/dashboard");
	expect(await tab.browser.user()).toMatchObject({ bskyDid: alice().did });
});

test("with disableRedirect it only says where to", async () => {
	const authClient = open();
	const location = { href: app.origin };
	vi.stubGlobal("window", { location });
	const { data } = await authClient.signIn.bsky({
		handle: alice().handle,
		disableRedirect: true,
	});
	expect(data).toMatchObject({ redirect: false, url: expect.stringContaining("/oauth/authorize") });
	expect(location.href).toBe(app.origin);
});

test("a failure is better-auth's { error }, with a code of ours", async () => {
	const authClient = open();
	const { data, error } = await authClient.signIn.bsky({ handle: "nobody-here.test" });
	expect(data).toBeNull();
	expect(error).toMatchObject({
		code: "HANDLE_NOT_FOUND",
		status: 404,
		message: expect.any(String),
	});
});

test("options go to better-auth's fetch", async () => {
	const authClient = open();
	const onError = vi.fn();
	await authClient.signIn.bsky({ handle: "" }, { onError });
	expect(onError).toHaveBeenCalledOnce();
	await expect(authClient.signIn.bsky({ handle: "" }, { throw: true })).rejects.toThrow();
});

test("bsky.getSession and bsky.restore", async () => {
	const authClient = open();
	expect((await authClient.bsky.getSession()).error).toMatchObject({ status: 401 });
	expect((await authClient.bsky.restore()).error).toMatchObject({ status: 401 });

	await tab.browser.signIn(alice());
	const active = { active: true, did: alice().did, grantedScope: "atproto transition:generic" };
	expect((await authClient.bsky.getSession()).data).toMatchObject({
		...active,
		handle: "alice.test",
		displayName: "Alice",
	});
	expect((await authClient.bsky.restore()).data).toEqual(active);

	const did = network.account("bob.test").did;
	const inactive = { active: false, did, reason: "signed_out" };
	expect((await authClient.bsky.getSession({ query: { did } })).data).toEqual(inactive);
	expect((await authClient.bsky.restore({ did })).data).toEqual(inactive);
	expect(tab.requests.slice(-2)).toEqual(["GET /bsky/session", "POST /bsky/restore"]);
});

test("nobody writes the columns of the plugin through better-auth", async () => {
	tab = openTab(app);
	const columns = ["Did", "Handle", "DisplayName", "Avatar", "Bio", "Banner"].map(
		(n) => `bsky${n}`,
	);
	const empty = Object.fromEntries(columns.map((column) => [column, null]));
	for (const column of columns) {
		const browser = app.browser();
		const value = { [column]: "did:plc:somebody-else" };
		const person = { email: `${column}@example.com`, password: "a-password", name: "M" };
		const { ok } = await browser.post("/sign-up/email", { ...person, ...value });
		// better-auth refuses, or takes no notice.
		if (!ok) await browser.signUpWithEmail(person.email);
		await browser.post("/update-user", { name: "N", ...value });
		expect(await browser.user()).toMatchObject(empty);
	}
});
