import type { ServerEnvironment } from "@atproto/pds";
import type { AccountOptions } from "./people/accounts.ts";
import type { Seed } from "./people/seed-file.ts";

/** How a network is started. Everything has a default. */
export interface NetworkOptions {
	/** How many PDSes. More can be added later. @default 1 */
	pdsCount?: number;
	/**
	 * Accounts made at start. `[]` starts empty, which is quickest.
	 * @default `alice.test`, `bob.test`, `carla.test` (and `dave.pds2.test` with a second PDS)
	 */
	accounts?: readonly AccountOptions[];
	/**
	 * People from a file of JSON, or what would be in one, in place of the ready-made ones: accounts,
	 * profiles, pictures, posts, follows, records. What is there already stays as it is.
	 */
	seed?: string | Seed;
	/**
	 * What answers `app.bsky.*`: our small stand-in, the reference implementation (needs PostgreSQL,
	 * and `@atproto/bsky` and `@atproto/bsync` installed), or nothing at all.
	 * @default "stand-in"
	 */
	appView?: "stand-in" | "reference" | "none" | false;
	/**
	 * PostgreSQL for the reference AppView, which makes schemas of its own there and drops them at
	 * close.
	 * @default `BSKY_DEVNET_POSTGRES_URL`, else `postgres://postgres@127.0.0.1:5432/postgres`
	 */
	postgresUrl?: string;
	/**
	 * A folder that keeps the network between runs: accounts, records, OAuth sessions, keys, ports.
	 * @default a temporary folder, removed at close
	 */
	dataDir?: string;
	/** Port of the PLC directory; a kept folder remembers its ports. @default 0, a free one */
	plcPort?: number;
	/** Ports of the PDSes: one for each, or the first one's alone. @default free ones */
	pdsPort?: number | readonly number[];
	/** Port of the AppView. @default 0, a free one */
	appViewPort?: number;
	/** Port of the handle resolver. @default 0, a free one */
	handleResolverPort?: number;
	/** Port of the Jetstream. @default 0, a free one */
	jetstreamPort?: number;
	/**
	 * Port at which other processes may speak to the network: the `bsky-devnet` command, and
	 * `attachNetwork()`. 0 is a free one.
	 * @default none: nobody may
	 */
	controlPort?: number;
	/**
	 * What proves that one may.
	 * @default `BSKY_DEVNET_TOKEN`, else a random one, in a file that only you can read
	 */
	controlToken?: string;
	/**
	 * The address that everything listens on. Another one than the default is for a container, whose
	 * ports others reach only so: whoever reaches them may do anything to this network.
	 * @default "127.0.0.1"
	 */
	host?: string;
	/** Settings of the reference PDS to override on every PDS, in its own words (`ServerEnvironment`). */
	pdsEnv?: ServerEnvironment;
	/**
	 * Shows the logs of the reference servers on standard output. They read this once per process.
	 * @default false
	 */
	verbose?: boolean;
}
