import type { Network } from "../network.ts";
import type { Account, AccountOptions } from "./accounts.ts";
import { letterPng, stripesPng } from "./png.ts";

/** The ready-made accounts. The last one is only there with a second PDS. */
export const READY_MADE: readonly AccountOptions[] = [
	{
		handle: "alice.test",
		displayName: "Alice",
		description: "Grows tomatoes and keeps a log of it.",
		avatar: letterPng("a", [200, 60, 60]),
		banner: stripesPng([200, 60, 60]),
		posts: ["The first tomato is out.", "Three more. It worked!", "Salad for everybody on Sunday."],
	},
	{
		handle: "bob.test",
		displayName: "Bob",
		description: "Bicycles. Mostly repairing them.",
		avatar: letterPng("b", [40, 110, 190]),
		banner: stripesPng([40, 110, 190]),
		posts: ["New chain, new me.", "A puncture is just an unplanned picnic."],
	},
	{
		handle: "carla.test",
		displayName: "Carla Ñandú 🪶",
		description: "Names with more than ASCII in them exist.\nDescriptions with two lines, too.",
		avatar: letterPng("c", [50, 140, 80]),
		banner: stripesPng([50, 140, 80]),
		posts: ["¡Hola a todos!", "Counted 41 birds before breakfast."],
	},
	{
		handle: "dave.pds2.test",
		displayName: "Dave",
		description: "Lives on the second server.",
		avatar: letterPng("d", [130, 80, 170]),
		banner: stripesPng([130, 80, 170]),
		posts: ["Hello from the other side."],
	},
];

/** Makes the accounts a network starts with: those asked for, else the ready-made ones. */
export async function populate(
	network: Network,
	asked: readonly AccountOptions[] | undefined,
): Promise<void> {
	const wanted = asked ?? READY_MADE.slice(0, network.pdses.length > 1 ? 4 : 3);
	const made = [];
	for (const one of wanted) {
		// A first start that was cut off has made some already.
		const known = network.accounts.find(({ handle }) => handle === one.handle);
		made.push(known ?? (await network.createAccount(one)));
	}
	if (!asked) await followEachOther(made);
	await network.settled();
}

/** Makes everybody follow everybody else, in a fixed order. */
async function followEachOther(accounts: readonly Account[]): Promise<void> {
	for (const account of accounts) {
		const agent = await account.agent();
		for (const { did } of accounts) if (did !== account.did) await agent.follow(did);
	}
}
