import { approve } from "@better-auth-bsky/devnet";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { ALICE, type App, newPerson, startApp, useNetwork } from "../../core/test/kit.ts";
import { connectAccounts, createAccounts } from "../src/accounts/index.ts";
import { connectScopeGate, createScopeGate } from "../src/scope/index.ts";
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
	vi.restoreAllMocks();
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
	const { errorOf, accounts: listed } = connectAccounts(accounts);
	expect(listed.map(errorOf)).toEqual([expect.stringMatching(/only way to sign in/)]);
});

test("another account is made the current one, and an ended one is connected again", async () => {
	page.window.happyDOM.setURL(`${app.origin}/settings`);
	const gone: string[] = [];
	const [dora, emil] = [await newPerson(network), await newPerson(network)];
	await browser.signIn(dora);
	const accounts = createAccounts({ ...server(), navigate: (url) => gone.push(url) });
	stops.push(accounts.mount());
	await eventually(() => accounts.$state.get().accounts).toHaveLength(1);
	await accounts.add(emil.handle);
	await browser.arrive(await approve(gone.pop() ?? "", { account: emil }));
	page.comeBack();
	await eventually(() => accounts.$state.get().accounts).toHaveLength(2);
	const current = () => accounts.$state.get().accounts?.find((one) => one.current)?.did;
	const other = current() === dora.did ? emil : dora;
	await accounts.makeCurrent(other.did);
	await accounts.refetch();
	expect(current()).toBe(other.did);

	await browser.post("/bsky/disconnect", { did: other.did });
	await accounts.refetch();
	const states = () =>
		Object.fromEntries(accounts.$state.get().accounts?.map((one) => [one.did, one.active]) ?? []);
	expect(states()[other.did]).toBe(false);
	await accounts.reconnect(other.did);
	expect(accounts.$state.get()).toMatchObject({ status: "redirecting", busyDid: other.did });
	await browser.arrive(await approve(gone.pop() ?? "", { account: other }));
	await accounts.refetch();
	expect(states()).toEqual({ [dora.did]: true, [emil.did]: true });
});

test("one more permission is refused, and then given", async () => {
	const gone: string[] = [];
	const scope = "repo:xyz.statusphere.status";
	const own = await startApp(network, {
		plugin: { clientMetadata: { scope: `atproto ${scope}` }, signInScope: "atproto" },
	});
	browser = own.browser();
	const fay = await newPerson(network);
	await browser.signIn(fay);
	page.window.happyDOM.setURL(`${own.origin}/compose`);
	const open = () => {
		const gate = createScopeGate({ ...server(), scope, navigate: (url) => gone.push(url) });
		stops.push(gate.mount());
		return () => connectScopeGate(gate);
	};
	const ask = async (gate: ReturnType<typeof open>, answer: object) => {
		gate()
			.getAllowProps()
			.onClick?.({
				preventDefault() {},
				stopPropagation() {},
				currentTarget: null,
			});
		await eventually(() => gone).toHaveLength(1);
		const back = await approve(gone.pop() ?? "", { account: fay, ...answer });
		for (const stop of stops.splice(0)) stop();
		vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(Date.now() + 1);
		page.window.happyDOM.setURL((await browser.arrive(back)).href);
	};
	const first = open();
	await eventually(() => first().status).toBe("missing");
	await ask(first, { deny: true });
	expect(page.window.location.search).toMatch(/^\?error=access_denied/);
	const second = open();
	await eventually(() => second().status).toBe("refused");
	expect(page.window.location.href).toBe(`${own.origin}/compose`);
	await ask(second, {});
	const third = open();
	await eventually(() => third().status).toBe("granted");
	await own.close();
});
