import type { AuthContext, BetterAuthOptions } from "better-auth";
import { type EventName, type EventOf, tell } from "./base/events.ts";
import { ExpiringMap } from "./base/expiring-map.ts";
import type { FixedLine } from "./base/lines.ts";
import { type Facts, levelOf, logFailure, logFailureOf, say, sayAtStart } from "./base/log.ts";
import { isLoopbackUrl } from "./base/loopback.ts";
import { isWorkerd } from "./base/runtime.ts";
import { findings, requireClient, type Subjects } from "./checks.ts";
import { BskyOptionError } from "./errors.ts";
import { fingerprintOf, MAX_CLIENTS, Memory } from "./memory.ts";
import type { BskyOAuthClient, OAuthEngine } from "./oauth/client.ts";
import { type ClientMetadata, clientMetadata, metadataOf } from "./oauth/client-metadata.ts";
import { redirectUri } from "./oauth/redirect-uri.ts";
import { allowsHttp, clientUrl, type ResolvedOptions } from "./options.ts";

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

function startOf(context: AuthContext): Start | undefined {
	const start: unknown = Reflect.get(context, START);
	return isStart(start) ? start : undefined;
}

/**
 * What a context is given at the start of its app, which says then what is wrong with how it is set up.
 *
 * @throws {BskyOptionError} where no client can run at its base URL
 */
export function decided(context: AuthContext, options: ResolvedOptions): Record<symbol, Start> {
	const auth = context.options;
	const baseURL = context.baseURL ? new URL(context.baseURL) : null;
	// A dynamic base URL is known only with a request: errors are found then.
	requireClient({ options, baseURL, auth });
	for (const { id, level, text } of findings("start", { options, baseURL, auth })) {
		sayAtStart(context, level, id, text);
	}
	const allowHttp = allowsHttp(baseURL, options);
	return { [START]: { allowHttp, hasFixedBaseURL: baseURL !== null, baseURL: auth.baseURL } };
}

/** Memories of apps that are made anew for each request, by what they are the same in. */
const memories = new ExpiringMap<Memory>(MAX_CLIENTS, Infinity);

/** What lives as long as the app: its options and its memory. */
export class BskyPlugin {
	readonly options: ResolvedOptions;
	readonly #memory: Memory;
	/** What another instance of the same app has, too. */
	readonly #sameAs: string | null;

	/**
	 * @param isMadeAnew whether the app may be made for each request, as is usual on workers, where
	 * bindings come with it: all instances with the same options then have one memory
	 */
	constructor(options: ResolvedOptions, isMadeAnew = isWorkerd) {
		this.options = options;
		this.#memory = new Memory(options);
		this.#sameAs = isMadeAnew ? fingerprintOf(options) : null;
	}

	/** The plugin at work in one request. */
	at(context: AuthContext): Bsky {
		return new Bsky(this.options, this.#memoryAt(context), context);
	}

	#memoryAt(context: AuthContext): Memory {
		if (this.#sameAs === null) return this.#memory;
		// As the app has it: no request's Host makes another one. Apps with other secrets are others.
		const key = JSON.stringify([startOf(context)?.baseURL, context.secret, this.#sameAs]);
		const known = memories.get(key) ?? this.#memory;
		memories.set(key, known);
		return known;
	}
}

/** The plugin at work in one request: with its base URL, its database and its logger. */
export class Bsky {
	readonly options: ResolvedOptions;
	readonly memory: Memory;
	/** better-auth's context of the request. */
	readonly context: AuthContext;

	constructor(options: ResolvedOptions, memory: Memory, context: AuthContext) {
		this.options = options;
		this.memory = memory;
		this.context = context;
	}

	/**
	 * Where better-auth is mounted: the base URL with its base path.
	 *
	 * @throws {BskyOptionError} where neither an option nor a request says it
	 */
	get baseURL(): URL {
		const { baseURL } = this.context;
		if (baseURL !== "") return new URL(baseURL);
		throw new BskyOptionError(
			"baseURL",
			"nothing says where the app is, without a request. Write it in betterAuth(), or set BETTER_AUTH_URL.",
		);
	}

	/** Where the OAuth client is that people sign in as here: the base URL, or at `clientOrigin`. */
	get clientURL(): URL {
		return clientUrl(this.baseURL, this.options);
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
		return startOf(this.context);
	}

	/**
	 * Where a sign-in comes back to.
	 *
	 * @param opened the host that the browser has open
	 * @throws {BskyOptionError} where this app doesn't answer there
	 */
	async redirectUri(opened: string): Promise<string> {
		const uri = await redirectUri(this.clientURL, opened);
		if (typeof this.#start?.baseURL !== "object" || !isLoopbackUrl(this.clientURL)) return uri;
		const { host } = new URL(uri);
		if ((await this.#baseUrlAt(host))?.host === host) return uri;
		throw new BskyOptionError("baseURL", `people come back to "${host}": add it to allowedHosts.`);
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
		return this.#client(clientMetadata(this.clientURL, this.options, redirectUri));
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

	/** @throws {BskyOptionError} where no client can run at this base URL */
	requireClient(): void {
		const { options, context, baseURL } = this;
		requireClient({ options, baseURL, auth: context.options });
	}

	/** @throws where no client can run at this base URL */
	#metadata(): ClientMetadata {
		const { metadata } = this.memory;
		const known = metadata.get(this.context.baseURL);
		if (known) return known;
		this.requireClient();
		const made = clientMetadata(this.clientURL, this.options);
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
		// In a call without a request nothing may say where the app is: then the client does.
		const isLocal = baseURL === null || isLoopbackUrl(baseURL);
		const here = own && this.clientURL;
		return metadataOf(clientId, this.options, here, isLocal, (host) => this.#baseUrlAt(host));
	}

	/** The base URL that better-auth would give a request to that host. */
	async #baseUrlAt(host: string): Promise<URL | null> {
		const { resolveBaseURL } = await import("./base/resolve-base-url.ts");
		const { basePath = "" } = this.context.options;
		// All previews of it are one client, wherever a job runs.
		const shared = URL.parse(basePath, this.options.clientOrigin);
		if (shared?.host === host) return shared;
		const start = this.#start;
		// Without any, it answers at all of them.
		const isAnyHost = !start?.baseURL && !start?.hasFixedBaseURL;
		try {
			const headers = new Headers({ host });
			const url = resolveBaseURL(
				isAnyHost ? { allowedHosts: [host], protocol: "https" } : start?.baseURL,
				basePath,
				headers,
			);
			return url ? URL.parse(url) : null;
		} catch {
			return null;
		}
	}

	async #client(metadata: ClientMetadata): Promise<BskyOAuthClient> {
		const { clients } = this.memory;
		const known = clients.get(metadata.client_id);
		if (known) return known;
		const { BskyOAuthClient } = await import("./oauth/client.ts");
		const client = new BskyOAuthClient(await this.#engine(), metadata);
		clients.set(metadata.client_id, client);
		return client;
	}

	async #engine(): Promise<OAuthEngine> {
		const { allowHttp } = this;
		const { engines } = this.memory;
		const known = engines.get(allowHttp);
		if (known) return known;
		const { OAuthEngine } = await import("./oauth/client.ts");
		const engine = new OAuthEngine(this.options, allowHttp);
		engines.set(allowHttp, engine);
		return engine;
	}

	/** Says what is wrong with how the app is set up, where something that happens shows it. */
	notice<When extends keyof Memory["said"]>(when: When, subject: Subjects[When]): void {
		const said = this.memory.said[when];
		for (const { id, level, text } of findings(when, subject, said)) {
			said.set(id, true);
			say(this.context, level, id, text);
		}
	}

	/** Logs why something failed; see {@link logFailure}. */
	logFailure(name: FixedLine, error: unknown): void {
		logFailure(this.context, name, error);
	}

	/** Logs how a sign-in ended; what is to be expected is no error. */
	logOutcome(what: string, error: unknown, facts: Facts): void {
		logFailureOf(this.context, levelOf(error), facts, what, error);
	}

	/** Counts an event, and tells the app's handler once it is certain; see {@link tell}. */
	tell<Name extends EventName>(name: Name, event: EventOf<Name>): Promise<void> {
		this.memory.happened.add(name);
		return tell(this.context, this.options.events, name, event);
	}
}
