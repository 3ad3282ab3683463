import { describe, expect, test } from "vitest";
import { openApps, signIn, useWorld } from "./accounts-kit.ts";

// What an app makes of a profile, in fields of its own users.

const world = await useWorld();
const open = openApps(world);

/** The types that better-auth has for a field of a user, with what is made of a profile's name. */
test.each<[string, (name: string) => unknown, unknown]>([
	["string", (name) => name, "B"],
	["number", (name) => name.charCodeAt(0), 66],
	["boolean", (name) => name === "B", true],
	["string[]", (name) => [name], ["B"]],
	["number[]", (name) => [name.charCodeAt(0)], [66]],
	["json", (name) => ({ name }), { name: "B" }],
	["date", (name) => new Date(name.charCodeAt(0) * 1e9), new Date(66e9).toISOString()],
])("a mapped field of type %s follows the profile", async (type, made, expected) => {
	const person = await world.newPerson();
	const name = (displayName: string) => {
		person.deviations = { profile: { displayName } };
	};
	const app = await open({
		plugin: {
			mapProfileToUser: ({ displayName = "" }) => ({ name: "x", made: made(displayName) }),
		},
		auth: { user: { additionalFields: { made: { type: type as "string", required: false } } } },
	});
	const browser = app.browser();
	name("A");
	await signIn(browser, person);
	name("B");
	expect((await signIn(browser, person)).pathname).toBe("/me");
	expect(await browser.user()).toMatchObject({ bskyDisplayName: "B", made: expected });
});

test("what the app's validator refuses at a sign-up isn't written by a return, either", async () => {
	const person = await world.newPerson();
	const name = (displayName: string) => {
		person.deviations = { profile: { displayName } };
	};
	const short = {
		"~standard": {
			version: 1 as const,
			vendor: "test",
			validate: (value: unknown) =>
				String(value).length < 3 ? { value } : { issues: [{ message: "too long" }] },
		},
	};
	const nick = { type: "string" as const, required: false, validator: { input: short as never } };
	const app = await open({
		plugin: { mapProfileToUser: ({ displayName = "" }) => ({ name: "x", nick: displayName }) },
		auth: { user: { additionalFields: { nick } } },
	});
	name("much too long");
	const refused = await signIn(app.browser(), person);
	expect(refused.pathname).toBe("/oops");
	name("A");
	const browser = app.browser();
	expect((await signIn(browser, person)).pathname).toBe("/me");
	name("much too long");
	expect((await signIn(app.browser(), person)).pathname).toBe("/me");
	expect(app.rows("user")[0]?.nick).toBe("A");
});

test("a mapped field that can't be written keeps none of the profile's own columns behind", async () => {
	const [one, two] = [await world.newPerson(), await world.newPerson()];
	const app = await open({
		plugin: { mapProfileToUser: ({ displayName = "" }) => ({ name: "x", nick: displayName }) },
		auth: {
			user: { additionalFields: { nick: { type: "string", required: false, unique: true } } },
		},
	});
	one.deviations = { profile: { displayName: "taken" } };
	await signIn(app.browser(), one);
	two.deviations = { profile: { displayName: "free" } };
	await signIn(app.browser(), two);
	two.deviations = { profile: { displayName: "taken", description: "new" } };
	const browser = app.browser();
	expect((await signIn(browser, two)).pathname).toBe("/me");
	expect(await browser.user()).toMatchObject({
		nick: "free",
		bskyDisplayName: "taken",
		bskyBio: "new",
	});
});

test("nor the DID of who connects their first account", async () => {
	const [one, two] = [await world.newPerson(), await world.newPerson()];
	const app = await open({
		plugin: { mapProfileToUser: ({ displayName = "" }) => ({ name: "x", nick: displayName }) },
		auth: {
			user: { additionalFields: { nick: { type: "string", required: false, unique: true } } },
			account: { accountLinking: { updateUserInfoOnLink: true } },
		},
	});
	for (const person of [one, two]) person.deviations = { profile: { displayName: "taken" } };
	await signIn(app.browser(), one);
	const browser = app.browser();
	await browser.signUpWithEmail("a@example.com");
	expect((await signIn(browser, two)).pathname).toBe("/me");
	expect(await browser.json("/bsky/session")).toMatchObject({ active: true, did: two.did });
	expect(await browser.user()).toMatchObject({ bskyDid: two.did, bskyHandle: two.handle });
});

describe("updateUserInfoOnLink", () => {
	const account = { accountLinking: { updateUserInfoOnLink: true } };

	test("leaves what a profile lacks, as better-auth's own providers do", async () => {
		const app = await open({ auth: { account } });
		const browser = app.browser();
		await browser.signUpWithEmail("a@example.com");
		const image = "https://example.com/me.png";
		expect((await browser.post("/update-user", { image })).status).toBe(200);
		const person = await world.newPerson();
		expect((await signIn(browser, person)).pathname).toBe("/me");
		expect(await browser.user()).toMatchObject({ bskyDid: person.did, name: "Mallory", image });
	});

	test("is no matter of who allows more, or connects the same account again", async () => {
		const scope = "atproto transition:generic transition:email";
		const app = await open({
			auth: { account },
			plugin: { clientMetadata: { scope }, signInScope: "atproto transition:generic" },
		});
		const person = await world.newPerson();
		const browser = app.browser();
		await signIn(browser, person);
		expect((await browser.post("/update-user", { name: "Mine" })).status).toBe(200);
		const body = { scope: "transition:email", callbackURL: "/me", errorCallbackURL: "/oops" };
		const { url } = (await (await browser.post("/bsky/upgrade", body)).json()) as { url: string };
		expect((await browser.arrive(person.approve(url))).pathname).toBe("/me");
		expect((await browser.user())?.name).toBe("Mine");
		expect((await signIn(browser, person, { link: true })).pathname).toBe("/me");
		expect((await browser.user())?.name).toBe("Mine");
	});
});

test("a mapping that names the plugin's own columns doesn't mix two accounts", async () => {
	const [one, two] = [await world.newPerson(), await world.newPerson()];
	const app = await open({
		plugin: {
			mapProfileToUser: ({ did, displayName }) => ({ name: displayName, bskyDid: did }),
		},
		auth: { account: { accountLinking: { updateUserInfoOnLink: true } } },
	});
	const browser = app.browser();
	await signIn(browser, one);
	await signIn(browser, two, { link: true });
	const user = await browser.user();
	const whose = [one, two].find(({ did }) => did === user?.bskyDid);
	expect(user?.bskyHandle).toBe(whose?.handle);
	const { accounts } = (await browser.json("/bsky/accounts")) as unknown as {
		accounts: { did: string; primary: boolean }[];
	};
	expect(accounts.find(({ primary }) => primary)?.did).toBe(one.did);
});

test.each<[string, unknown]>([
	["an object", {}],
	["a list", ["x"]],
	["a date", new Date()],
	["a symbol", Symbol("x")],
	["a function", () => "x"],
	["a number", 5],
])("a name that is %s is said to be none of a user", async (_, name) => {
	const app = await open({ plugin: { mapProfileToUser: () => ({ name }) as never } });
	expect((await signIn(app.browser(), await world.newPerson())).pathname).toBe("/oops");
	expect(app.logs.join("\n")).toContain("mapProfileToUser gave no fields of a user.");
	expect(app.rows("user")).toEqual([]);
});
