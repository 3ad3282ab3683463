import { type Account, approve } from "@better-auth-bsky/devnet";
import type { BetterAuthOptions } from "better-auth";
import { APIError } from "better-auth/api";
import { magicLink } from "better-auth/plugins";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type App, type AppOptions, newPerson, startApp, useNetwork } from "./kit.ts";

const network = await useNetwork({ appView: "none" });
const pds = new URL(network.pdsUrl).origin;

const PLACEHOLDER = /^[0-9a-f]{32}@bsky\.placeholder\.invalid$/;
const DECLARED =
	"atproto repo:xyz.statusphere.status account:email account:email?action=manage transition:generic transition:email";
const WITH_EMAIL = "atproto account:email";

let app: App;
afterEach(() => app.close());

async function open({ plugin, auth, plugins }: AppOptions = {}): Promise<void> {
	app = await startApp(network, {
		auth: { rateLimit: { enabled: false }, ...auth },
		plugin: { clientMetadata: { scope: DECLARED }, signInScope: WITH_EMAIL, ...plugin },
		...(plugins && { plugins }),
	});
}

const emailOf = (did: string) => {
	const [user] = app.rows("user").filter(({ bskyDid }) => bskyDid === did);
	return [user?.email, user?.emailVerified];
};

let addresses = 0;
const newAddress = (): string => `person-${++addresses}@example.com`;

type Browser = ReturnType<App["browser"]>;

/** A sign-in in which the person allows only a part of what is asked for. */
async function signInAllowing(browser: Browser, account: Account, scope: string): Promise<URL> {
	return browser.arrive(await approve(await browser.begin(account.handle), { account, scope }));
}

/** What a better-auth user is refused by, or not, while they are changed. */
type UserHooks = NonNullable<NonNullable<BetterAuthOptions["databaseHooks"]>["user"]>;
type BeforeUpdate = NonNullable<NonNullable<UserHooks["update"]>["before"]>;

const onUpdate = (before: BeforeUpdate): AppOptions["auth"] => ({
	databaseHooks: { user: { update: { before } } },
});

describe("at sign-up", () => {
	const granted = [WITH_EMAIL, "atproto account:email?action=manage", "atproto transition:email"];
	test.each(granted)("%s brings the address, unverified", async (signInScope) => {
		await open({ plugin: { signInScope } });
		const email = newAddress();
		const person = await newPerson(network, { email, emailConfirmed: true });
		const browser = app.browser();
		await browser.signIn(person);
		expect(emailOf(person.did)).toEqual([email, 0]);
		// What the browser is told in the same breath.
		expect(await browser.user()).toMatchObject({ email, emailVerified: false });
	});

	test.each(["atproto", "atproto transition:generic", "atproto repo:xyz.statusphere.status"])(
		"%s brings none",
		async (signInScope) => {
			await open({ plugin: { signInScope } });
			const person = await newPerson(network);
			await app.browser().signIn(person);
			expect(emailOf(person.did)).toEqual([expect.stringMatching(PLACEHOLDER), 0]);
		},
	);

	test("it is in lower case, as better-auth keeps all of them", async () => {
		await open();
		const email = newAddress();
		const person = await newPerson(network, { email: email.toUpperCase() });
		await app.browser().signIn(person);
		expect(emailOf(person.did)).toEqual([email, 0]);
	});

	test("a person may keep it to themselves, and give it later", async () => {
		await open();
		const email = newAddress();
		const person = await newPerson(network, { email });
		const browser = app.browser();
		expect((await signInAllowing(browser, person, "atproto")).pathname).toBe("/me");
		expect(emailOf(person.did)).toEqual([expect.stringMatching(PLACEHOLDER), 0]);
		const response = await browser.post("/bsky/upgrade", { scope: "account:email" });
		const { url } = (await response.json()) as { url: string };
		await browser.arrive(await approve(url, { account: person }));
		expect(emailOf(person.did)).toEqual([email, 0]);
		expect(await browser.user()).toMatchObject({ email });
	});

	test("hooks of the session find it already", async () => {
		const seen: unknown[] = [];
		const before = async ({ userId }: { userId: string }) => {
			const [user] = app.rows("user").filter(({ id }) => id === userId);
			seen.push(user?.email);
		};
		await open({ auth: { databaseHooks: { session: { create: { before } } } } });
		const email = newAddress();
		await app.browser().signIn(await newPerson(network, { email }));
		expect(seen).toEqual([email]);
	});
});

describe("is verified", () => {
	const cases: [who: string, issuers: string[], emailConfirmed: boolean, verified: number][] = [
		["by a server that is trusted and has confirmed it", [pds], true, 1],
		["not by one that hasn't confirmed it", [pds], false, 0],
		["not by one that isn't trusted", ["https://bsky.social"], true, 0],
		["by nobody unless the app says so", [], true, 0],
	];
	test.each(cases)("%s", async (_, trustedEmailIssuers, emailConfirmed, verified) => {
		await open({ plugin: { trustedEmailIssuers } });
		const email = newAddress();
		const person = await newPerson(network, { email, emailConfirmed });
		await app.browser().signIn(person);
		expect(emailOf(person.did)).toEqual([email, verified]);
	});
});

describe("later", () => {
	test("it takes a placeholder's place, and no address's", async () => {
		await open({ plugin: { signInScope: "atproto" } });
		const email = newAddress();
		const person = await newPerson(network, { email });
		const browser = app.browser();
		await browser.signIn(person);
		expect(emailOf(person.did)).toEqual([expect.stringMatching(PLACEHOLDER), 0]);
		await browser.signIn(person, { scope: WITH_EMAIL });
		expect(emailOf(person.did)).toEqual([email, 0]);
		expect(await browser.user()).toMatchObject({ email });

		app.database.exec("update user set email = 'own@example.com', emailVerified = 1");
		await app.browser().signIn(person, { scope: WITH_EMAIL });
		expect(emailOf(person.did)).toEqual(["own@example.com", 1]);
	});

	test("whoever signed up by e-mail and connects their account keeps their own", async () => {
		await open({ plugin: { trustedEmailIssuers: [pds] } });
		const browser = app.browser();
		await browser.signUpWithEmail("mine@example.com");
		const person = await newPerson(network, { email: newAddress(), emailConfirmed: true });
		await browser.signIn(person);
		expect(emailOf(person.did)).toEqual(["mine@example.com", 0]);
	});

	test("that it is gone from the server changes nothing", async () => {
		await open();
		const email = newAddress();
		const person = await newPerson(network, { email });
		await app.browser().signIn(person);
		await signInAllowing(app.browser(), person, "atproto");
		expect(emailOf(person.did)).toEqual([email, 0]);
	});

	test("a second account's takes the place of a placeholder, too", async () => {
		await open({ plugin: { signInScope: "atproto" } });
		const [first, second] = [await newPerson(network), await newPerson(network)];
		const browser = app.browser();
		await browser.signIn(first);
		await browser.signIn(second, { scope: WITH_EMAIL });
		expect(emailOf(first.did)).toEqual([second.email, 0]);
	});
});

describe("of somebody else", () => {
	test("leads to nobody: the placeholder stays, and so does theirs", async () => {
		await open({ plugin: { trustedEmailIssuers: [pds] } });
		for (const verified of [0, 1]) {
			const email = newAddress();
			const victim = app.browser();
			await victim.signUpWithEmail(email);
			app.database
				.prepare("update user set emailVerified = ? where email = ?")
				.run(verified, email);
			const before = app.rows("user").find((row) => row.email === email);
			const said = verified ? email.toUpperCase() : email;
			const person = await newPerson(network, { email: said, emailConfirmed: true });
			const browser = app.browser();
			for (let times = 0; times < 2; times++) {
				expect((await browser.signIn(person)).pathname).toBe("/me");
				expect(emailOf(person.did)).toEqual([expect.stringMatching(PLACEHOLDER), 0]);
			}
			expect((await browser.user())?.id).not.toBe(before?.id);
			expect(app.rows("user").find((row) => row.email === email)).toEqual(before);
		}
		expect(app.logs.filter((line) => line.startsWith("error"))).toEqual([]);
	});

	test("once they prove that it is theirs, nobody else comes in by it", async () => {
		const mails: string[] = [];
		await open({ plugins: [magicLink({ sendMagicLink: ({ url }) => void mails.push(url) })] });
		const email = newAddress();
		const mallory = await newPerson(network, { email, emailConfirmed: true });
		await app.browser().signIn(mallory);
		const claimed = app.rows("user").find((row) => row.email === email);

		const owner = app.browser();
		await owner.post("/sign-in/magic-link", { email, callbackURL: "/me" });
		await owner.arrive(new URL(mails[0] ?? ""));
		expect(await owner.user()).toMatchObject({ id: claimed?.id, emailVerified: true });
		await vi.waitFor(async () => expect(await network.liveTokens(mallory.did)).toEqual([]));

		const again = app.browser();
		await again.signIn(mallory);
		const user = await again.user();
		expect(user?.id).not.toBe(claimed?.id);
		expect(user?.email).toMatch(PLACEHOLDER);
	});
});

describe("an app's own rules", () => {
	const refusals = {
		"a hook that says no": async () => false as const,
		"a hook that refuses": async () => {
			throw new APIError("BAD_REQUEST", { message: "Not this one." });
		},
		"a hook that fails": async () => {
			throw new Error("a mistake of the app");
		},
	};
	test.each(Object.entries(refusals))("%s keeps nobody out", async (_, hook) => {
		await open({ auth: onUpdate(async (data) => ("email" in data ? hook() : undefined)) });
		const person = await newPerson(network);
		const browser = app.browser();
		expect((await browser.signIn(person)).pathname).toBe("/me");
		expect(emailOf(person.did)).toEqual([expect.stringMatching(PLACEHOLDER), 0]);
		expect((await browser.user())?.email).toMatch(PLACEHOLDER);
	});

	test("a hook may write another one", async () => {
		await open({
			auth: onUpdate(async (data) =>
				"email" in data ? { data: { ...data, email: "from-a-hook@example.com" } } : undefined,
			),
		});
		const person = await newPerson(network);
		await app.browser().signIn(person);
		expect(emailOf(person.did)).toEqual(["from-a-hook@example.com", 0]);
	});

	test("a failing look-up keeps nobody out", async () => {
		await open();
		const { internalAdapter } = await app.auth.$context;
		vi.spyOn(internalAdapter, "findUserByEmail").mockRejectedValue(new Error("gone"));
		const person = await newPerson(network);
		expect((await app.browser().signIn(person)).pathname).toBe("/me");
		expect(emailOf(person.did)).toEqual([expect.stringMatching(PLACEHOLDER), 0]);
	});
});
