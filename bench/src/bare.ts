import {
	buildAtprotoLoopbackClientMetadata,
	NodeOAuthClient,
	type NodeSavedSession,
	type NodeSavedState,
	requestLocalLock,
} from "@atproto/oauth-client-node";
import { CALLBACK } from "./app.ts";
import type { Addresses } from "./network.ts";
import { lookAtProfile, type Peer } from "./peer.ts";

export const SCOPE = "atproto transition:generic";

/** The SDK of the protocol's authors. */
export function startBare(
	{ handleResolver, plcDirectoryUrl }: Addresses,
	fetch?: typeof globalThis.fetch,
): Peer {
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
		begin: (handle) => client.authorize(handle),
		async arrive(callback) {
			const { session } = await client.callback(callback.searchParams);
			await lookAtProfile({ did: session.did, fetch: (path) => session.fetchHandler(path) });
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
