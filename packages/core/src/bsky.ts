import type { AuthContext } from "better-auth";
import { ExpiringMap } from "./base/expiring-map.ts";
import { logFailure } from "./base/log.ts";
import type { BskyProfile } from "./identity/profile.ts";
import type { BskyOAuthClient } from "./oauth/client.ts";
import { allowsHttp, checkBaseUrl, type ResolvedOptions } from "./options.ts";
import type { OpenedStatus } from "./stores/session-store.ts";

/** Most base URLs that a client is kept for: one, unless `baseURL` is dynamic. */
const MAX_CLIENTS = 20;

/** Most profiles, and most states of sessions, kept in memory. */
const MAX_CACHED = 1000;

/** How long the state of a session that was opened is kept, in milliseconds. */
const STATUS_MAX_AGE = 60_000;

/** OAuth clients by base URL. */
type OAuthClients = ExpiringMap<Promise<BskyOAuthClient>>;

/** What lives as long as the app: the options, the OAuth clients and the short-lived caches. */
export class BskyPlugin {
	readonly options: ResolvedOptions;
	/** OAuth clients by database. */
	readonly #clients = new WeakMap<AuthContext["adapter"], OAuthClients>();
	/** Profiles by DID, for `/bsky/session`. */
	readonly profiles: ExpiringMap<BskyProfile>;
	/** States of opened sessions by DID; each says of which row it is. */
	readonly statuses = new ExpiringMap<OpenedStatus>(MAX_CACHED, STATUS_MAX_AGE);

	constructor(options: ResolvedOptions) {
		this.options = options;
		this.profiles = new ExpiringMap(MAX_CACHED, options.profileCacheMaxAge * 1000);
	}

	/** The plugin at work in one request. */
	at(context: AuthContext): Bsky {
		const { adapter } = context;
		const clients = this.#clients.get(adapter) ?? new ExpiringMap(MAX_CLIENTS, Infinity);
		this.#clients.set(adapter, clients);
		return new Bsky(this, context, clients);
	}
}

/** The plugin at work in one request: with its base URL, its database and its logger. */
export class Bsky {
	/** better-auth's context of the request. */
	readonly context: AuthContext;
	readonly options: ResolvedOptions;
	readonly profiles: BskyPlugin["profiles"];
	readonly statuses: BskyPlugin["statuses"];
	readonly #clients: OAuthClients;

	constructor(plugin: BskyPlugin, context: AuthContext, clients: OAuthClients) {
		this.context = context;
		this.options = plugin.options;
		this.profiles = plugin.profiles;
		this.statuses = plugin.statuses;
		this.#clients = clients;
	}

	/** Where better-auth is mounted: the base URL with its base path. */
	get baseURL(): URL {
		return new URL(this.context.baseURL);
	}

	/** Whether a local network is meant: plain http and private addresses. */
	get allowHttp(): boolean {
		return allowsHttp(this.baseURL, this.options);
	}

	/**
	 * The OAuth client of this base URL. The SDK is loaded at the first call.
	 *
	 * @throws {BskyOptionError} where no client can run at this base URL
	 */
	async oauth(): Promise<BskyOAuthClient> {
		const { baseURL } = this.context;
		const known = this.#clients.get(baseURL);
		if (known) return known;
		checkBaseUrl(this.baseURL, this.options);
		const client = import("./oauth/client.ts").then(({ BskyOAuthClient }) =>
			BskyOAuthClient.create(this.context, this.options),
		);
		this.#clients.set(baseURL, client);
		client.catch(() => this.#clients.delete(baseURL));
		return client;
	}

	/** Logs why something failed; see {@link logFailure}. */
	logFailure(what: string, error: unknown): void {
		logFailure(this.context, what, error);
	}
}
