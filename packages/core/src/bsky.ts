import type { AuthContext } from "better-auth";
import { ExpiringMap } from "./base/expiring-map.ts";
import { logFailure } from "./base/log.ts";
import { isLoopbackUrl } from "./base/loopback.ts";
import type { BskyProfile } from "./identity/profile.ts";
import type { BskyOAuthClient } from "./oauth/client.ts";
import { checkBaseUrl, type ResolvedOptions } from "./options.ts";
import type { OpenedStatus } from "./stores/session-store.ts";

/** Most base URLs that a client is kept for: one, unless `baseURL` is dynamic. */
const MAX_CLIENTS = 20;

/** Most profiles, and most states of sessions, kept in memory. */
const MAX_CACHED = 1000;

/** How long the state of a session that was opened is kept, in milliseconds. */
const STATUS_MAX_AGE = 60_000;

/** What lives as long as the app: the options, the OAuth clients and the short-lived caches. */
export class BskyPlugin {
	readonly options: ResolvedOptions;
	/** OAuth clients of a database by base URL. */
	readonly clients = new WeakMap<AuthContext["adapter"], Map<string, Promise<BskyOAuthClient>>>();
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
		return new Bsky(this, context);
	}
}

/** The plugin at work in one request: with its base URL, its database and its logger. */
export class Bsky {
	/** better-auth's context of the request. */
	readonly context: AuthContext;
	readonly #plugin: BskyPlugin;

	constructor(plugin: BskyPlugin, context: AuthContext) {
		this.#plugin = plugin;
		this.context = context;
	}

	get options(): ResolvedOptions {
		return this.#plugin.options;
	}

	get profiles(): BskyPlugin["profiles"] {
		return this.#plugin.profiles;
	}

	get statuses(): BskyPlugin["statuses"] {
		return this.#plugin.statuses;
	}

	/** Where better-auth is mounted: the base URL with its base path. */
	get baseURL(): URL {
		return new URL(this.context.baseURL);
	}

	/** Whether a local network is meant: plain http and private addresses. */
	get allowHttp(): boolean {
		return this.options.allowHttp ?? isLoopbackUrl(this.baseURL);
	}

	/**
	 * The OAuth client of this base URL. The SDK is loaded at the first call.
	 *
	 * @throws {BskyOptionError} where no client can run at this base URL
	 */
	async oauth(): Promise<BskyOAuthClient> {
		const { adapter, baseURL } = this.context;
		const clients = this.#plugin.clients.get(adapter) ?? new Map();
		this.#plugin.clients.set(adapter, clients);
		let client: Promise<BskyOAuthClient> | undefined = clients.get(baseURL);
		if (!client) {
			checkBaseUrl(this.baseURL, this.options);
			client = import("./oauth/client.ts").then(({ BskyOAuthClient }) =>
				BskyOAuthClient.create(this.context, this.options),
			);
			const [oldest] = clients.keys();
			if (clients.size >= MAX_CLIENTS && oldest !== undefined) clients.delete(oldest);
			clients.set(baseURL, client);
			client.catch(() => clients.delete(baseURL));
		}
		return client;
	}

	/** Logs why something failed; see {@link logFailure}. */
	logFailure(what: string, error: unknown): void {
		logFailure(this.context, what, error);
	}
}
