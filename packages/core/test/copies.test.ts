import { username } from "better-auth/plugins";
import { afterAll, describe, expect, test } from "vitest";
import { type Person, signIn } from "./accounts-kit.ts";
import { startDirectories, startEvilServer } from "./evil-server.ts";
import { type App, type AppOptions, startApp } from "./kit.ts";

// What is kept of something that others may change: whom it may mislead, and what sets it right.

const people: Person[] = [];
const directories = await startDirectories(people);
afterAll(() => Promise.all([directories.close(), ...people.map((person) => person.close())]));

/** Somebody who has a handle now, whoever had it before. */
async function holderOf(handle: string): Promise<Person> {
	const person = await startEvilServer({ handle });
	people.unshift(person);
	return person;
}

async function open(plugin: AppOptions["plugin"] = {}): Promise<App> {
	const app = await startApp(directories, { plugin });
	afterAll(() => app.close());
	return app;
}

const userOf = (app: App, { did }: Person) => app.rows("user").find((row) => row.bskyDid === did);

describe("a handle that somebody else has by now", () => {
	const mapProfileToUser = ({ did, handle }: { did: string; handle: string | null }) => ({
		name: handle ? `@${handle}` : did,
	});

	test.each<[string, (app: App, person: Person) => Promise<unknown>]>([
		["signs up", (app, person) => signIn(app.browser(), person)],
		[
			"signs in, with another one before",
			async (app, person) => {
				person.deviations = { didDocument: { alsoKnownAs: [] } };
				await signIn(app.browser(), person);
				person.deviations = {};
				return signIn(app.browser(), person);
			},
		],
		[
			"connects the account to another",
			async (app, person) => {
				const browser = app.browser();
				await signIn(browser, await holderOf("first.test"));
				return signIn(browser, person);
			},
		],
	])("is taken out of the user who had it, when that one %s", async (_what, arrives) => {
		const app = await open({ mapProfileToUser });
		const before = await holderOf("wanted.test");
		const stays = await holderOf("other.test");
		for (const person of [before, stays]) await signIn(app.browser(), person);
		expect(userOf(app, before)).toMatchObject({ bskyHandle: "wanted.test", name: "@wanted.test" });

		const now = await holderOf("wanted.test");
		await arrives(app, now);
		const holders = app.rows("user").filter((row) => row.bskyHandle === "wanted.test");
		expect(holders.filter((row) => row.bskyDid !== now.did)).toEqual([]);
		expect(userOf(app, before)).toMatchObject({ bskyHandle: null, name: before.did });
		expect(userOf(app, stays)).toMatchObject({ bskyHandle: "other.test", name: "@other.test" });
	});

	test("a name that they chose stays, and the handle comes back with its owner", async () => {
		const app = await open({ mapProfileToUser });
		const before = await holderOf("swapped.test");
		const browser = app.browser();
		await signIn(browser, before);
		await browser.post("/update-user", { name: "Somebody" });
		const now = await holderOf("swapped.test");
		await signIn(app.browser(), now);
		expect(userOf(app, before)).toMatchObject({ bskyHandle: null, name: "Somebody" });
		people.splice(people.indexOf(now), 1);
		people.push(now);
		await signIn(app.browser(), before);
		expect(userOf(app, before)).toMatchObject({ bskyHandle: "swapped.test" });
		expect(userOf(app, now)).toMatchObject({ bskyHandle: null });
	});

	/** The handle is a column of ours, which nobody else's affairs keep. */
	const APPS: Record<string, AppOptions> = {
		"maps handles only": {
			plugin: { mapProfileToUser: ({ handle }) => ({ name: String(handle?.toUpperCase()) }) },
		},
		"fails to map a profile without a handle": {
			plugin: {
				mapProfileToUser: ({ handle }) => {
					if (!handle) throw new Error("a mistake of the app");
					return { name: handle };
				},
			},
		},
		"keeps its users as they are, by a hook": {
			auth: { databaseHooks: { user: { update: { before: async () => false } } } },
		},
		"throws in a hook": {
			auth: {
				databaseHooks: {
					user: {
						update: {
							before: async () => {
								throw new Error("a mistake of the app");
							},
						},
					},
				},
			},
		},
		"makes user names of handles, which are one for each user": {
			plugins: [username()],
			plugin: {
				mapProfileToUser: ({ handle }) => ({ username: (handle ?? "nobody").split(".")[0] }),
			},
		},
	};

	test.each(Object.entries(APPS))("is taken out in an app that %s", async (what, options) => {
		const app = await startApp(directories, options);
		afterAll(() => app.close());
		const handle = `wanted${people.length}.test`;
		if (what.startsWith("makes user names")) {
			const nobody = await holderOf("lost.test");
			nobody.deviations = { didDocument: { alsoKnownAs: [] } };
			await signIn(app.browser(), nobody);
		}
		const before = await holderOf(handle);
		await signIn(app.browser(), before);
		expect(userOf(app, before)).toMatchObject({ bskyHandle: handle });
		const now = await holderOf(handle);
		app.database.exec("update user set name = 'Somebody' where name like '%WANTED%'");
		if (options.plugins) app.database.exec("update user set username = id");
		await signIn(app.browser(), now);
		expect(userOf(app, before)).toMatchObject({ bskyHandle: null });
		expect(userOf(app, now)).toMatchObject({ bskyHandle: handle });
	});

	test("that nobody could tell about is taken from nobody", async () => {
		const app = await open();
		const before = await holderOf("doubt.test");
		await signIn(app.browser(), before);
		const claims = await holderOf("doubt.test");
		claims.deviations = { handle: () => ({ status: 500 }) };
		await signIn(app.browser(), claims);
		expect(userOf(app, claims)).toMatchObject({ bskyHandle: null });
		expect(userOf(app, before)).toMatchObject({ bskyHandle: "doubt.test" });
	});
});

test("better-auth's account tells the scope of the newest sign-in", async () => {
	const app = await open();
	const person = await holderOf("scope.test");
	const browser = app.browser();
	for (const scope of ["atproto", "atproto transition:generic", "atproto"]) {
		person.deviations = { token: { scope } };
		await signIn(browser, person);
		expect(app.rows("account")).toMatchObject([{ scope: scope.replace(" ", ",") }]);
		const [account] = (await (await browser.get("/list-accounts")).json()) as {
			scopes: string[];
		}[];
		expect(account?.scopes).toEqual(scope.split(" "));
	}
});

test("a mapping that writes to the profile it is given changes nothing that is verified", async () => {
	const app = await open({
		mapProfileToUser: (profile) => {
			Object.assign(profile, { did: "did:plc:x", handle: `@${profile.handle}` });
			return { name: profile.handle ?? "" };
		},
	});
	const person = await holderOf("written.test");
	await signIn(app.browser(), person);
	expect(userOf(app, person)).toMatchObject({ name: "@written.test", bskyHandle: "written.test" });
	expect(app.rows("bskyAccount")).toContainEqual(
		expect.objectContaining({ did: person.did, handle: "written.test" }),
	);
});
