import type { AuthContext } from "better-auth";
import { describe, expect, test, vi } from "vitest";
import { readSession } from "../src/stores/session-store.ts";
import { alive, openApps, type Person, signIn, useWorld } from "./accounts-kit.ts";
import { type App, expire } from "./kit.ts";

// New tokens that come to nothing: the ones before are used up by then, and these are in no row.

const world = await useWorld();
const open = openApps(world);

/** What is alive at the server, and was never sent to it. */
const unused = (person: Person) => {
	const used = person.received.map(({ form }) => form.get("refresh_token"));
	return alive(person).filter((token) => !used.includes(token));
};

async function ending(app: App) {
	const person = await world.newPerson();
	const browser = app.browser();
	await signIn(browser, person);
	await expire(app, person.did);
	return { person, browser };
}

describe("what a refresh is answered", () => {
	const ANSWERS: Record<string, Record<string, unknown>> = {
		"a token that is too long": { access_token: "a".repeat(17_000) },
		"a token that no header carries": { access_token: "a b" },
		"scopes without atproto": { scope: "transition:generic" },
		"another type of token": { token_type: "Bearer" },
	};

	test.each(Object.entries(ANSWERS))("%s: it is refused, and revoked", async (_, fields) => {
		const app = await open();
		const { person, browser } = await ending(app);
		person.deviations.token = (honest) => ({ body: { ...honest, ...fields } });
		await browser.json("/bsky/session");
		expect(person.asked("/oauth/token")).toBe(true);
		await expect.poll(() => unused(person), { timeout: 5000 }).toEqual([]);
	});
});

test("what can't be written is revoked", async () => {
	const app = await open();
	const { person, browser } = await ending(app);
	const { adapter } = (await app.auth.$context) as unknown as AuthContext;
	const { incrementOne } = adapter;
	let failed = 0;
	const full = vi.spyOn(adapter, "incrementOne").mockImplementation(async (input) => {
		if (input.model !== "bskySession" || !input.set?.session) return incrementOne(input);
		failed++;
		throw new Error("The disk is full.");
	});
	await browser.json("/bsky/session");
	full.mockRestore();
	expect(failed).toBe(3);
	await expect.poll(() => unused(person), { timeout: 5000 }).toEqual([]);
});

test("what was written, though the database didn't say so the last time, is the session", async () => {
	const app = await open();
	const { person, browser } = await ending(app);
	const context = (await app.auth.$context) as unknown as AuthContext;
	const { incrementOne } = context.adapter;
	let tries = 0;
	const lost = vi.spyOn(context.adapter, "incrementOne").mockImplementation(async (input) => {
		const isWrite = input.model === "bskySession" && input.set?.session;
		if (isWrite && ++tries < 3) throw new Error("Not now.");
		const done = await incrementOne(input);
		if (isWrite) throw new Error("The answer is lost.");
		return done;
	});
	expect(await browser.json("/bsky/session")).toMatchObject({ active: true });
	lost.mockRestore();
	expect(tries).toBe(3);
	const stored = await readSession(context, person.did);
	expect(unused(person)).toEqual([stored?.session?.tokenSet.refresh_token]);
});
