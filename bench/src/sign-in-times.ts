import { approve } from "@better-auth-bsky/devnet";
import { type App, startApp } from "./app.ts";
import { startBare } from "./bare.ts";
import { arrive } from "./browser.ts";
import { interleave, type Side } from "./interleave.ts";
import type { Addresses, Person } from "./network.ts";

/** The app with its database in memory, the same with it on the disk, and the bare SDK. */
export type Times = Record<"disk" | "memory" | "bare", number>;

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
		bare: side((handle) => bare.begin(handle)),
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
	const bare = startBare(addresses);
	const sideOf = (app: App, person: Person): Side => ({
		async prepare() {
			const browser = app.browser();
			const callback = await approve(await browser.begin(person.handle), { account: person });
			return () => arrive(browser, callback);
		},
		settle: () => app.settled(),
	});
	return await interleave(rounds, warmUp, {
		disk: sideOf(onDisk, people.disk),
		memory: sideOf(inMemory, people.memory),
		bare: {
			async prepare() {
				const url = await bare.begin(people.bare.handle);
				const callback = await approve(url, { account: people.bare });
				return () => bare.arrive(callback);
			},
		},
	});
}
