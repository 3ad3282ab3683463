import type { AuthContext, BetterAuthOptions } from "better-auth";
import { ExpiringMap } from "./base/expiring-map.ts";
import { InFlight } from "./base/in-flight.ts";
import { levelOf, logFailure } from "./base/log.ts";
import { isLoopbackUrl } from "./base/loopback.ts";
import type { BskyProfile } from "./identity/profile.ts";
import { allowsHttp, checkBaseUrl, keyAdvice, localNetworkAdvice } from "./oauth/base-url.ts";
import type { BskyOAuthClient, OAuthEngine } from "./oauth/client.ts";
import { type ClientMetadata, clientMetadata, metadataOf } from "./oauth/client-metadata.ts";
import type { RefreshFailure } from "./oauth/errors.ts";
import type { ResolvedOptions } from "./options.ts";
import type { LiveSession, OpenedStatus } from "./stores/session-store.ts";

/** Most base URLs and clients that are known at a time: one, unless `baseURL` is dynamic. */
const MAX_CLIENTS = 20;

/** Most profiles, and most states of sessions, kept in memory. */
const MAX_CACHED = 1000;

/** How long the state of a session that was opened, or a refusal, is remembered, in milliseconds. */
const STATUS_MAX_AGE = 60_000;

/** What is decided at the start of an app, and by no request. */
interface Start {
	allowHttp: boolean;
	/** Whether the base URL is the same for all requests. */
	hasFixedBaseURL: boolean;
	/** better-auth's option of that name, of which each request's context has its own answer. */
	baseURL: BetterAuthOptions["baseURL"];
}

/** Where the context of an app holds that; those of its requests are copies. */
const START = Symbol("better-auth-bsky: start");

const isStart = (value: unknown): value is Start => typeof value === "object" && value !== null;

/** What a context is given at the start of its app; it says what the developer may miss. */
export function decided(context: AuthContext, options: ResolvedOptions): Record<symbol, Start> {
	const allowHttp = allowsHttp(context.baseURL, options);
	const { baseURL } = context.options;
	const advice = [keyAdvice(baseURL, options), allowHttp ? null : localNetworkAdvice(options)];
	for (const each of advice) if (each) context.logger.warn(`[better-auth-bsky] ${each}`);
	const hasFixedBaseURL = context.baseURL !== "";
	return { [START]: { allowHttp, hasFixedBaseURL, baseURL } };
}

/** What lives as long as the app: the options, the OAuth clients and the short-lived caches. */
export class BskyPlugin {
	readonly options: ResolvedOptions;
	/** Client metadata by base URL. */
	readonly metadata = new ExpiringMap<ClientMetadata>(MAX_CLIENTS, Infinity);
	/** OAuth clients by their IDs. */
	readonly clients = new ExpiringMap<BskyOAuthClient>(MAX_CLIENTS, Infinity);
	/** What the OAuth clients share, by whether they may use plain http. */
	readonly engines = new Map<boolean, OAuthEngine>();
	/** Profiles by DID, for `/bsky/session`. */
	readonly profiles: ExpiringMap<BskyProfile>;
	/** States of opened sessions by DID; each says of which row it is. */
	readonly statuses = new ExpiringMap<OpenedStatus>(MAX_CACHED, STATUS_MAX_AGE);
	/** Access tokens that were refused new ones, by DID. */
	readonly refusals = new ExpiringMap<string>(MAX_CACHED, STATUS_MAX_AGE);
	/** Refreshes under way. */
	readonly refreshes = new InFlight<LiveSession | RefreshFailure>();

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
	readonly options: ResolvedOptions;
	readonly profiles: BskyPlugin["profiles"];
	readonly statuses: BskyPlugin["statuses"];
	readonly refusals: BskyPlugin["refusals"];
	readonly refreshes: BskyPlugin["refreshes"];
	readonly #plugin: BskyPlugin;

	constructor(plugin: BskyPlugin, context: AuthContext) {
		this.context = context;
		this.options = plugin.options;
		this.profiles = plugin.profiles;
		this.statuses = plugin.statuses;
		this.refusals = plugin.refusals;
		this.refreshes = plugin.refreshes;
		this.#plugin = plugin;
	}

	/** Where better-auth is mounted: the base URL with its base path. */
	get baseURL(): URL {
		return new URL(this.context.baseURL);
	}

	/** Whether the base URL is the same for all requests, and told by none of them. */
	get hasFixedBaseURL(): boolean {
		return this.#start?.hasFixedBaseURL ?? false;
	}

	/** Whether a local network is meant: plain http and private addresses. Decided at start-up. */
	get allowHttp(): boolean {
		return this.options.allowHttp ?? this.#start?.allowHttp ?? false;
	}

	get #start(): Start | undefined {
		const start: unknown = Reflect.get(this.context, START);
		return isStart(start) ? start : undefined;
	}

	/**
	 * The OAuth client of this base URL. The SDK is loaded at the first call.
	 *
	 * @param redirectUri where a sign-in comes back to: on localhost there is a client for each address
	 * @throws {BskyOptionError} where no client can run at this base URL
	 */
	oauth(redirectUri?: string): Promise<BskyOAuthClient> {
		const own = this.#metadata();
		const [first] = own.redirect_uris;
		if (redirectUri === undefined || redirectUri === first) return this.#client(own);
		return this.#client(clientMetadata(this.baseURL, this.options, redirectUri));
	}

	/**
	 * The OAuth client that something began as, whichever base URL this request came to; null where
	 * it isn't one of this app's. What an earlier version stored doesn't name its client.
	 */
	async oauthOf(clientId: string | undefined): Promise<BskyOAuthClient | null> {
		const metadata = await this.#metadataOf(clientId);
		return metadata && this.#client(metadata);
	}

	/** Whether {@link oauthOf} would find one. */
	async serves(clientId: string | undefined): Promise<boolean> {
		return (await this.#metadataOf(clientId)) !== null;
	}

	/** @throws where no client can run at this base URL */
	#metadata(): ClientMetadata {
		const { metadata } = this.#plugin;
		const known = metadata.get(this.context.baseURL);
		if (known) return known;
		checkBaseUrl(this.baseURL, this.options);
		const made = clientMetadata(this.baseURL, this.options);
		metadata.set(this.context.baseURL, made);
		return made;
	}

	/** The same, or null: at a host inside, which jobs may call by http, no client can run. */
	#metadataHere(): ClientMetadata | null {
		try {
			return this.#metadata();
		} catch {
			return null;
		}
	}

	async #metadataOf(clientId: string | undefined): Promise<ClientMetadata | null> {
		const own = this.#metadataHere();
		if (clientId === undefined || clientId === own?.client_id) return own;
		const baseURL = URL.parse(this.context.baseURL);
		const isLocal = baseURL !== null && isLoopbackUrl(baseURL);
		return metadataOf(clientId, this.options, isLocal, (host) => this.#baseUrlAt(host));
	}

	/** The base URL that better-auth would give a request to that host. */
	async #baseUrlAt(host: string): Promise<URL | null> {
		const { resolveBaseURL } = await import("better-auth");
		const { basePath } = this.context.options;
		try {
			const url = resolveBaseURL(this.#start?.baseURL, basePath ?? "", new Headers({ host }));
			return url ? URL.parse(url) : null;
		} catch {
			return null;
		}
	}

	async #client(metadata: ClientMetadata): Promise<BskyOAuthClient> {
		const { clients } = this.#plugin;
		const known = clients.get(metadata.client_id);
		if (known) return known;
		const { BskyOAuthClient } = await import("./oauth/client.ts");
		const client = new BskyOAuthClient(await this.#engine(), metadata);
		clients.set(metadata.client_id, client);
		return client;
	}

	async #engine(): Promise<OAuthEngine> {
		const { allowHttp } = this;
		const { engines } = this.#plugin;
		const known = engines.get(allowHttp);
		if (known) return known;
		const { OAuthEngine } = await import("./oauth/client.ts");
		const engine = new OAuthEngine(this.options, allowHttp);
		engines.set(allowHttp, engine);
		return engine;
	}

	/** Logs why something failed; see {@link logFailure}. */
	logFailure(what: string, error: unknown): void {
		logFailure(this.context, what, error);
	}

	/** Logs how a sign-in ended; what is to be expected is no error. */
	logOutcome(what: string, error: unknown): void {
		logFailure(this.context, what, error, levelOf(error));
	}
}
