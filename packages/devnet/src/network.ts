import type { Clock } from "./clock.ts";
import type { Fault, FaultInForce } from "./faults/faults.ts";
import type { PublishedOrigin } from "./origins/published-origins.ts";
import type { Account, AccountOptions, Person } from "./people/accounts.ts";
import type { AppView } from "./servers/app-view.ts";
import type { Pds } from "./servers/pds.ts";
import type { Plc } from "./servers/plc.ts";
import type { Service } from "./servers/service.ts";
import type { Expiring, LiveToken } from "./servers/tokens.ts";

/** A running network, as any process may have it: this one, or one that has found it by its address. */
export interface Devnet extends AsyncDisposable {
	/** Where the PLC directory is: an OAuth client's `plcDirectoryUrl`. */
	readonly plcUrl: string;
	/** Where the first PDS is. */
	readonly pdsUrl: string;
	/** Where the AppView is; undefined without one. */
	readonly appViewUrl: string | undefined;
	/** Give this as `handleResolver` to an OAuth client: it knows the handles of every PDS here. */
	readonly handleResolverUrl: string;
	/** `ws://localhost:<port>/subscribe`: everything that happens on every PDS here, as it happens. */
	readonly jetstreamUrl: string;
	/**
	 * Everybody made by this network, the ready-made ones first: `{ did, handle, password, email, pds,
	 * agent() }`, where `agent()` resolves to a signed-in `AtpAgent` of `@atproto/api`.
	 */
	readonly accounts: readonly Person[];
	/** The account with this handle or DID. Throws if there is none. */
	account(handleOrDid: string): Person;
	/** Makes somebody, at their PDS, with a profile and posts. */
	createAccount(options: Omit<AccountOptions, "pds">): Promise<Person>;
	/** Resolves once the AppView knows everything written so far; the stand-in always does. */
	settled(): Promise<void>;
	/**
	 * The live OAuth sessions of an account, read from the token table of its PDS: the judge of what
	 * is live. Empty once everything is revoked.
	 */
	liveTokens(did: string): Promise<LiveToken[]>;
	/**
	 * Ends every OAuth session of an account, as the person can on their server's account page: its
	 * tokens are refused from then on, whatever their date says. The server must be up.
	 */
	revoke(did: string): Promise<void>;
	/**
	 * Lets the OAuth sessions that an account has run out: the access token of each (`"access-token"`),
	 * what a refresh may come after (`"refresh-token"`), or both (`"session"`, the default).
	 * {@link liveTokens} lists a session until a refresh has been tried. The server must be up.
	 */
	expire(did: string, what?: Expiring): Promise<void>;
	/**
	 * Makes something be wrong with a server: `plc`, `pds`, `pds2`, `appview`, `resolver` or
	 * `jetstream`. What it resolves to puts it right again.
	 */
	fault(server: string, fault: Fault): Promise<() => Promise<void>>;
	/** What is wrong now. */
	faults(): Promise<FaultInForce[]>;
	/**
	 * Puts right whatever is wrong with a server, or with all; or one kind of fault alone: `down`, `slow`,
	 * `status`, or the name of a habit.
	 */
	clearFaults(server?: string, kind?: string): Promise<void>;
	/** What time it is here: `advance("1h")` and `reset()`. Your app keeps the machine's time. */
	readonly clock: Clock;
	/**
	 * Makes a public https origin that you invent lead to a port of this machine: for the process of the
	 * network, so a PDS here finds the client metadata and keys there, and, with {@link chromiumArgs}, for
	 * a browser, TLS included. With it an app runs its production configuration offline.
	 *
	 * @param origin `https://my-app.dev`, on a name that is neither local nor reserved.
	 * @param target A port of 127.0.0.1, or `http://127.0.0.1:3000`.
	 */
	publishOrigin(origin: string, target: string | number): Promise<PublishedOrigin>;
	/**
	 * Switches for a Chromium that is to reach the published origins; none without such. Chromium
	 * heeds the second one only with `--user-data-dir` (Playwright and Puppeteer always give it).
	 */
	readonly chromiumArgs: readonly string[];
	/**
	 * Stops everything and gives back everything. A temporary data folder is removed. Where another
	 * process runs the network, it only lets go of it, and of what it has published there.
	 */
	close(): Promise<void>;
}

/** A network that runs in this process. Everything listens on 127.0.0.1 only. */
export interface Network extends Devnet {
	/** The PLC directory. Each server can be taken down and brought back: `stop()`, `start()`. */
	readonly plc: Plc;
	/** The first PDS, with its token table and `server`, the reference `PDS` itself. */
	readonly pds: Pds;
	/** All of them. */
	readonly pdses: readonly Pds[];
	/** What answers `app.bsky.*`; undefined without one. */
	readonly appView: AppView | undefined;
	/** Stands in for DNS, and answers while the PDSes are down. */
	readonly handleResolver: Service;
	/** Our small stand-in for Jetstream. */
	readonly jetstream: Service;
	readonly accounts: readonly Account[];
	/** What it has published. */
	readonly published: readonly PublishedOrigin[];
	/** The names of its servers, as {@link Devnet.fault} takes them. */
	readonly servers: readonly string[];
	/** The folder with its data. */
	readonly dataDir: string;
	/** Where other processes may speak to it; undefined without a `controlPort`. */
	readonly control: ControlAddress | undefined;
	account(handleOrDid: string): Account;
	createAccount(options: AccountOptions): Promise<Account>;
	/** Starts one more PDS; its handles end with `.pds2.test`, `.pds3.test`, ... */
	addPds(options?: { port?: number }): Promise<Pds>;
}

/** Where a network can be spoken to from another process, and what proves that one may. */
export interface ControlAddress {
	/** `http://localhost:2588` */
	url: string;
	token: string;
}
