import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
	CompositeDidDocumentResolver,
	LocalActorResolver,
	PlcDidDocumentResolver,
	WebDidDocumentResolver,
	XrpcHandleResolver,
} from "@atcute/identity-resolver";
import { MemoryStore, OAuthClient, type StoredSession } from "@atcute/oauth-node-client";
import { JoseKey, NodeOAuthClient, type NodeSavedSession } from "@atproto/oauth-client-node";
import { type Account, approve, type Network } from "@better-auth-bsky/devnet";
import { type AuthContext, type BetterAuthPlugin, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import type { TestDatabase } from "./databases.ts";
import { SECRET } from "./kit.ts";

/** The tables and columns of `better-auth-bsky` 0.1.9, as its source has them. */
export const BETTER_AUTH_BSKY_0_1 = {
	id: "atproto",
	schema: {
		user: {
			fields: {
				atprotoDid: { type: "string", unique: true, required: false, input: false },
				atprotoHandle: { type: "string", required: false, input: false },
			},
		},
		atprotoSession: {
			fields: {
				did: { type: "string", unique: true, required: true },
				sessionData: { type: "string", required: true },
				userId: {
					type: "string",
					required: true,
					references: { model: "user", field: "id", onDelete: "cascade" },
				},
				handle: { type: "string", required: true },
				pdsUrl: { type: "string", required: true },
				updatedAt: { type: "date", required: true },
			},
		},
		atprotoState: {
			fields: {
				stateKey: { type: "string", unique: true, required: true },
				stateData: { type: "string", required: true },
				expiresAt: { type: "number", required: true },
			},
		},
	},
} satisfies BetterAuthPlugin;

/** The tables and columns of `better-auth-atproto` 0.1.0, as its README has them. */
export const BETTER_AUTH_ATPROTO_0_1 = {
	id: "bsky",
	schema: {
		user: {
			fields: {
				bskyDid: { type: "string", unique: true, required: false, input: false },
				bskyHandle: { type: "string", required: false, input: false },
				bskyBio: { type: "string", required: false, input: false },
				bskyBanner: { type: "string", required: false, input: false },
			},
		},
		bskyState: {
			fields: {
				key: { type: "string", unique: true },
				state: { type: "string" },
				expiresAt: { type: "date" },
			},
		},
		bskySession: {
			fields: {
				did: { type: "string", unique: true },
				session: { type: "string" },
				userId: {
					type: "string",
					references: { model: "user", field: "id", onDelete: "cascade" },
				},
				updatedAt: { type: "date" },
			},
		},
	},
} satisfies BetterAuthPlugin;

type Values = Record<string, unknown>;

/** An app as it was, with nothing but its tables. */
export class OldApp {
	readonly #context: AuthContext;
	constructor(context: AuthContext) {
		this.#context = context;
	}

	/** Makes the tables of an app with an older plugin, or with none. */
	static async migrate({ database }: TestDatabase, plugin?: BetterAuthPlugin): Promise<OldApp> {
		const auth = betterAuth({
			baseURL: "http://localhost:3000",
			secret: SECRET,
			database,
			logger: { disabled: true },
			plugins: plugin ? [plugin] : [],
		});
		await (await getMigrations(auth.options)).runMigrations();
		return new OldApp((await auth.$context) as unknown as AuthContext);
	}

	async add(model: string, values: Values): Promise<string> {
		const { id } = await this.#context.adapter.create<Values>({ model, data: values });
		return String(id);
	}

	/** A user, with what the older plugin wrote on them. */
	addUser(values: Values & { email: string }): Promise<string> {
		const now = new Date();
		const user = { name: "Old", emailVerified: false, createdAt: now, updatedAt: now };
		return this.add("user", { ...user, ...values });
	}

	addAccount(userId: string, values: Values): Promise<string> {
		const now = new Date();
		return this.add("account", { userId, createdAt: now, updatedAt: now, ...values });
	}
}

/** A key for `private_key_jwt`, by the name that the old app gave it. */
export function newJwk(kid = "old-key") {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const { kty, crv, x = "", y = "", d = "" } = privateKey.export({ format: "jwk" });
	if (kty !== "EC" || crv !== "P-256") throw new Error("no key on P-256");
	return { kty, crv, x, y, d, kid, alg: "ES256" } as const;
}

type OldJwk = ReturnType<typeof newJwk>;

/** Where an old app had its documents. */
export interface OldPaths {
	client: string;
	jwks: string;
	callback: string;
}

const ATCUTE_SCOPE = "atproto transition:generic";

/** What the old app published, under its own origin. */
async function publish(network: Network, origin: string, documents: Record<string, unknown>) {
	const server = createServer(({ url = "" }, response) => {
		const document = documents[url];
		response.statusCode = document ? 200 : 404;
		response.setHeader("content-type", "application/json");
		response.end(JSON.stringify(document ?? {}));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const published = await network.publishOrigin(origin, (server.address() as AddressInfo).port);
	return async () => {
		await published.unpublish();
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	};
}

const metadataOf = (origin: string, { client, jwks, callback }: OldPaths) => ({
	client_id: `${origin}${client}`,
	client_name: "The old app",
	redirect_uris: [`${origin}${callback}`] as [`https://${string}`],
	scope: ATCUTE_SCOPE,
	grant_types: ["authorization_code", "refresh_token"] as ["authorization_code", "refresh_token"],
	response_types: ["code"] as ["code"],
	application_type: "web" as const,
	token_endpoint_auth_method: "private_key_jwt" as const,
	token_endpoint_auth_signing_alg: "ES256",
	dpop_bound_access_tokens: true as const,
	jwks_uri: `${origin}${jwks}`,
});

const publicOf = ({ kty, crv, x, y, kid, alg }: OldJwk) => ({ kty, crv, x, y, kid, alg });

/** The old app while it ran: signs people in, and then goes. */
export interface OldClient<S> {
	clientId: string;
	/** A whole sign-in at the person's server; what the old app then stored of it. */
	signIn(person: Account): Promise<S>;
	close(): Promise<void>;
}

/** Serves what the old app's client says of itself. */
async function publishClient(network: Network, origin: string, jwk: OldJwk, paths: OldPaths) {
	const metadata = metadataOf(origin, paths);
	const close = await publish(network, origin, {
		[paths.client]: metadata,
		[paths.jwks]: { keys: [publicOf(jwk)] },
	});
	return { metadata, close };
}

/** What `better-auth-bsky` 0.1.x signs in with. */
export async function startAtcute(
	network: Network,
	origin: string,
	jwk: OldJwk,
	paths: OldPaths,
): Promise<OldClient<StoredSession>> {
	const { metadata, close } = await publishClient(network, origin, jwk, paths);
	const sessions = new MemoryStore<`did:${string}:${string}`, StoredSession>();
	const client = new OAuthClient({
		metadata,
		keyset: [jwk],
		stores: { sessions, states: new MemoryStore() },
		actorResolver: new LocalActorResolver({
			handleResolver: new XrpcHandleResolver({ serviceUrl: network.handleResolverUrl }),
			didDocumentResolver: new CompositeDidDocumentResolver({
				methods: {
					plc: new PlcDidDocumentResolver({ apiUrl: network.plcUrl }),
					web: new WebDidDocumentResolver(),
				},
			}),
		}),
	});
	// biome-ignore lint/complexity/useLiteralKeys: TypeScript's way to a private member
	const { protectedResourceResolver, authorizationServerResolver } = client["resolver"];
	Object.assign(protectedResourceResolver, { allowHttp: true });
	Object.assign(authorizationServerResolver, { allowHttp: true });
	return {
		clientId: metadata.client_id,
		async signIn(person) {
			const identifier = person.handle as `${string}.${string}`;
			const { url } = await client.authorize({ target: { type: "account", identifier } });
			const { session } = await client.callback(
				(await approve(url, { account: person })).searchParams,
			);
			const stored = await sessions.get(session.did);
			if (!stored) throw new Error("The old app stored nothing.");
			return JSON.parse(JSON.stringify(stored));
		},
		close,
	};
}

/** A map as a store of the SDK. */
export const asStore = <T>(map: Map<string, T>) => ({
	get: async (key: string) => map.get(key),
	set: async (key: string, value: T) => void map.set(key, value),
	del: async (key: string) => void map.delete(key),
});

/** What `better-auth-atproto` and hand-written apps sign in with. */
export async function startSdk(
	network: Network,
	origin: string,
	jwk: OldJwk,
	paths: OldPaths,
): Promise<OldClient<NodeSavedSession>> {
	const { metadata, close } = await publishClient(network, origin, jwk, paths);
	const sessions = new Map<string, NodeSavedSession>();
	const states = new Map();
	const client = new NodeOAuthClient({
		requestLock: (_name, run) => run(),
		clientMetadata: metadata,
		keyset: [await JoseKey.fromJWK(jwk)],
		stateStore: asStore(states),
		sessionStore: asStore(sessions),
		handleResolver: network.handleResolverUrl,
		plcDirectoryUrl: network.plcUrl,
		allowHttp: true,
	});
	return {
		clientId: metadata.client_id,
		async signIn(person) {
			const url = await client.authorize(person.handle);
			await client.callback((await approve(url, { account: person })).searchParams);
			const stored = sessions.get(person.did);
			if (!stored) throw new Error("The old app stored nothing.");
			return JSON.parse(JSON.stringify(stored));
		},
		close,
	};
}
