import { createHash, randomBytes } from "node:crypto";
import { JoseKey, NodeOAuthClient, type NodeOAuthClientOptions } from "@atproto/oauth-client-node";
import { INVALID_HANDLE } from "@atproto/syntax";
import { SimpleStoreMemory } from "@atproto-labs/simple-store-memory";
import type { AuthContext } from "better-auth";
import { DOCUMENT, XRPC } from "../base/bounded-answer.ts";
import { limitedFetch } from "../base/fetch.ts";
import { identityResolverOf } from "../identity/identity-resolver.ts";
import { allowsHttp, type ResolvedOptions } from "../options.ts";
import type { TokenOwner } from "../stores/revocation-store.ts";
import { clientMetadata } from "./client-metadata.ts";
import { SessionRestorer } from "./restore.ts";

type SdkClientMetadata = NodeOAuthClientOptions["clientMetadata"];

/** The stores of one flow. */
export type FlowStores = Pick<NodeOAuthClientOptions, "stateStore" | "sessionStore">;

/**
 * The OAuth client of one base URL: the reference SDK with our limits, keys and caches, which all of
 * its flows share. Each flow brings stores of its own: start.ts, exchange.ts and restore.ts.
 */
export class BskyOAuthClient {
	/** Opens stored sessions, refreshed under the lock. */
	readonly restorer: SessionRestorer;
	/** The scopes that a sign-in asks for. */
	readonly scope: string;
	/** Whether servers may use plain http. */
	readonly allowHttp: boolean;
	readonly #shared: Omit<NodeOAuthClientOptions, keyof FlowStores>;
	/** The `fetch` of sessions. */
	readonly #call: typeof globalThis.fetch;

	private constructor(context: AuthContext, options: ResolvedOptions, keyset: JoseKey[]) {
		const baseURL = new URL(context.baseURL);
		this.allowHttp = allowsHttp(baseURL, options);
		this.scope = options.clientMetadata.scope;
		const ways = { allowHttp: this.allowHttp, fetch: options.fetch };
		const fetch = limitedFetch({ ...ways, limits: DOCUMENT });
		this.#call = limitedFetch({ ...ways, limits: XRPC });
		const cache = { ttl: 60_000, max: 1000 };
		this.#shared = {
			// The SDK types redirect URIs as templates; validateClientMetadata() checks them.
			clientMetadata: clientMetadata(baseURL, options) as unknown as SdkClientMetadata,
			...(keyset.length > 0 && { keyset }),
			identityResolver: identityResolverOf(options, fetch),
			allowHttp: this.allowHttp,
			fetch,
			dpopNonceCache: new SimpleStoreMemory(cache),
			authorizationServerMetadataCache: new SimpleStoreMemory(cache),
			protectedResourceMetadataCache: new SimpleStoreMemory(cache),
			runtimeImplementation: {
				createKey: createDpopKey,
				getRandomValues: randomBytes,
				digest: (bytes, { name }) => createHash(name).update(bytes).digest(),
				requestLock: SessionRestorer.requestLock,
			},
		};
		this.restorer = new SessionRestorer(this, context, options.requestLock);
	}

	/** @throws what the SDK throws about unusable client metadata or keys */
	static async create(context: AuthContext, options: ResolvedOptions): Promise<BskyOAuthClient> {
		const keys = await Promise.all(
			options.signingKeys.map(({ privateJwk, kid }) => JoseKey.fromJWK({ ...privateJwk }, kid)),
		);
		return new BskyOAuthClient(context, options, keys);
	}

	get identityResolver(): NodeOAuthClient["identityResolver"] {
		return this.restorer.client.identityResolver;
	}

	/** An SDK client for one flow. It takes a quarter of a millisecond. */
	forFlow(stores: FlowStores): NodeOAuthClient {
		const client = new NodeOAuthClient({ ...this.#shared, ...stores });
		// The SDK knows one fetch, and has handed it to all that reads documents by now; the sessions
		// that it makes later get this one. By its URL a request can't be told: it is the server that
		// names its token endpoint, which may well be below /xrpc/.
		return Object.assign(client, { fetch: this.#call });
	}

	/** The handle of a DID, verified in both directions; null where it has none that is. */
	async handleOf(did: string): Promise<string | null> {
		const { handle } = await this.identityResolver.resolve(did);
		return handle === INVALID_HANDLE ? null : handle;
	}

	/**
	 * Revokes at the authorization server (RFC 7009). The reference server takes a refresh token,
	 * used or not, and an authorization code; an older access token revokes nothing.
	 *
	 * @throws when the server could not be asked; the SDK's own revoke() hides that
	 */
	async revoke({ iss, dpopJwk, authMethod }: TokenOwner, token: string): Promise<void> {
		const dpopKey = await JoseKey.fromJWK(dpopJwk);
		const { serverFactory } = this.restorer.client;
		const server = await serverFactory.fromIssuer(iss, authMethod, dpopKey);
		await server.request("revocation", { token });
	}
}

/**
 * ES256 is what every server has to take (https://atproto.com/specs/oauth).
 * The SDK would rather have ES256K, which takes OpenSSL four times as long for a key, and three times
 * for each request it signs.
 */
const createDpopKey = (algs: readonly string[]) =>
	JoseKey.generate(algs.includes("ES256") ? ["ES256"] : [...algs]);
