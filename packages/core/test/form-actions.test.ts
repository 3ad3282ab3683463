import { expect, test } from "vitest";
import { openApps, signIn, useWorld } from "./accounts-kit.ts";

const world = await useWorld();
const open = openApps(world);

// Calls of the app itself, in a form's action.

/** As an action of SvelteKit or Remix, or a handler of Express, hands on the headers of the form's post. */
const headers = (cookie: string, more = {}) =>
	new Headers({ "content-type": "application/x-www-form-urlencoded", cookie, ...more });

test.each([
	["signInBsky", { handle: "" }],
	["upgradeBsky", { scope: "atproto transition:email" }],
] as const)("auth.api.%s in a form's action answers with the URL", async (name, body) => {
	const person = await world.newPerson();
	const app = await open({
		plugin: {
			clientMetadata: { scope: "atproto transition:generic transition:email" },
			signInScope: "atproto transition:generic",
		},
	});
	const browser = app.browser();
	await signIn(browser, person);
	const input = {
		body: { ...body, ...("handle" in body && { handle: person.did }) },
		headers: headers(browser.cookie),
	};
	const answer = await (app.auth.api[name] as (input: unknown) => Promise<unknown>)(input).catch(
		(error) => error,
	);
	expect(answer).toMatchObject({ url: expect.stringContaining(person.origin) });
});

test("and what is wrong with it is thrown with its code", async () => {
	const app = await open();
	const call = app.auth.api.signInBsky({ body: { handle: "a@b.c" }, headers: headers("") });
	const error = await call.catch((thrown) => thrown);
	expect(error.body).toMatchObject({ code: "HANDLE_IS_EMAIL" });
});
