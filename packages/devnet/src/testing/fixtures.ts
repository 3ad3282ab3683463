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
async function openNetwork(options: DevnetSettings): Promise<Opened> {
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

const personMaker =
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

type Use<T> = (value: T) => Promise<void>;

/** What the fixtures of both runners do, which know them by what is in their first argument. */
export const FIXTURES = {
	async opened({ devnetOptions }: { devnetOptions: DevnetSettings }, use: Use<Opened>) {
		const opened = await openNetwork(devnetOptions);
		await use(opened);
		await opened.devnet.close();
	},
	async putRight({ _devnetOpened }: { _devnetOpened: Opened }, use: Use<undefined>) {
		await use(undefined);
		await _devnetOpened.putRight();
	},
	devnet: ({ _devnetOpened }: { _devnetOpened: Opened }, use: Use<Devnet>) =>
		use(_devnetOpened.devnet),
	createPerson: ({ devnet }: { devnet: Devnet }, use: Use<CreatePerson>) =>
		use(personMaker(devnet)),
	person: async ({ createPerson }: { createPerson: CreatePerson }, use: Use<Person>) =>
		use(await createPerson()),
};
