import { registerHooks } from "node:module";
import { expo } from "@better-auth/expo";
import { approve } from "@better-auth-bsky/devnet";
import { sendTo } from "@better-auth-bsky/tools/http-browser";
import { triedIn } from "@better-auth-bsky/tools/tried";
import type { BetterAuthClientPlugin } from "better-auth";
import { createAuthClient } from "better-auth/client";
import { anonymous } from "better-auth/plugins";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvilServer } from "./evil-server.ts";
import { openInternet } from "./internet.ts";
import { type App, newPerson, startApp, useNetwork } from "./kit.ts";
import { PRODUCTION, startInProduction } from "./production.ts";

/** An app on a phone: better-auth's Expo client, and the browser that it opens for a sign-in. */

const SCHEME = "myapp";

/** The system's browser, with cookies of its own: what the client's `expo-web-browser` opens. */
let openPage: (url: string) => Promise<string>;
Object.assign(globalThis, { openSystemBrowser: (url: string) => openPage(url) });

/** What a phone has and Node hasn't, as far as the client uses it. */
const NATIVE: Record<string, string> = {
	"react-native": `
		export const Platform = { OS: "ios" };
		export const AppState = { addEventListener: () => ({ remove() {} }) };`,
	"expo-constants": `export default { expoConfig: { scheme: "${SCHEME}" } };`,
	"expo-linking": `export const createURL = (path) => "${SCHEME}://" + path.replace(/^\\//, "");`,
	"expo-network": "export const addNetworkStateListener = () => ({ remove() {} });",
	"expo-web-browser": `
		export const openAuthSessionAsync = async (url) =>
			({ type: "success", url: await globalThis.openSystemBrowser(url) });`,
};
const hooks = registerHooks({
	resolve: (name, context, next) =>
		NATIVE[name] === undefined
			? next(name, context)
			: { url: `data:text/javascript,${encodeURIComponent(NATIVE[name])}`, shortCircuit: true },
});
afterAll(() => hooks.deregister());

// Not by its name: its types want those of React Native.
const CLIENT: string = "@better-auth/expo/client";
const { expoClient }: { expoClient: (options: object) => BetterAuthClientPlugin } = await import(
	CLIENT
);

/** An app on a phone, with what it has stored there. */
function openPhone(app: App) {
	const stored = new Map<string, string>();
	const storage = {
		getItem: (key: string) => stored.get(key) ?? null,
		getItemAsync: async (key: string) => stored.get(key) ?? null,
		setItem: (key: string, value: string) => void stored.set(key, value),
		setItemAsync: async (key: string, value: string) => void stored.set(key, value),
	};
	const send = sendTo(`http://127.0.0.1:${app.port}`);
	const client = createAuthClient({
		baseURL: PRODUCTION,
		plugins: [expoClient({ scheme: SCHEME, storage })],
		fetchOptions: {
			customFetchImpl: (input, init) => {
				const request = new Request(input, init);
				request.headers.set("host", new URL(PRODUCTION).host);
				return send(request);
			},
		},
	});
	return {
		post: (path: string, body: object) => client.$fetch(path, { method: "POST", body }),
		async user() {
			const { data } = await client.getSession();
			return (data?.user ?? null) as Record<string, unknown> | null;
		},
		signIn: (person: EvilServer, more: object = {}) =>
			client.$fetch("/bsky/sign-in", {
				method: "POST",
				body: { handle: person.did, callbackURL: "/me", ...more },
			}),
	};
}

const { works } = triedIn("plugins");
const network = await useNetwork();
const internet = openInternet();
let app: App;
let person: EvilServer;
let people = 0;
const carried: unknown[] = [];

async function newcomer(): Promise<EvilServer> {
	const host = `pds-${++people}.honest`;
	person = new EvilServer(`https://${host}`);
	await internet.publish(host, person.listener);
	return person;
}

beforeAll(async () => {
	app = await startInProduction(internet, () => person, {
		plugins: [
			expo(),
			anonymous({
				onLinkAccount: async ({ anonymousUser, newUser }) =>
					void carried.push([anonymousUser.user.id, newUser.user.id]),
			}),
		],
		auth: { trustedOrigins: [`${SCHEME}://`] },
	});
});
afterAll(async () => {
	await app.close();
	internet[Symbol.dispose]();
});

/** Goes where the app sends it, and on from the person's server; returns the link into the app. */
const systemBrowser = (browser = app.browser()) => {
	const visited: URL[] = [];
	openPage = async (url) => {
		const proxy = await browser.fetch(url);
		const page = new URL(proxy.headers.get("location") ?? "", url);
		visited.push(page);
		const back = await browser.fetch(person.approve(page.href));
		return back.headers.get("location") ?? "";
	};
	return visited;
};

works(
	"`expo`",
	"A sign-in from the app comes back by its deep link. The person's server has to be https, as for any provider there.",
	async () => {
		await newcomer();
		const phone = openPhone(app);
		const visited = systemBrowser();
		await phone.signIn(person);
		expect(visited.map(({ origin }) => origin)).toEqual([person.origin]);
		expect(await phone.user()).toMatchObject({ bskyDid: person.did });
		const again = openPhone(app);
		await again.signIn(person);
		expect((await again.user())?.id).toBe((await phone.user())?.id);
	},
);

describe("an Expo app", () => {
	test("has a guest become the person", async () => {
		await newcomer();
		const phone = openPhone(app);
		systemBrowser();
		await phone.post("/sign-in/anonymous", {});
		const guest = await phone.user();
		expect(guest).toMatchObject({ isAnonymous: true });
		await phone.signIn(person);
		const user = await phone.user();
		expect(user).toMatchObject({ bskyDid: person.did, isAnonymous: false });
		expect(carried).toEqual([[guest?.id, user?.id]]);
		expect(app.rows("user").some(({ id }) => id === guest?.id)).toBe(false);
	});

	test("has a guest become the person where the server knows no account to choose", async () => {
		await newcomer();
		person.deviations.metadata = { prompt_values_supported: ["select_account"] };
		const phone = openPhone(app);
		const browser = app.browser();
		openPage = async (url) => {
			const proxy = await browser.fetch(url);
			const refused = person.approve(new URL(proxy.headers.get("location") ?? "", url).href);
			refused.searchParams.delete("code");
			refused.searchParams.set("error", "account_selection_required");
			const again = (await browser.fetch(refused)).headers.get("location") ?? "";
			return (await browser.fetch(person.approve(again))).headers.get("location") ?? "";
		};
		await phone.post("/sign-in/anonymous", {});
		const guest = await phone.user();
		await phone.signIn(person, { prompt: "select_account" });
		const user = await phone.user();
		expect(user).toMatchObject({ bskyDid: person.did });
		expect(carried.at(-1)).toEqual([guest?.id, user?.id]);
	});

	test("connects an account to whoever is signed in", async () => {
		await newcomer();
		const phone = openPhone(app);
		systemBrowser();
		await phone.post("/sign-up/email", { email: "e@a.dev", password: "a-password", name: "E" });
		const before = await phone.user();
		await phone.signIn(person);
		expect(await phone.user()).toMatchObject({ id: before?.id, bskyDid: person.did });
	});

	test("is signed in by no browser that didn't come through it", async () => {
		await newcomer();
		const phone = openPhone(app);
		let end = "";
		openPage = async (url) => {
			const page = new URL(url).searchParams.get("authorizationURL") ?? "";
			const elsewhere = app.browser();
			const back = await elsewhere.fetch(person.approve(page));
			end = back.headers.get("location") ?? "";
			expect(await elsewhere.user()).toBeNull();
			return end;
		};
		await phone.signIn(person);
		expect(end).toContain("error=state_not_found");
		expect(await phone.user()).toBeNull();
	});

	test("opens no way round the cookie of a sign-in in a browser", async () => {
		await newcomer();
		// What the proxy gives to anybody who asks is good for sign-ins of an app alone.
		const attacker = app.browser();
		const begun = await attacker.begin(person.did);
		const back = person.approve(begun);
		const state = back.searchParams.get("state") ?? "";
		const victim = app.browser();
		const authorizationURL = `https://elsewhere.example/?state=${state}`;
		await victim.get(`/expo-authorization-proxy?${new URLSearchParams({ authorizationURL })}`);
		const end = await victim.arrive(back);
		expect(end.searchParams.get("error")).toBe("state_not_found");
		expect(await victim.user()).toBeNull();
	});
});

test("the reference server takes the state that it was pushed once more in the URL", async () => {
	const local = await startApp(network, {
		plugins: [expo()],
		auth: { trustedOrigins: [`${SCHEME}://`] },
	});
	const account = await newPerson(network);
	const browser = local.browser();
	const body = { handle: account.handle, callbackURL: `${SCHEME}://me` };
	const begun = await browser.post("/bsky/sign-in", body, { "expo-origin": `${SCHEME}://` });
	const { url } = (await begun.json()) as { url: string };
	const back = await approve(url, { account });
	expect(new URL(url).searchParams.get("state")).toBe(back.searchParams.get("state"));
	await local.close();
});
