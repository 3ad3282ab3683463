import { OAuthServerAgent } from "@atproto/oauth-client";

/** What asking came to: the server has revoked, or has nowhere to be asked. */
export type RevocationOutcome = "revoked" | "unsupported";

/**
 * Revokes at the authorization server (RFC 7009). The reference server takes a refresh token, used or
 * not, and an authorization code; an older access token revokes nothing.
 *
 * @throws when the server could not be asked, or refused; the SDK's own revoke() hides that
 */
export async function revokeAt(
	server: OAuthServerAgent,
	fetch: typeof globalThis.fetch,
	token: string,
): Promise<RevocationOutcome> {
	if (!server.serverMetadata.revocation_endpoint) return "unsupported";
	// The same server, but that a success is one whatever else it says.
	const asked = new OAuthServerAgent(
		server.authMethod,
		server.dpopKey,
		server.serverMetadata,
		server.clientMetadata,
		server.dpopNonces,
		server.oauthResolver,
		server.runtime,
		server.keyset,
		byStatus(fetch),
	);
	await asked.request("revocation", { token });
	return "revoked";
}

/** The SDK takes a success for one only where it is JSON; RFC 7009 §2.2 has the status decide. */
const byStatus =
	(fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
	async (input, init) => {
		const answer = await fetch(input, init);
		if (!answer.ok) return answer;
		const nonce = answer.headers.get("dpop-nonce");
		return Response.json({}, { headers: nonce === null ? {} : { "dpop-nonce": nonce } });
	};
