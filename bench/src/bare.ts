import {
	buildAtprotoLoopbackClientMetadata,
	NodeOAuthClient,
	type NodeSavedSession,
	type NodeSavedState,
	requestLocalLock,
} from "@atproto/oauth-client-node";
import { CALLBACK } from "./app.ts";
import type { Addresses, Person } from "./network.ts";

const SCOPE = "atproto transition:generic";

/** What there would be without us: the SDK with stores in memory. */
export interface Bare {
	client: NodeOAuthClient;
	begin(handle: string): Promise<URL>;
	/** The callback, and the profile that a sign-in is for. */
	arrive(callback: URL): Promise<void>;
}

export function startBare(
	{ handleResolver, plcDirectoryUrl }: Addresses,
	fetch?: typeof globalThis.fetch,
): Bare {
	const client = new NodeOAuthClient({
		clientMetadata: buildAtprotoLoopbackClientMetadata({
			scope: SCOPE,
			redirect_uris: [CALLBACK as `http://127.0.0.1/`],
		}),
		handleResolver,
		plcDirectoryUrl,
		allowHttp: true,
		fetch,
		stateStore: memoryStore<NodeSavedState>(),
		sessionStore: memoryStore<NodeSavedSession>(),
		requestLock: requestLocalLock,
	});
	return {
		client,
		begin: (handle) => client.authorize(handle),
		async arrive(callback) {
			const { session } = await client.callback(callback.searchParams);
			const actor = encodeURIComponent(session.did);
			const response = await session.fetchHandler(`/xrpc/app.bsky.actor.getProfile?actor=${actor}`);
			const profile = (await response.json()) as Partial<Person>;
			if (profile.did !== session.did) throw new Error(`profile: ${response.status}`);
		},
	};
}

function memoryStore<Value>() {
	const values = new Map<string, Value>();
	return {
		get: (key: string) => values.get(key),
		set: (key: string, value: Value) => {
			values.set(key, value);
		},
		del: (key: string) => {
			values.delete(key);
		},
	};
}
