import type { NodeSavedSession } from "@atproto/oauth-client-node";
import type { AuthContext } from "better-auth";
import { type Bsky, logFailure } from "../context.ts";
import type { TokenOwner } from "../oauth/client.ts";

/** Ends a session that is no longer wanted at its server, without keeping anyone waiting. */
export function revokeInBackground(
	context: AuthContext,
	bsky: Bsky,
	session: NodeSavedSession,
): void {
	const { tokenSet, dpopJwk, authMethod } = session;
	const token = tokenSet.refresh_token ?? tokenSet.access_token;
	revokeToken(context, bsky, { iss: tokenSet.iss, dpopJwk, authMethod }, token);
}

/** Revokes one token, or an authorization code whose exchange was lost. */
export function revokeToken(
	context: AuthContext,
	bsky: Bsky,
	owner: TokenOwner,
	token: string,
): void {
	context.runInBackground(
		bsky
			.oauth(context)
			.then((client) => client.revoke(owner, token))
			.catch((error) =>
				logFailure(context, "A session could not be revoked at its server.", error),
			),
	);
}
