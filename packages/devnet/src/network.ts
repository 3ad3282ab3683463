import type { PublishedOrigin } from "./origins/published-origins.ts";
import type { Account, AccountOptions } from "./people/accounts.ts";
import type { AppView } from "./servers/app-view.ts";
import type { Pds } from "./servers/pds.ts";
import type { Plc } from "./servers/plc.ts";
import type { Service } from "./servers/service.ts";
import type { LiveToken } from "./servers/tokens.ts";

/** A running network. Everything listens on 127.0.0.1 only. */
export interface Network extends AsyncDisposable {
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
	/**
	 * Everybody made by this network, the ready-made ones first: `{ did, handle, password, email, pds,
	 * agent() }`, where `agent()` resolves to a signed-in `AtpAgent` of `@atproto/api`.
	 */
	readonly accounts: readonly Account[];
	/** The folder with its data. */
	readonly dataDir: string;
	/** The account with this handle or DID. Throws if there is none. */
	account(handleOrDid: string): Account;
	/** Makes somebody, at their PDS, with a profile and posts. */
	createAccount(options: AccountOptions): Promise<Account>;
	/** Starts one more PDS; its handles end with `.pds2.test`, `.pds3.test`, ... */
	addPds(options?: { port?: number }): Promise<Pds>;
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
	 * Makes every OAuth session of an account as old as a session never gets: its access token has
	 * run out, and its refresh is refused. {@link liveTokens} lists it until a
	 * refresh has been tried. The server must be up.
	 */
	expire(did: string): Promise<void>;
	/**
	 * Makes a public https origin that you invent lead to a port of this machine: for this process,
	 * so a PDS here finds the client metadata and keys there, and, with {@link chromiumArgs}, for a
	 * browser, TLS included. With it an app runs its production configuration offline.
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
	/** Stops everything and gives back everything. A temporary data folder is removed. */
	close(): Promise<void>;
}
