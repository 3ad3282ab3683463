import type { Account } from "@better-auth-bsky/devnet";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type App, newPerson, PIXEL, startApp, useNetwork } from "../../../core/test/kit.ts";
import { createBskyProfile } from "../../src/agent/index.ts";
import { openPage, type Page } from "../page.ts";

const GET_PROFILES = "app.bsky.actor.getProfiles";

const network = await useNetwork();
let app: App;
let page: Page;
const stops: (() => void)[] = [];

beforeAll(async () => {
	app = await startApp(network, { plugin: { xrpc: { allow: [GET_PROFILES] } } });
});
afterAll(() => app.close());
beforeEach(() => {
	page = openPage(`${app.origin}/`);
});
afterEach(async () => {
	for (const stop of stops.splice(0)) stop();
	await page.close();
});

let bob: Account;
let asked: URL[];
let fetch: typeof globalThis.fetch;
beforeEach(async () => {
	const browser = app.browser();
	bob = await newPerson(network, { displayName: "Bob", avatar: PIXEL });
	await browser.signIn(await newPerson(network));
	asked = [];
	fetch = (input, init) => {
		const url = new URL(String(input), app.origin);
		if (url.pathname.endsWith(GET_PROFILES)) asked.push(url);
		return browser.fetch(url, init);
	};
});

test("by DID and by handle, those that are there and those that aren't, in one request", async () => {
	const states = [bob.did, `@${bob.handle.toUpperCase()}`, "nobody-here.test"].map((actor) => {
		const { $state } = createBskyProfile({ actor, fetch });
		stops.push($state.listen(() => {}));
		return $state;
	});
	await expect
		.poll(() => states.map((state) => state.get().isPending), { timeout: 20_000 })
		.toEqual([false, false, false]);
	const [byDid, byHandle, nobody] = states.map((state) => state.get());
	expect(byDid).toMatchObject({
		data: { did: bob.did, handle: bob.handle, displayName: "Bob", postsCount: 0 },
		error: null,
	});
	expect(byDid?.data?.avatar).toMatch(/^http:\/\//);
	expect(byHandle?.data).toEqual(byDid?.data);
	expect(nobody).toMatchObject({ data: null, error: { code: "HANDLE_NOT_FOUND" } });
	expect(asked.map(({ searchParams }) => searchParams.getAll("actors"))).toEqual([
		[bob.did, bob.handle, "nobody-here.test"],
	]);
});
