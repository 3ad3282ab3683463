import type { AuthContext } from "better-auth";
import { BskyError } from "./errors.ts";
import { ExpiringMap } from "./expiring-map.ts";
import type { BskyProfile } from "./identity/profile.ts";
import type { BskyOAuthClient } from "./oauth/client.ts";
import { isLoopbackUrl } from "./oauth/loopback.ts";
import { checkBaseUrl, type ResolvedOptions } from "./options.ts";
import type { OpenedStatus } from "./stores/session-store.ts";

/** `providerId` of the account rows. */
export const PROVIDER_ID = "bsky";

/** Most base URLs that a client is kept for: one, unless `baseURL` is dynamic. */
const MAX_CLIENTS = 20;

/** Most profiles, and most states of sessions, kept in memory. */
const MAX_CACHED = 1000;

/** How long the state of a session that was opened is kept, in milliseconds. */
const STATUS_MAX_AGE = 60_000;

/** What the routes share: the options, the OAuth clients and the short-lived caches. */
export class Bsky {
	readonly options: ResolvedOptions;
	readonly #clients = new WeakMap<object, Map<string, Promise<BskyOAuthClient>>>();
	/** Profiles by DID, for `/bsky/session`. */
	readonly profiles: ExpiringMap<BskyProfile>;
	/** States of opened sessions by DID; each says of which row it is. */
	readonly statuses = new ExpiringMap<OpenedStatus>(MAX_CACHED, STATUS_MAX_AGE);

	constructor(options: ResolvedOptions) {
		this.options = options;
		this.profiles = new ExpiringMap(MAX_CACHED, options.profileCacheMaxAge * 1000);
	}

	/** The OAuth client of the request's base URL. The SDK is loaded at the first call. */
	async oauth(context: AuthContext): Promise<BskyOAuthClient> {
		let clients = this.#clients.get(context.adapter);
		if (!clients) {
			clients = new Map();
			this.#clients.set(context.adapter, clients);
		}
		let client = clients.get(context.baseURL);
		if (!client) {
			checkBaseUrl(new URL(context.baseURL), this.options);
			client = import("./oauth/client.ts").then(({ BskyOAuthClient }) =>
				BskyOAuthClient.create(context, this.options),
			);
			const [oldest] = clients.keys();
			if (clients.size >= MAX_CLIENTS && oldest !== undefined) clients.delete(oldest);
			clients.set(context.baseURL, client);
			client.catch(() => clients.delete(context.baseURL));
		}
		return client;
	}

	/** Whether a local network is meant: plain http and private addresses. */
	allowHttp(context: AuthContext): boolean {
		return this.options.allowHttp ?? isLoopbackUrl(new URL(context.baseURL));
	}
}

/**
 * Logs the cause of a failure by name and message: never its data, which may hold a secret. A
 * message may carry words of a stranger's server, which may in turn repeat what it was sent.
 */
export function logFailure(context: AuthContext, what: string, error: unknown): void {
	const causes: string[] = [];
	let e = error instanceof BskyError ? (error.cause ?? error) : error;
	for (; e instanceof Error && causes.length < 5; e = e.cause)
		causes.push(`${e.name}: ${oneLine(e.message)}`);
	context.logger.error(`[better-auth-bsky] ${what}`, causes.join(" <- ") || "unknown cause");
}

const MAX_MESSAGE = 300;

/** Long words that are not of lower case letters alone, as names in metadata are; but not DIDs. */
const OPAQUE = /(did:plc:)?(?=[\w~+=-]*[A-Z\d])[\w~+=-]{20,}/g;

/** On one line, bounded, and without what may be a token, a proof, a code or a state. */
const oneLine = (message: string) =>
	message
		.slice(0, MAX_MESSAGE * 10)
		.replace(/[\p{C}\s]+/gu, " ")
		.replace(OPAQUE, (word, did: string | undefined) => (did ? word : "[…]"))
		.slice(0, MAX_MESSAGE);
