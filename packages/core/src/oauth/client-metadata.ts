import { isLoopbackUrl } from "../base/loopback.ts";
import { urlOf } from "../base/paths.ts";
import type { ResolvedOptions } from "../options.ts";
import { redirectUris } from "./redirect-uri.ts";

/** OAuth client metadata, https://atproto.com/specs/oauth#client-id-metadata-document. */
export interface ClientMetadata {
	client_id: string;
	client_name?: string;
	client_uri?: string;
	logo_uri?: string;
	tos_uri?: string;
	policy_uri?: string;
	redirect_uris: string[];
	scope: string;
	grant_types: ["authorization_code", "refresh_token"];
	response_types: ["code"];
	application_type: "web" | "native";
	token_endpoint_auth_method: "none" | "private_key_jwt";
	token_endpoint_auth_signing_alg?: "ES256";
	dpop_bound_access_tokens: true;
	jwks_uri?: string;
}

/** The metadata of the client that runs at `baseURL`, which includes better-auth's base path. */
export function clientMetadata(baseURL: URL, options: ResolvedOptions): ClientMetadata {
	return isLoopbackUrl(baseURL)
		? loopbackMetadata(baseURL, options.clientMetadata.scope)
		: hostedMetadata(baseURL, options);
}

/** The authorization server derives all of it from the ID itself, and fetches nothing. */
function loopbackMetadata(baseURL: URL, scope: string): ClientMetadata {
	const redirect_uris = redirectUris(baseURL);
	const parameters = new URLSearchParams([["scope", scope]]);
	for (const uri of redirect_uris) parameters.append("redirect_uri", uri);
	return {
		client_id: `http://localhost?${parameters}`,
		redirect_uris,
		scope,
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
		application_type: "native",
		token_endpoint_auth_method: "none",
		dpop_bound_access_tokens: true,
	};
}

function hostedMetadata(baseURL: URL, options: ResolvedOptions): ClientMetadata {
	const { scope, clientName, clientUri, logoUri, tosUri, policyUri } = options.clientMetadata;
	return {
		client_id: urlOf(baseURL, "clientMetadata").href,
		...(clientName && { client_name: clientName }),
		client_uri: clientUri ?? baseURL.origin,
		...(logoUri && { logo_uri: logoUri }),
		...(tosUri && { tos_uri: tosUri }),
		...(policyUri && { policy_uri: policyUri }),
		redirect_uris: redirectUris(baseURL),
		scope,
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
		application_type: "web",
		...(options.signingKeys.length > 0
			? {
					token_endpoint_auth_method: "private_key_jwt",
					token_endpoint_auth_signing_alg: "ES256",
					jwks_uri: urlOf(baseURL, "jwks").href,
				}
			: { token_endpoint_auth_method: "none" }),
		dpop_bound_access_tokens: true,
	};
}
