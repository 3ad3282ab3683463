import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort } from "node:worker_threads";
import { personOf } from "./stub-people.ts";

/**
 * A worker that answers for any number of people who don't exist: handle resolver, PLC directory,
 * PDS and authorization server in one. It says what is asked of it and checks nothing.
 */
const server = createServer(answer);
server.listen(0, "127.0.0.1", () => {
	parentPort?.postMessage(`http://localhost:${(server.address() as AddressInfo).port}`);
});

function answer(request: IncomingMessage, response: ServerResponse): void {
	const origin = `http://${request.headers.host}`;
	const url = new URL(request.url ?? "/", origin);
	request.resume();
	const body = bodyOf(url, origin);
	response.writeHead(body ? 200 : 404, {
		"content-type": "application/json",
		"dpop-nonce": "always-the-same",
	});
	response.end(JSON.stringify(body ?? { error: "NotFound" }));
}

function bodyOf(url: URL, origin: string): object | null {
	const { searchParams } = url;
	const pathname = decodeURIComponent(url.pathname);
	if (pathname.startsWith("/did:plc:")) return didDocument(pathname.slice(1), origin);
	switch (pathname) {
		case "/xrpc/com.atproto.identity.resolveHandle":
			return { did: personOf({ handle: searchParams.get("handle") ?? "" }).did };
		case "/xrpc/app.bsky.actor.getProfile": {
			const { did, handle } = personOf({ did: searchParams.get("actor") ?? "" });
			return { did, handle, displayName: handle, description: "Nobody. ".repeat(20) };
		}
		case "/.well-known/oauth-protected-resource":
			return { resource: origin, authorization_servers: [origin] };
		case "/.well-known/oauth-authorization-server":
			return serverMetadata(origin);
		case "/oauth/par":
			return { request_uri: `urn:ietf:params:oauth:request_uri:${Math.random()}`, expires_in: 60 };
		default:
			return null;
	}
}

function didDocument(did: string, origin: string): object {
	return {
		"@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
		id: did,
		alsoKnownAs: [`at://${personOf({ did }).handle}`],
		verificationMethod: [
			{
				id: `${did}#atproto`,
				type: "Multikey",
				controller: did,
				publicKeyMultibase: "zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF",
			},
		],
		service: [{ id: "#atproto_pds", type: "AtprotoPersonalDataServer", serviceEndpoint: origin }],
	};
}

function serverMetadata(issuer: string): object {
	return {
		issuer,
		authorization_endpoint: `${issuer}/oauth/authorize`,
		token_endpoint: `${issuer}/oauth/token`,
		revocation_endpoint: `${issuer}/oauth/revoke`,
		pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
		require_pushed_authorization_requests: true,
		response_types_supported: ["code"],
		grant_types_supported: ["authorization_code", "refresh_token"],
		code_challenge_methods_supported: ["S256"],
		token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
		token_endpoint_auth_signing_alg_values_supported: ["ES256"],
		scopes_supported: ["atproto", "transition:generic"],
		authorization_response_iss_parameter_supported: true,
		client_id_metadata_document_supported: true,
		dpop_signing_alg_values_supported: ["ES256"],
		protected_resources: [issuer],
	};
}
