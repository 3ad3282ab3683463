import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { JoseKey } from "@atproto/jwk-jose";
import {
	buildAtprotoLoopbackClientMetadata,
	NodeOAuthClient,
	type NodeSavedSession,
	type NodeSavedState,
} from "@atproto/oauth-client-node";
import type { Devnet } from "../src/index.ts";

const SCOPE = "atproto transition:generic";

/** A web app with nothing but the bare SDK. */
export interface OAuthApp {
	port: number;
	client: NodeOAuthClient;
	/** What its server saw, newest last. */
	seen: { path: string; host: string; proto: string; forwardedHost: string }[];
	close(): Promise<void>;
}

/** Starts the app: a loopback client, or a confidential one at `origin` with `private_key_jwt`. */
export async function startApp(network: Devnet, origin?: string): Promise<OAuthApp> {
	const handlers: { [path: string]: (url: URL, response: ServerResponse) => unknown } = {};
	const seen: OAuthApp["seen"] = [];
	const server = createServer(async (request: IncomingMessage, response) => {
		const url = new URL(request.url ?? "/", "http://app");
		const header = (name: string) => String(request.headers[name] ?? "");
		seen.push({
			path: url.pathname,
			host: header("host"),
			proto: header("x-forwarded-proto"),
			forwardedHost: header("x-forwarded-host"),
		});
		try {
			await (handlers[url.pathname] ?? (() => response.writeHead(404).end()))(url, response);
		} catch (error) {
			response.writeHead(500).end(String(error));
		}
	}).listen(0, "127.0.0.1");
	await new Promise((resolve) => server.once("listening", resolve));
	const { port } = server.address() as AddressInfo;

	const redirectUri = origin ? `${origin}/callback` : `http://127.0.0.1:${port}/callback`;
	const key = await JoseKey.generate(["ES256"], "key-1");
	const states = new Map<string, NodeSavedState>();
	const sessions = new Map<string, NodeSavedSession>();
	const client = new NodeOAuthClient({
		requestLock: (_name, run) => run(),
		clientMetadata: origin
			? {
					client_id: `${origin}/client-metadata.json`,
					client_name: "My app",
					client_uri: origin as `https://${string}`,
					redirect_uris: [redirectUri as `https://${string}`],
					jwks_uri: `${origin}/jwks.json`,
					grant_types: ["authorization_code", "refresh_token"],
					response_types: ["code"],
					scope: SCOPE,
					token_endpoint_auth_method: "private_key_jwt",
					token_endpoint_auth_signing_alg: "ES256",
					dpop_bound_access_tokens: true,
				}
			: buildAtprotoLoopbackClientMetadata({
					scope: SCOPE,
					redirect_uris: [redirectUri as `http://127.0.0.1:${number}/callback`],
				}),
		...(origin && { keyset: [key] }),
		stateStore: memory(states),
		sessionStore: memory(sessions),
		handleResolver: network.handleResolverUrl,
		plcDirectoryUrl: network.plcUrl,
		allowHttp: true,
	});
	const json = (response: ServerResponse, body: unknown) => {
		response.setHeader("content-type", "application/json");
		response.end(JSON.stringify(body));
	};
	handlers["/client-metadata.json"] = (_, response) => json(response, client.clientMetadata);
	handlers["/jwks.json"] = (_, response) => json(response, client.jwks);
	handlers["/login"] = async (url, response) => {
		const to = await client.authorize(url.searchParams.get("handle") ?? "", { scope: SCOPE });
		response.writeHead(302, { location: to.toString() }).end();
	};
	handlers["/callback"] = async (url, response) => {
		const { session } = await client.callback(url.searchParams);
		const answer = await session.fetchHandler("/xrpc/com.atproto.server.getSession");
		const { handle } = (await answer.json()) as { handle: string };
		response.setHeader("content-type", "text/html");
		response.end(`<p id="who">${handle}</p><p id="did">${session.did}</p>`);
	};
	return {
		port,
		client,
		seen,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function memory<T>(map: Map<string, T>) {
	return {
		get: async (key: string) => map.get(key),
		set: async (key: string, value: T) => void map.set(key, value),
		del: async (key: string) => void map.delete(key),
	};
}
