import { approve } from "@better-auth-bsky/devnet";
import { startApp } from "./app.ts";
import { arrive, expectOk } from "./browser.ts";
import { interleave, median } from "./interleave.ts";
import type { Addresses, Person } from "./network.ts";

const METHOD = "com.atproto.server.getSession";

/** How many at a time, as of a page that asks for many things. */
const CONNECTIONS = 16;

type Side = "proxied" | "direct" | "byHand";

const ofEach = <T>(make: (side: Side) => T): Record<Side, T> => ({
	proxied: make("proxied"),
	direct: make("direct"),
	byHand: make("byHand"),
});

/** In milliseconds; of `atOnce`, all of them together. */
export type CallTimes = Record<"one" | "atOnce" | "cpu", Record<Side, number>>;

/**
 * A small query by way of `/bsky/xrpc`, beside the same call of the server itself, and beside what an app
 * does that makes it by hand: it reads better-auth's session first.
 */
export async function timeCalls(
	addresses: Addresses,
	person: Person,
	rounds: number,
): Promise<CallTimes> {
	using app = await startApp({ ...addresses, xrpc: { allow: [METHOD] } });
	const browser = app.browser();
	await arrive(browser, await approve(await browser.begin(person.handle), { account: person }));
	await app.settled();
	const { fetchHandler } = await app.auth.api.getBskySessionFetch({ trustedDid: person.did });
	const direct = async () => expectOk(await fetchHandler(`/xrpc/${METHOD}`));
	const sides = {
		proxied: async () => expectOk(await browser.get(`/bsky/xrpc/${METHOD}`)),
		direct,
		async byHand() {
			await expectOk(await browser.get("/get-session"));
			await direct();
		},
	};
	const many = (call: () => Promise<unknown>) => () =>
		Promise.all(Array.from({ length: CONNECTIONS }, call));
	return {
		one: await interleave(
			rounds,
			100,
			ofEach((side) => ({ prepare: async () => sides[side] })),
		),
		atOnce: await interleave(
			Math.ceil(rounds / 5),
			10,
			ofEach((side) => ({ prepare: async () => many(sides[side]) })),
		),
		cpu: await cpuOf(sides, rounds),
	};
}

/** Processor time of one call, in milliseconds: the median of runs of ten. */
async function cpuOf(
	sides: Record<Side, () => Promise<unknown>>,
	rounds: number,
): Promise<Record<Side, number>> {
	const took = ofEach((): number[] => []);
	for (let round = 0; round < rounds / 10; round++) {
		for (const side of Object.keys(took) as Side[]) {
			const before = process.cpuUsage();
			for (let calls = 0; calls < 10; calls++) await sides[side]();
			const { user, system } = process.cpuUsage(before);
			took[side].push((user + system) / 10_000);
		}
	}
	return ofEach((side) => median(took[side]));
}
