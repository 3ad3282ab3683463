import type { OAuthServerAgent, TokenSet } from "@atproto/oauth-client";

/** A key that can sign, as it is stored: on P-256, or where another SDK has made it, on secp256k1. */
export interface StoredJwk {
	kty: "EC";
	crv: "P-256" | "secp256k1";
	x: string;
	y: string;
	d: string;
	kid?: string | undefined;
}

/**
 * What has to be known again to talk to an authorization server about a session, or about a sign-in
 * under way. Credentials are good for the client alone that they were given to: used as another one,
 * they are worth nothing, or worse, the server takes them for stolen.
 */
export interface TokenOwner {
	/** The `client_id` that it began as. What an earlier version stored doesn't say. */
	clientId?: string | undefined;
	iss: string;
	dpopJwk: StoredJwk;
	authMethod: OAuthServerAgent["authMethod"];
}

/** A session as it is sealed into its row. Its `iss` is in the token set. */
export interface SavedSession extends Omit<TokenOwner, "iss"> {
	tokenSet: TokenSet;
}

/** What a sign-in under way needs to come back to, as it is sealed into its row. */
export interface SavedState extends TokenOwner {
	/** The PKCE code verifier (RFC 7636 §4.1). */
	verifier: string;
}

/** Each sign-in has a key of its own; of their tokens, some servers give the same to all of a person. */
export const isSame = (
	one: Pick<TokenOwner, "dpopJwk">,
	other: Pick<TokenOwner, "dpopJwk">,
): boolean => one.dpopJwk.x === other.dpopJwk.x;

/** Who a session's tokens were given to, and by whom. */
export const ownerOf = ({ tokenSet, clientId, dpopJwk, authMethod }: SavedSession): TokenOwner => ({
	clientId,
	iss: tokenSet.iss,
	dpopJwk,
	authMethod,
});
