import { describe, expect, test } from "vitest";
import { openApps, type Person, signIn, useWorld } from "./accounts-kit.ts";
import { newDid } from "./evil-server.ts";

// `user.bskyHandle` is what was verified at the last sign-in, whether or not the person's own server gives
// out their profile then.

const world = await useWorld();
const open = openApps(world);
const down = () => ({ status: 500, body: { error: "InternalServerError" } });

describe.each<[string, Person["deviations"]]>([
	["with a profile", {}],
	["without one", { profile: down, record: down }],
])("at a sign-in %s", (_, profile) => {
	const CHANGES: Record<string, () => Person["deviations"]> = {
		"that they have no more": () => ({ didDocument: { alsoKnownAs: [] } }),
		"that leads to somebody else by now": () => ({ handle: { did: newDid() } }),
	};

	test.each(Object.entries(CHANGES))("a person keeps no handle %s", async (_, change) => {
		const app = await open();
		const person = await world.newPerson();
		await signIn(app.browser(), person);
		expect(app.rows("user")).toMatchObject([{ bskyHandle: person.handle }]);
		person.deviations = { ...profile, ...change() };
		expect((await signIn(app.browser(), person)).pathname).toBe("/me");
		expect(app.rows("user")).toMatchObject([{ bskyHandle: null }]);
	});

	test.each(Object.entries(CHANGES))("nor is called by one %s", async (_, change) => {
		const app = await open();
		const person = await world.newPerson();
		person.deviations = { profile: { displayName: "" } };
		await signIn(app.browser(), person);
		expect(app.rows("user")).toMatchObject([{ name: `@${person.handle}` }]);
		person.deviations = { profile: { displayName: "" }, ...profile, ...change() };
		expect((await signIn(app.browser(), person)).pathname).toBe("/me");
		expect(app.rows("user")).toMatchObject([{ name: person.did }]);
	});

	test("a person keeps the one that is theirs", async () => {
		const app = await open();
		const person = await world.newPerson();
		await signIn(app.browser(), person);
		person.deviations = profile;
		expect((await signIn(app.browser(), person)).pathname).toBe("/me");
		expect(app.rows("user")).toMatchObject([{ bskyHandle: person.handle }]);
	});

	test("who connects their first account has its handle", async () => {
		const app = await open();
		const person = await world.newPerson();
		person.deviations = profile;
		const browser = app.browser();
		await browser.signUpWithEmail("a@example.com");
		expect((await signIn(browser, person)).pathname).toBe("/me");
		expect(await browser.user()).toMatchObject({ bskyDid: person.did, bskyHandle: person.handle });
	});
});
