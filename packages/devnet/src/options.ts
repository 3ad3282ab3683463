import type { ServerEnvironment } from "@atproto/pds";
import type { AccountOptions } from "./accounts.ts";

/** How a network is started. Everything has a default. */
export interface NetworkOptions {
	/** How many PDSes. Default 1; more can be added later. */
	pdsCount?: number;
	/**
	 * Accounts made at start. Default: the ready-made ones, `alice.test`, `bob.test`, `carla.test`
	 * (and `dave.pds2.test` with a second PDS). `[]` starts empty, which is quickest.
	 */
	accounts?: readonly AccountOptions[];
	/**
	 * What answers `app.bsky.*`: our small stand-in (default), the reference implementation (needs
	 * PostgreSQL, and `@atproto/bsky` and `@atproto/bsync` installed), or nothing at all.
	 */
	appView?: "stand-in" | "reference" | "none" | false;
	/**
	 * PostgreSQL for the reference AppView, which makes schemas of its own there and drops them at
	 * close. Default: the environment's `BSKY_DEVNET_POSTGRES_URL`, else
	 * `postgres://postgres@127.0.0.1:5432/postgres`.
	 */
	postgresUrl?: string;
	/**
	 * A folder that keeps the network between runs: accounts, records, OAuth sessions, keys, ports.
	 * Default: a temporary folder, removed at close.
	 */
	dataDir?: string;
	/** Default 0, a free one. The same goes for every port; a kept folder remembers its own. */
	plcPort?: number;
	/** One for each PDS, or the first one's alone. Default: free ones. */
	pdsPort?: number | readonly number[];
	appViewPort?: number;
	handleResolverPort?: number;
	jetstreamPort?: number;
	/** Settings of the reference PDS to override on every PDS, in its own words. */
	pdsEnv?: ServerEnvironment;
	/** Shows the logs of the reference servers on standard output. Default `false`. */
	verbose?: boolean;
}
