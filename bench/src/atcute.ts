import {
	CompositeDidDocumentResolver,
	LocalActorResolver,
	PlcDidDocumentResolver,
	WebDidDocumentResolver,
	XrpcHandleResolver,
} from "@atcute/identity-resolver";
import { MemoryStore, OAuthClient } from "@atcute/oauth-node-client";
import { CALLBACK } from "./app.ts";
import { SCOPE } from "./bare.ts";
import type { Addresses } from "./network.ts";
import { lookAtProfile, type Peer } from "./peer.ts";

/** The leanest client there is, put together as its README says. */
export function startAtcute({ handleResolver, plcDirectoryUrl }: Addresses): Peer {
	const client = new OAuthClient({
		metadata: { redirect_uris: [CALLBACK], scope: SCOPE },
		stores: { sessions: new MemoryStore(), states: new MemoryStore() },
		actorResolver: new LocalActorResolver({
			handleResolver: new XrpcHandleResolver({ serviceUrl: handleResolver }),
			didDocumentResolver: new CompositeDidDocumentResolver({
				methods: {
					plc: new PlcDidDocumentResolver({ apiUrl: plcDirectoryUrl }),
					web: new WebDidDocumentResolver(),
				},
			}),
		}),
	});
	allowHttp(client);
	return {
		async begin(handle) {
			if (!isHandle(handle)) throw new Error(`no handle: ${handle}`);
			const target = { type: "account", identifier: handle } as const;
			return (await client.authorize({ target })).url;
		},
		async arrive(callback) {
			const { session } = await client.callback(callback.searchParams);
			await lookAtProfile({ did: session.did, fetch: (path) => session.handle(path) });
		},
	};
}

const isHandle = (text: string): text is `${string}.${string}` => text.includes(".");

/** Its resolvers have this option, and the client none to pass it on. */
function allowHttp(client: OAuthClient): void {
	// biome-ignore lint/complexity/useLiteralKeys: TypeScript's way to a private member
	const { protectedResourceResolver, authorizationServerResolver } = client["resolver"];
	Object.assign(protectedResourceResolver, { allowHttp: true });
	Object.assign(authorizationServerResolver, { allowHttp: true });
}
