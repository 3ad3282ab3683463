import { randomBytes } from "node:crypto";
import { attachNetwork } from "../control/remote.ts";
import type { Devnet } from "../network.ts";
import type { NetworkOptions } from "../options.ts";
import type { AccountOptions, Person } from "../people/accounts.ts";
import { startNetwork } from "../start.ts";

/** The network that tests get. */
export interface DevnetSettings extends NetworkOptions {
	/**
	 * Takes a network that runs already: the one whose control endpoint this is, or with `true` the only
	 * one on this machine. `BSKY_DEVNET_URL` says the same.
	 * @default each worker starts one of its own, on free ports
	 */
	attach?: boolean | string;
	/** What `publishOrigin()` is to publish before a browser starts: origins, and where they lead. */
	publish?: Readonly<Record<string, string | number>>;
}

/** Somebody new. Their handle is made of `name`, and nobody else has it. */
export type NewPerson = Omit<AccountOptions, "handle" | "pds"> & {
	/** What the handle begins with. */
	name?: string;
};

/** Makes somebody with a handle of their own. */
export type CreatePerson = (options?: NewPerson) => Promise<Person>;

/** Gives a network to tests, and puts right what they have left wrong with it. */
export interface Opened {
	devnet: Devnet;
	/** To be called after each test. */
	putRight(): Promise<void>;
}

/** Starts a network, or takes one that runs. */
export async function openNetwork(options: DevnetSettings): Promise<Opened> {
	const { attach = Boolean(process.env.BSKY_DEVNET_URL), publish = {}, ...rest } = options;
	const devnet = attach
		? await attachNetwork(attach === true ? undefined : attach)
		: await startNetwork({ accounts: [], ...rest });
	for (const [origin, target] of Object.entries(publish))
		await devnet.publishOrigin(origin, target);
	return {
		devnet,
		async putRight() {
			// What is wrong with a shared one may be another test's wish.
			if (attach) return;
			await devnet.clearFaults();
			await devnet.clock.reset();
		},
	};
}

export const personMaker =
	(devnet: Devnet): CreatePerson =>
	({ name = "person", ...options } = {}) => {
		// A PDS takes 18 characters before its domain.
		const word =
			name
				.toLowerCase()
				.replace(/[^a-z0-9]/g, "")
				.slice(0, 9) || "person";
		const handle = `${word}-${randomBytes(4).toString("hex")}`;
		return devnet.createAccount({ ...options, handle });
	};
