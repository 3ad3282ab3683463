import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomBytes } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
	DidCacheMemory,
	JoseKey,
	NodeOAuthClient,
	type NodeOAuthClientOptions,
	type NodeSavedSession,
	type NodeSavedState,
	type OAuthServerAgent,
	type OAuthSession,
	TokenRefreshError,
} from "@atproto/oauth-client-node";
import { SimpleStoreMemory } from "@atproto-labs/simple-store-memory";
import type { AuthContext } from "better-auth";
import { BskyError } from "../errors.ts";
import { handleResolverOf } from "../identity/handle-resolver.ts";
import type { ResolvedOptions } from "../options.ts";
import { refreshOnce } from "../stores/refresh-lock.ts";
import { deleteSession, readSession } from "../stores/session-store.ts";
import { clientMetadata } from "./client-metadata.ts";
import { limitedFetch } from "./fetch.ts";
import { isLoopbackUrl } from "./loopback.ts";

/** What revoking needs to know of a session, or of a sign-in under way. */
export interface TokenOwner extends Pick<NodeSavedState, "dpopJwk" | "authMethod"> {
	iss: string;
}

/** The result of a code exchange. Nothing of it is stored yet. */
export interface Exchanged {
	session: OAuthSession;
	saved: NodeSavedSession;
	/** Verified in both directions; null where the DID has none that is. */
	handle: string | null;
}

type SdkClientMetadata = NodeOAuthClientOptions["clientMetadata"];

/** What a client may have to itself: the stores always. */
type Own = Pick<
	NodeOAuthClientOptions,
	"stateStore" | "sessionStore" | "fetch" | "runtimeImplementation"
>;

/** Where a sign-in comes back to, and where its state waits for that. */
export interface SignInTarget {
	redirectUri: string;
	states: {
		/** Called while the server answers; a failure here is ours. */
		save(state: string, sdkState: NodeSavedState): Promise<void>;
		/** Called where the server gives no URL: nobody will come back with the state. */
		remove(state: string): Promise<void>;
	};
}

/** What a sign-in's client reports. */
interface SignInFlow {
	/** What the SDK wants to be kept, under its `state` parameter. */
	saved?: [state: string, sdkState: NodeSavedState];
	/** Called after every request that was sent. The first one with something saved is the PAR. */
	onRequest?(): void;
}

/**
 * Most bytes of identity documents that are kept: those of some thousand people. The SDK's own limit
 * is 50 MB.
 */
const DID_CACHE_SIZE = 4 * 1024 * 1024;

/** A restore met a session that a new sign-in had just replaced, with another DPoP key. */
class SessionReplacedError extends Error {
	override name = "SessionReplacedError";
}

/**
 * The OAuth client of one base URL: the reference SDK with our stores, lock and limits.
 *
 * Every sign-in and every callback runs in an SDK client of its own whose stores live in memory for
 * that one flow. The SDK stores the session, and revokes the one before, inside the code exchange,
 * when no account rule has run yet; this way neither reaches the database before they have.
 * Caches and keys are shared; making one takes a quarter of a millisecond.
 */
export class BskyOAuthClient {
	readonly #context: AuthContext;
	readonly #options: ResolvedOptions;
	readonly #shared: Omit<NodeOAuthClientOptions, "stateStore" | "sessionStore">;
	readonly #fetch: typeof globalThis.fetch;
	readonly #runtime: NonNullable<NodeOAuthClientOptions["runtimeImplementation"]>;
	readonly #restorer: NodeOAuthClient;
	/** The version of the row that the running restore read: a removal names it. */
	readonly #restoring = new AsyncLocalStorage<{ lockVersion?: number }>();

	private constructor(context: AuthContext, options: ResolvedOptions, keyset: JoseKey[]) {
		this.#context = context;
		this.#options = options;
		const baseURL = new URL(context.baseURL);
		const allowHttp = options.allowHttp ?? isLoopbackUrl(baseURL);
		this.#fetch = limitedFetch(allowHttp, options.fetch);
		this.#runtime = {
			createKey: createDpopKey,
			getRandomValues: randomBytes,
			digest: (bytes, { name }) => createHash(name).update(bytes).digest(),
			// Refreshes are serialised where they happen, in #lockRefreshes(); a plain read needs no lock.
			requestLock: async (_name, fn) => this.#restoring.run({}, async () => fn()),
		};
		const cache = { ttl: 60_000, max: 1000 };
		this.#shared = {
			// The SDK types redirect URIs as templates; validateClientMetadata() checks them.
			clientMetadata: clientMetadata(baseURL, options) as unknown as SdkClientMetadata,
			keyset: keyset.length > 0 ? keyset : undefined,
			handleResolver: handleResolverOf(options.handleResolver, this.#fetch),
			plcDirectoryUrl: options.plcDirectoryUrl,
			didCache: new DidCacheMemory({ maxSize: DID_CACHE_SIZE }),
			allowHttp,
			fetch: this.#fetch,
			dpopNonceCache: new SimpleStoreMemory(cache),
			authorizationServerMetadataCache: new SimpleStoreMemory(cache),
			protectedResourceMetadataCache: new SimpleStoreMemory(cache),
			runtimeImplementation: this.#runtime,
		};
		this.#restorer = this.#newClient({ stateStore: unused, sessionStore: this.#sessionStore() });
		this.#lockRefreshes(this.#restorer);
		this.#shared = { ...this.#shared, identityResolver: this.#restorer.identityResolver };
	}

	/** @throws what the SDK throws about unusable client metadata or keys */
	static async create(context: AuthContext, options: ResolvedOptions): Promise<BskyOAuthClient> {
		const keys = await Promise.all(
			options.signingKeys.map(({ privateJwk, kid }) => JoseKey.fromJWK({ ...privateJwk }, kid)),
		);
		return new BskyOAuthClient(context, options, keys);
	}

	get identityResolver(): NodeOAuthClient["identityResolver"] {
		return this.#restorer.identityResolver;
	}

	/**
	 * Pushes the authorization request (PAR, RFC 9126).
	 *
	 * @param input a handle, a DID or the URL of a server
	 * @param target what has to be found out first. It waits for servers; meanwhile the client and its
	 * DPoP key are made
	 * @returns where to send the browser, once the state is stored
	 * @throws {BskyError} SERVER_UNSUPPORTED where that would be no https page
	 */
	async authorize(input: string, target: Promise<SignInTarget>): Promise<URL> {
		const flow: SignInFlow = {};
		const [{ redirectUri, states }, client] = await Promise.all([target, this.#prepare(flow)]);
		let stored: Promise<void> | undefined;
		const save = async () => flow.saved && states.save(...flow.saved);
		flow.onRequest = () => {
			if (!flow.saved) return;
			// Some drivers block until the disk has it: first let the request out.
			stored ??= nextTurn().then(save);
			stored.catch(() => {});
		};
		try {
			const url = await client.authorize(input, {
				redirect_uri: redirectUri as `https://${string}`,
				scope: this.#options.clientMetadata.scope,
			});
			// Where the SDK lets a server name http, it means the browser's own machine.
			if (url.protocol !== "https:" && !this.#shared.allowHttp) {
				throw new BskyError("SERVER_UNSUPPORTED");
			}
			await (stored ?? save());
			return url;
		} catch (error) {
			await stored;
			if (stored && flow.saved) await states.remove(flow.saved[0]);
			throw error;
		}
	}

	async #prepare(flow: SignInFlow): Promise<NodeOAuthClient> {
		// First let the requests of the lookup out.
		await nextTurn();
		const dpopKey = await createDpopKey(["ES256"]);
		return this.#newClient({
			stateStore: {
				...unused,
				set: (...saved) => {
					flow.saved = saved;
				},
			},
			sessionStore: unused,
			fetch: (...request) => {
				const response = this.#fetch(...request);
				flow.onRequest?.();
				return response;
			},
			runtimeImplementation: {
				...this.#runtime,
				createKey: async (algs) => (algs.includes("ES256") ? dpopKey : createDpopKey(algs)),
			},
		});
	}

	/** Exchanges the code, checks issuer and subject, and stores nothing. */
	async exchange(
		params: URLSearchParams,
		sdkState: NodeSavedState,
		redirectUri: string,
	): Promise<Exchanged> {
		let saved: NodeSavedSession | undefined;
		const client = this.#newClient({
			stateStore: { get: () => sdkState, set: () => {}, del: () => {} },
			sessionStore: {
				get: () => saved,
				set: (_did, session) => {
					saved = session;
				},
				del: () => {
					saved = undefined;
				},
			},
		});
		const { session } = await client.callback(params, {
			redirect_uri: redirectUri as `https://${string}`,
		});
		if (!saved) throw new Error("The SDK stored no session.");
		// Answered from the cache: the exchange has just resolved this DID.
		const { handle } = await this.identityResolver.resolve(session.did);
		return { session, saved, handle: handle === "handle.invalid" ? null : handle };
	}

	/**
	 * The stored session of a DID, refreshed if it is about to expire.
	 *
	 * @throws TokenRefreshError and its like when the session is gone; other errors pass by
	 */
	async restore(did: string): Promise<OAuthSession> {
		try {
			return await this.#restorer.restore(did);
		} catch (error) {
			if (error instanceof SessionReplacedError) return this.#restorer.restore(did);
			throw error;
		}
	}

	/**
	 * Revokes at the authorization server (RFC 7009). The reference server takes a refresh token,
	 * used or not, and an authorization code; an older access token revokes nothing.
	 *
	 * @throws when the server could not be asked; the SDK's own revoke() hides that
	 */
	async revoke({ iss, dpopJwk, authMethod }: TokenOwner, token: string): Promise<void> {
		const dpopKey = await JoseKey.fromJWK(dpopJwk);
		const server = await this.#restorer.serverFactory.fromIssuer(iss, authMethod, dpopKey);
		await server.request("revocation", { token });
	}

	#newClient(own: Own): NodeOAuthClient {
		return new NodeOAuthClient({ ...this.#shared, ...own });
	}

	#sessionStore(): NodeOAuthClientOptions["sessionStore"] {
		return {
			get: async (did) => {
				const stored = await readSession(this.#context, did);
				const restoring = this.#restoring.getStore();
				if (restoring && stored) restoring.lockVersion = stored.lockVersion;
				return stored?.session ?? undefined;
			},
			// The one that refreshed has written already, under its lock; the others have read.
			set: () => {},
			del: (did) => deleteSession(this.#context, did, this.#restoring.getStore()?.lockVersion),
		};
	}

	/** Puts our lock around the one call that must not happen twice: the refresh at the server. */
	#lockRefreshes({ serverFactory }: NodeOAuthClient): void {
		const fromMetadata = serverFactory.fromMetadata.bind(serverFactory);
		serverFactory.fromMetadata = async (...args) => {
			const agent = await fromMetadata(...args);
			const refresh = agent.refresh.bind(agent);
			const request = agent.request.bind(agent);
			agent.refresh = (tokenSet) =>
				this.#refresh(agent, tokenSet, (confirm) => {
					// The SDK looks the server up first: the token leaves with the request to `token`.
					agent.request = async (endpoint, payload) => {
						if (endpoint === "token") await confirm();
						return request(endpoint, payload);
					};
					return refresh(tokenSet);
				});
			return agent;
		};
	}

	async #refresh(
		agent: OAuthServerAgent,
		tokenSet: NodeSavedSession["tokenSet"],
		refresh: (confirm: () => Promise<void>) => ReturnType<OAuthServerAgent["refresh"]>,
	): Promise<NodeSavedSession["tokenSet"]> {
		const restoring = this.#restoring.getStore();
		const outcome = await refreshOnce(
			this.#context,
			{
				did: tokenSet.sub,
				refreshToken: tokenSet.refresh_token,
				request: async (current, owned, confirm) => {
					if (restoring) restoring.lockVersion = owned.lockVersion;
					return { ...current, tokenSet: await refresh(confirm) };
				},
			},
			this.#options.requestLock,
		);
		if (!outcome) throw new TokenRefreshError(tokenSet.sub, "The session was removed.");
		if (!sameKey(outcome.session.dpopJwk, agent.dpopKey.bareJwk)) throw new SessionReplacedError();
		return outcome.session.tokenSet;
	}
}

/**
 * ES256 is what every server has to take (https://atproto.com/specs/oauth).
 * The SDK would rather have ES256K, which takes OpenSSL four times as long for a key, and three times
 * for each request it signs.
 */
const createDpopKey = (algs: readonly string[]) =>
	JoseKey.generate(algs.includes("ES256") ? ["ES256"] : [...algs]);

const sameKey = (a: object, b: object | undefined) =>
	Reflect.get(a, "x") === Reflect.get(b ?? {}, "x");

const unused = {
	get: () => undefined,
	set: () => {
		throw new Error("This flow stores nothing.");
	},
	del: () => {},
};
