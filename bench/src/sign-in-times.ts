import { approve } from "@better-auth-bsky/devnet";
import { type App, startApp } from "./app.ts";
import { startAtcute } from "./atcute.ts";
import { startBare } from "./bare.ts";
import { arrive } from "./browser.ts";
import { interleave, type Side } from "./interleave.ts";
import type { Addresses, Person } from "./network.ts";
import type { Peer } from "./peer.ts";

/** The app with its database in memory, the same with it on the disk, the bare SDK, and atcute's. */
export type Times = Record<"disk" | "memory" | "bare" | "atcute", number>;

/**
 * The start of a sign-in: every round by a person whom no side has met, at a server that all of
 * them know, as in an app that has been running for a while.
 */
export async function timeStarts(
	addresses: Addresses,
	people: readonly Person[],
	warmUp: number,
): Promise<Times> {
	using onDisk = await startApp(addresses, "disk");
	using inMemory = await startApp(addresses, "memory");
	const bare = startBare(addresses);
	const atcute = startAtcute(addresses);
	const side = (begin: (handle: string) => Promise<unknown>, app?: App): Side => {
		const waiting = people.map(({ handle }) => handle);
		return {
			async prepare() {
				const handle = waiting.shift() ?? "";
				return () => begin(handle);
			},
			settle: async () => app?.settled(),
		};
	};
	const sideOf = (app: App) => side((handle) => app.browser().begin(handle), app);
	return await interleave(people.length - warmUp, warmUp, {
		disk: sideOf(onDisk),
		memory: sideOf(inMemory),
		bare: side(bare.begin),
		atcute: side(atcute.begin),
	});
}

/**
 * The callback of a person who has signed in before, so that on every side a stored session waits
 * to be replaced and revoked. It is the process that began the sign-in: its caches are warm.
 */
export async function timeCallbacks(
	addresses: Addresses,
	people: Record<keyof Times, Person>,
	rounds: number,
	warmUp: number,
): Promise<Times> {
	using onDisk = await startApp(addresses, "disk");
	using inMemory = await startApp(addresses, "memory");
	const sideOf = (app: App, person: Person): Side => ({
		async prepare() {
			const browser = app.browser();
			const callback = await approve(await browser.begin(person.handle), { account: person });
			return () => arrive(browser, callback);
		},
		settle: () => app.settled(),
	});
	const peerOf = ({ begin, arrive }: Peer, person: Person): Side => ({
		async prepare() {
			const callback = await approve(await begin(person.handle), { account: person });
			return () => arrive(callback);
		},
	});
	return await interleave(rounds, warmUp, {
		disk: sideOf(onDisk, people.disk),
		memory: sideOf(inMemory, people.memory),
		bare: peerOf(startBare(addresses), people.bare),
		atcute: peerOf(startAtcute(addresses), people.atcute),
	});
}
