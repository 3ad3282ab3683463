import { AsyncLocalStorage } from "node:async_hooks";
import {
	type NodeOAuthClient,
	type NodeSavedSession,
	type NodeSavedSessionStore,
	type OAuthServerAgent,
	type OAuthSession,
	type RuntimeLock,
	TokenRefreshError,
} from "@atproto/oauth-client-node";
import type { AuthContext } from "better-auth";
import { refreshOnce } from "../stores/refresh-lock.ts";
import { deleteSession, readSession } from "../stores/session-store.ts";
import type { BskyOAuthClient } from "./client.ts";
import { UNUSED_STORE } from "./unused-store.ts";

/** A restore met a session that a new sign-in had just replaced, with another DPoP key. */
class SessionReplacedError extends Error {
	override name = "SessionReplacedError";
}

/** The version of the row that the running restore read: a removal names it. */
const restoring = new AsyncLocalStorage<{ lockVersion?: number }>();

/** Opens the stored sessions of one database, and refreshes each under its lock. */
export class SessionRestorer {
	/** The SDK client that reads and writes the database. */
	readonly client: NodeOAuthClient;
	readonly #context: AuthContext;
	readonly #requestLock: RuntimeLock | undefined;

	constructor(oauth: BskyOAuthClient, context: AuthContext, requestLock?: RuntimeLock) {
		this.#context = context;
		this.#requestLock = requestLock;
		this.client = oauth.forFlow({ stateStore: UNUSED_STORE, sessionStore: this.#store() });
		this.#lockRefreshes(this.client);
	}

	/** What the SDK does around each read: refreshes are serialised where they happen, below. */
	static readonly requestLock: RuntimeLock = async (_name, fn) =>
		restoring.run({}, async () => fn());

	/**
	 * The stored session of a DID, refreshed if it is about to expire.
	 *
	 * @throws TokenRefreshError and its like when the session is gone; other errors pass by
	 */
	async restore(did: string): Promise<OAuthSession> {
		try {
			return await this.client.restore(did);
		} catch (error) {
			if (error instanceof SessionReplacedError) return this.client.restore(did);
			throw error;
		}
	}

	#store(): NodeSavedSessionStore {
		return {
			get: async (did) => {
				const stored = await readSession(this.#context, did);
				const current = restoring.getStore();
				if (current && stored) current.lockVersion = stored.lockVersion;
				return stored?.session ?? undefined;
			},
			// The one that refreshed has written already, under its lock; the others have read.
			set: () => {},
			del: (did) => deleteSession(this.#context, did, restoring.getStore()?.lockVersion),
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
		const current = restoring.getStore();
		const outcome = await refreshOnce(
			this.#context,
			{
				did: tokenSet.sub,
				refreshToken: tokenSet.refresh_token,
				request: async (session, owned, confirm) => {
					if (current) current.lockVersion = owned.lockVersion;
					return { ...session, tokenSet: await refresh(confirm) };
				},
			},
			this.#requestLock,
		);
		if (!outcome) throw new TokenRefreshError(tokenSet.sub, "The session was removed.");
		if (!sameKey(outcome.session.dpopJwk, agent.dpopKey.bareJwk)) throw new SessionReplacedError();
		return outcome.session.tokenSet;
	}
}

const sameKey = (a: object, b: object | undefined) =>
	Reflect.get(a, "x") === Reflect.get(b ?? {}, "x");
