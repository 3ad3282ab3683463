import { approve } from "@better-auth-bsky/devnet";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { ALICE, type App, newPerson, startApp, useNetwork } from "../../core/test/kit.ts";
import { connectAccounts, createAccounts } from "../src/accounts/index.ts";
import { createBskySession } from "../src/session/index.ts";
import { connectSignIn, createSignIn, type NeutralProps } from "../src/sign-in/index.ts";
import { openPage, type Page } from "./page.ts";

const network = await useNetwork({ accounts: [ALICE] });
let app: App;
let browser: ReturnType<App["browser"]>;
let page: Page;
const stops: (() => void)[] = [];

beforeAll(async () => {
	app = await startApp(network);
});
afterAll(() => app.close());
beforeEach(() => {
	page = openPage(`${app.origin}/sign-in`);
	browser = app.browser();
});
afterEach(async () => {
	for (const stop of stops.splice(0)) stop();
	await page.close();
});

const server = () => ({
	fetch: ((input, init) => browser.fetch(String(input), init)) as typeof globalThis.fetch,
});
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 });

test("a sign-in, a session, and a sign-out, without a better-auth client", async () => {
	const alice = await newPerson(network, { displayName: "Alice" });
	const gone: string[] = [];
	const signIn = createSignIn({
		...server(),
		callbackURL: "/me",
		navigate: (url) => gone.push(url),
	});
	stops.push(signIn.mount());
	const session = createBskySession(server());
	stops.push(session.$state.listen(() => {}));
	await eventually(() => session.$state.get()).toMatchObject({ data: null, isPending: false });
	expect(session.$state.get().error).toBeNull();

	signIn.input(` @${alice.handle.toUpperCase()}`);
	await signIn.submit();
	expect(connectSignIn(signIn)).toMatchObject({ status: "redirecting", error: null });
	const back = await approve(gone[0] ?? "", { account: alice });
	expect((await browser.arrive(back)).pathname).toBe("/me");

	await session.refetch();
	expect(session.$state.get().data).toMatchObject({ active: true, did: alice.did });
	await session.signOut();
	expect(session.$state.get()).toMatchObject({ data: null, error: null });
	expect(await browser.user()).toBeNull();
});

test("a handle that nobody has is explained", async () => {
	const signIn = createSignIn(server());
	stops.push(signIn.mount());
	await signIn.submit("nobody-here.test");
	expect(connectSignIn(signIn).error).toMatch(/No account with that handle/);
});

test("the form as a server renders it signs in without a script", async () => {
	const alice = network.account("alice.test");
	const { getFormProps, getHiddenInputs, getInputProps } = connectSignIn(
		createSignIn({ callbackURL: "/me", errorCallbackURL: "/sign-in" }),
	);
	const post = (value: string) => {
		const fields = [...getHiddenInputs(), { ...getInputProps(), value }] as NeutralProps["input"][];
		const body = new URLSearchParams(
			fields.map(({ name, value }) => [String(name), String(value)]),
		);
		return browser.fetch(String(getFormProps().action), { method: "POST", body });
	};
	const refused = new URL((await post("a@b.example")).headers.get("location") ?? "");
	expect(refused.pathname).toBe("/sign-in");
	const again = connectSignIn(createSignIn({ error: refused.searchParams.get("error") }));
	expect(again.error).toMatch(/e-mail/);
	const begun = await post("alice.test");
	const back = await approve(begun.headers.get("location") ?? "", { account: alice });
	expect((await browser.arrive(back)).pathname).toBe("/me");
});

test("accounts are connected and disconnected, but not the last way in", async () => {
	page.window.happyDOM.setURL(`${app.origin}/settings`);
	const gone: string[] = [];
	await browser.signUpWithEmail("settings@example.com");
	const bob = await newPerson(network);
	const accounts = createAccounts({ ...server(), navigate: (url) => gone.push(url) });
	stops.push(accounts.mount());
	await eventually(() => accounts.$state.get().accounts).toEqual([]);
	await accounts.add(bob.handle);
	const back = await approve(gone[0] ?? "", { account: bob });
	expect((await browser.arrive(back)).pathname).toBe("/settings");
	await accounts.refetch();
	expect(accounts.$state.get().accounts).toMatchObject([{ did: bob.did, handle: bob.handle }]);
	page.comeBack();
	await accounts.disconnect(bob.did);
	expect(accounts.$state.get()).toMatchObject({ status: "idle", error: null, accounts: [] });

	const carla = await newPerson(network);
	browser = app.browser();
	await browser.signIn(carla);
	await accounts.refetch();
	await accounts.disconnect(carla.did);
	expect(connectAccounts(accounts).error).toMatch(/only way to sign in/);
});
