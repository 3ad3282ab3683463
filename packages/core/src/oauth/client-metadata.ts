import { isLoopbackUrl } from "../base/loopback.ts";
import { below, urlOf } from "../base/paths.ts";
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

/**
 * The metadata of the client that runs at `baseURL`, which includes better-auth's base path.
 *
 * @param redirectUri the one in use
 */
export function clientMetadata(
	baseURL: URL,
	options: ResolvedOptions,
	redirectUri?: string,
): ClientMetadata {
	return isLoopbackUrl(baseURL)
		? loopbackMetadata(redirectUris(baseURL, redirectUri), options.clientMetadata.scope)
		: hostedMetadata(baseURL, options);
}

/** The metadata of the clients that the app at `baseURL` was before. */
export function legacyMetadata(baseURL: URL, options: ResolvedOptions): ClientMetadata[] {
	if (isLoopbackUrl(baseURL)) return [];
	const hrefOf = (place: string) => (isPath(place) ? below(baseURL, place).href : place);
	// Whatever shows on an authorization screen is left out: nobody signs in as this client.
	const { client_uri, logo_uri, tos_uri, policy_uri, ...today } = hostedMetadata(baseURL, options);
	return options.legacy.clients.map(({ clientId, jwksUri, redirectUri }) => ({
		...today,
		client_id: hrefOf(clientId),
		...(redirectUri && { redirect_uris: [hrefOf(redirectUri)] }),
		...(today.jwks_uri && jwksUri && { jwks_uri: hrefOf(jwksUri) }),
	}));
}

const isPath = (place: string): place is `/${string}` => place.startsWith("/");

/**
 * The metadata of a client by its ID, if it is one of this app's: on localhost any local one, such
 * as that of another port or scope; elsewhere one at a host that the app answers at, or one that it
 * was before.
 *
 * @param here the app's base URL, where a client can run there
 * @param isLocal whether the app itself is on localhost
 * @param baseUrlAt the base URL of the app at a host, if it answers there
 */
export async function metadataOf(
	clientId: string,
	options: ResolvedOptions,
	here: URL | null,
	isLocal: boolean,
	baseUrlAt: (host: string) => Promise<URL | null>,
): Promise<ClientMetadata | null> {
	if (isLoopbackClient(clientId)) return isLocal ? readLoopbackClient(clientId) : null;
	const baseURL = await baseUrlAt(URL.parse(clientId)?.host ?? "");
	const own = baseURL ? [clientMetadata(baseURL, options)] : [];
	const older = [baseURL, here].flatMap((url) => (url ? legacyMetadata(url, options) : []));
	return [...own, ...older].find(({ client_id }) => client_id === clientId) ?? null;
}

/** Who a client on localhost is; its ID says all of it, and is looked up nowhere. */
const LOOPBACK_CLIENT = "http://localhost?";

const isLoopbackClient = (clientId: string) => clientId.startsWith(LOOPBACK_CLIENT);

function loopbackMetadata(uris: readonly string[], scope: string): ClientMetadata {
	const parameters = new URLSearchParams([["scope", scope]]);
	for (const uri of uris) parameters.append("redirect_uri", uri);
	return readLoopbackClient(`${LOOPBACK_CLIENT}${parameters}`);
}

/** The metadata that an authorization server derives from the ID of a client on localhost. */
function readLoopbackClient(clientId: string): ClientMetadata {
	const parameters = new URLSearchParams(clientId.slice(LOOPBACK_CLIENT.length));
	return {
		client_id: clientId,
		redirect_uris: parameters.getAll("redirect_uri"),
		scope: parameters.get("scope") ?? "atproto",
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
