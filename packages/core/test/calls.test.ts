import { afterEach, expect, test, vi } from "vitest";
import { openApps, signIn, useWorld } from "./accounts-kit.ts";
import { type App, expire } from "./kit.ts";

// Calls of the app's own at a person's server.

const world = await useWorld();
const open = openApps(world);
afterEach(() => void vi.useRealTimers());

const PATH = "/xrpc/com.atproto.server.getSession";

async function calling(app: App) {
	const person = await world.newPerson();
	await signIn(app.browser(), person);
	const { fetchHandler } = await app.auth.api.getBskySessionFetch({ trustedDid: person.did });
	return { person, fetchHandler };
}

test.each([30, 120, 1800])(
	"go on while the authorization server has been down for %d seconds",
	async (seconds) => {
		const { person, fetchHandler } = await calling(await open());
		expect((await fetchHandler(PATH)).status).toBe(200);
		const down = () => ({ status: 503, body: { error: "down" } });
		Object.assign(person.deviations, { metadata: down, token: down });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
		expect((await fetchHandler(PATH)).status).toBe(200);
	},
);

test("are over at once where they are given up, also while tokens are refreshed", async () => {
	const app = await open();
	const { person, fetchHandler } = await calling(app);
	await expire(app, person.did);
	let answer = () => {};
	const asked = new Promise<void>((isAsked) => {
		person.hold = ({ path }) => {
			if (path !== "/oauth/token") return Promise.resolve();
			isAsked();
			return new Promise((resolve) => {
				answer = resolve;
			});
		};
	});
	const given = new AbortController();
	const call = fetchHandler(PATH, { signal: given.signal });
	await asked;
	const reason = new Error("given up");
	given.abort(reason);
	await expect(call).rejects.toBe(reason);
	answer();
});

test("ask nobody where they were given up before", async () => {
	const app = await open();
	const { person, fetchHandler } = await calling(app);
	await expire(app, person.did);
	const before = person.received.length;
	await expect(fetchHandler(PATH, { signal: AbortSignal.abort() })).rejects.toThrow();
	expect(person.received.slice(before)).toEqual([]);
});
