import type { OAuthAuthorizationServerMetadata, OAuthClient } from "@atproto/oauth-client";
import { BskyError } from "../errors.ts";
import type { Identifier } from "../identity/identifier.ts";

/** Most characters of an issuer's name, which each sign-in under way and each session remembers. */
const MAX_ISSUER = 2048;

/**
 * Finds the authorization server of an identity or of a PDS, and looks whether this client can sign in
 * there: what the profile demands of every server, https://atproto.com/specs/oauth#authorization-servers.
 *
 * @returns what it says of itself
 * @throws {BskyError} SERVER_UNSUPPORTED
 * @throws what the SDK throws where it finds none
 */
export async function requireUsable(
	{ clientMetadata, oauthResolver }: OAuthClient,
	{ value }: Pick<Identifier, "value">,
): Promise<OAuthAuthorizationServerMetadata> {
	const { metadata } = await oauthResolver.resolve(value);
	const method = clientMetadata.token_endpoint_auth_method;
	const {
		dpop_signing_alg_values_supported: dpop = [],
		token_endpoint_auth_methods_supported: methods = [],
		token_endpoint_auth_signing_alg_values_supported: algs = ["ES256"],
		pushed_authorization_request_endpoint: par,
	} = metadata;
	if (!dpop.includes("ES256")) throw unsupported("takes no ES256 for DPoP");
	if (!methods.includes(method)) throw unsupported(`takes no clients with ${method}`);
	if (method !== "none" && !algs.includes("ES256")) throw unsupported("takes no ES256 of clients");
	if (metadata.issuer.length > MAX_ISSUER) throw unsupported("has too long a name");
	if (!par) throw unsupported("has no endpoint for pushed authorization requests");
	return metadata;
}

const unsupported = (why: string) =>
	new BskyError("SERVER_UNSUPPORTED", { cause: new Error(`The server ${why}.`) });
