import {
	extractPdsUrl,
	type Key,
	type OAuthAuthorizationServerMetadata,
	OAuthClient,
	type OAuthClientOptions,
	type OAuthServerAgent,
	OAuthSession,
	type TokenSet,
} from "@atproto/oauth-client";
import { INVALID_HANDLE } from "@atproto/syntax";
import { DOCUMENT, STATUS, XRPC } from "../base/bounded-answer.ts";
import { ExpiringMap } from "../base/expiring-map.ts";
import { limitedFetch } from "../base/fetch.ts";
import { InFlight } from "../base/in-flight.ts";
import { sha256 } from "../base/runtime.ts";
import { BskyError } from "../errors.ts";
import {
	type Identities,
	type Identity,
	identityResolverOf,
} from "../identity/identity-resolver.ts";
import type { ResolvedOptions } from "../options.ts";
import type { SavedSession, TokenOwner } from "../stores/saved.ts";
import type { ClientMetadata } from "./client-metadata.ts";
import { MissingKeyError } from "./errors.ts";
import { Es256Key } from "./es256-key.ts";
import { GivenTokens } from "./given-tokens.ts";
import { type RevocationOutcome, revokeAt } from "./revoke.ts";
import { UNUSED_STORES } from "./unused-store.ts";

/** Longest that a server's metadata or nonce is taken for what it says now, in milliseconds. */
const MAX_AGE = 60_000;

/** Most servers that are known at a time, and most characters of what they said. */
const MAX_SERVERS = 1000;
const MAX_SIZE = 4 * 1024 * 1024;

/** The stores of one flow, and a `fetch` around {@link BskyOAuthClient.fetch} where it has its own. */
export type FlowStores = Pick<OAuthClientOptions, "stateStore" | "sessionStore"> & {
	fetch?: typeof globalThis.fetch;
};

type Shared = Omit<OAuthClientOptions, keyof FlowStores | "clientMetadata" | "keyset"> & {
	/** The `fetch` of all but sessions and revocations. */
	fetch: typeof globalThis.fetch;
};

/**
 * What all clients of an app have in common: how they reach servers, and what these have said lately.
 * Flows share finished values; calls under way only where the runtime allows it (base/in-flight.ts).
 */
export class OAuthEngine {
	readonly allowHttp: boolean;
	readonly identityResolver: Identities;
	/** The `fetch` of sessions. */
	readonly call: typeof globalThis.fetch;
	/** The `fetch` of revocations. */
	readonly revoke: typeof globalThis.fetch;
	/** The SDK's options but for who the client is. */
	readonly shared: Shared;
	/** Metadata of authorization servers that is being asked for. */
	readonly servers = new InFlight<OAuthAuthorizationServerMetadata>();
	/** The keys of confidential clients. */
	readonly keys: readonly Key[];

	constructor(options: ResolvedOptions, allowHttp: boolean) {
		const ways = { allowHttp, fetch: options.fetch };
		const fetch = limitedFetch({ ...ways, limits: DOCUMENT });
		this.allowHttp = allowHttp;
		this.call = limitedFetch({ ...ways, limits: XRPC });
		this.revoke = limitedFetch({ ...ways, limits: STATUS });
		this.identityResolver = identityResolverOf(options, fetch);
		this.keys = options.signingKeys.map(({ privateJwk }) => new Es256Key(privateJwk));
		this.shared = {
			responseMode: "query",
			allowHttp,
			fetch,
			identityResolver: this.identityResolver,
			dpopNonceCache: store(),
			authorizationServerMetadataCache: store(),
			protectedResourceMetadataCache: store(),
			runtimeImplementation: {
				createKey,
				getRandomValues: (length) => crypto.getRandomValues(new Uint8Array(length)),
				digest: sha256,
			},
		};
	}
}

/** What is known of the handle of a DID. */
export interface Handle extends Pick<Identity, "handleInDoubt"> {
	/** Verified in both directions; null where the DID has none that is. */
	handle: string | null;
}

/** One of the app's OAuth clients, which a `client_id` stands for: the reference SDK with our engine. */
export class BskyOAuthClient {
	/** The `client_id`. */
	readonly id: string;
	/** Whether servers may use plain http. */
	readonly allowHttp: boolean;
	readonly #engine: OAuthEngine;
	readonly #metadata: OAuthClientOptions["clientMetadata"];

	constructor(engine: OAuthEngine, metadata: ClientMetadata) {
		this.id = metadata.client_id;
		this.allowHttp = engine.allowHttp;
		this.#engine = engine;
		// The SDK types redirect URIs as templates; it checks them itself.
		this.#metadata = metadata as unknown as OAuthClientOptions["clientMetadata"];
	}

	get #confidential(): boolean {
		return this.#metadata.token_endpoint_auth_method === "private_key_jwt";
	}

	/** How it authenticates today. */
	get authMethod(): SavedSession["authMethod"] {
		const [key] = this.#engine.keys;
		return this.#confidential && key?.kid
			? { method: "private_key_jwt", kid: key.kid }
			: { method: "none" };
	}

	get identityResolver(): Identities {
		return this.#engine.identityResolver;
	}

	/** The `fetch` of flows. */
	get fetch(): typeof globalThis.fetch {
		return this.#engine.shared.fetch;
	}

	/**
	 * An SDK client for one flow. It takes a seventh of a millisecond.
	 *
	 * @param identity the only one that the flow is about, where it was looked up a moment ago
	 * @throws {BskyError} CLIENT_MISCONFIGURED where the SDK refuses the client metadata or the keys
	 */
	forFlow(stores: FlowStores, identity?: Identity): OAuthClient {
		try {
			return new OAuthClient({
				...this.#engine.shared,
				...(identity && { identityResolver: { resolve: async () => identity } }),
				...stores,
				clientMetadata: this.#metadata,
				...(this.#confidential && { keyset: this.#engine.keys }),
			});
		} catch (cause) {
			throw new BskyError("CLIENT_MISCONFIGURED", { cause });
		}
	}

	/**
	 * The authorization server of a session, ready to be asked as the client that it knows.
	 *
	 * @param fetch around {@link BskyOAuthClient.fetch}
	 * @throws {MissingKeyError}
	 */
	async serverOf(owner: TokenOwner, fetch = this.fetch): Promise<OAuthServerAgent> {
		const { iss, authMethod, dpopJwk } = owner;
		this.#requireKey(authMethod);
		const client = this.forFlow({ ...UNUSED_STORES, fetch });
		const metadata = await this.#engine.servers.share(iss, () =>
			client.oauthResolver.getAuthorizationServerMetadata(iss),
		);
		return client.serverFactory.fromMetadata(metadata, authMethod, new Es256Key(dpopJwk));
	}

	/**
	 * A session with its tokens as they are, for calls at the person's server.
	 *
	 * @param fetch in place of the one with the limits of a usual call
	 * @throws {MissingKeyError}
	 */
	async open(saved: SavedSession, fetch?: typeof globalThis.fetch): Promise<OAuthSession> {
		const { authMethod, dpopJwk, tokenSet } = saved;
		this.#requireKey(authMethod);
		const client = this.forFlow(UNUSED_STORES);
		const key = new Es256Key(dpopJwk);
		// A call takes nothing more of what the authorization server says, which may be down meanwhile.
		const metadata = {
			issuer: tokenSet.iss,
			token_endpoint_auth_methods_supported: ["none"],
		} as unknown as OAuthAuthorizationServerMetadata;
		const server = await client.serverFactory.fromMetadata(metadata, { method: "none" }, key);
		return this.sessionAt(client, server, tokenSet, fetch);
	}

	#requireKey(authMethod: TokenOwner["authMethod"]): void {
		if (authMethod.method !== "private_key_jwt") return;
		const { kid } = authMethod;
		const known = this.#confidential && this.#engine.keys.some((key) => key.kid === kid);
		if (!known) throw new MissingKeyError(kid);
	}

	/** The same at a server that is known. */
	sessionAt(
		client: OAuthClient,
		server: OAuthServerAgent,
		tokenSet: TokenSet,
		fetch = this.#engine.call,
	): OAuthSession {
		const tokens = new GivenTokens(client, server, tokenSet);
		return new OAuthSession(server, tokenSet.sub, tokens, fetch);
	}

	/** The handle of a DID, verified in both directions; null where it has none that is. */
	async handleOf(did: string): Promise<Handle> {
		const { handle, handleInDoubt } = await this.identityResolver.resolve(did);
		return { handle: handle === INVALID_HANDLE ? null : handle, handleInDoubt };
	}

	/** Whether a DID names another PDS by now than the one that its tokens are for. */
	async hasMoved({ sub, aud }: TokenSet): Promise<boolean> {
		try {
			const { didDoc } = await this.identityResolver.resolve(sub, { noCache: true });
			return extractPdsUrl(didDoc).href !== aud;
		} catch {
			return false;
		}
	}

	/**
	 * Ends at the authorization server what a token or a code stands for.
	 *
	 * @throws when the server could not be asked, or refused; {MissingKeyError}
	 */
	async revoke(owner: TokenOwner, token: string): Promise<RevocationOutcome> {
		return revokeAt(await this.serverOf(owner), this.#engine.revoke, token);
	}
}

/** The SDK would rather have ES256K, which takes OpenSSL four times as long. */
function createKey(algs: readonly string[]): Promise<Es256Key> {
	if (!algs.includes("ES256")) throw new BskyError("SERVER_UNSUPPORTED");
	return Es256Key.generate();
}

const sizeOf = (value: unknown) => JSON.stringify(value).length;

/** A store of the SDK's in memory: it expires by the clock, and is bounded in size, too. */
function store<T>() {
	const map = new ExpiringMap<T>(MAX_SERVERS, MAX_AGE, { max: MAX_SIZE, of: sizeOf });
	return {
		get: (key: string) => map.get(key),
		set: (key: string, value: T) => map.set(key, value),
		del: (key: string) => map.delete(key),
	};
}
