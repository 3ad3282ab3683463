import type { NodeSavedSession } from "@atproto/oauth-client-node";
import type { GenericEndpointContext } from "better-auth";
import { type Bsky, logFailure } from "../context.ts";
import type { TokenOwner } from "../oauth/client.ts";

/** Ends a session that is no longer wanted at its server, without keeping anyone waiting. */
export function revokeInBackground(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	session: NodeSavedSession,
): void {
	const { tokenSet, dpopJwk, authMethod } = session;
	const token = tokenSet.refresh_token ?? tokenSet.access_token;
	revokeToken(ctx, bsky, { iss: tokenSet.iss, dpopJwk, authMethod }, token);
}

/** Revokes one token, or an authorization code whose exchange was lost. */
export function revokeToken(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	owner: TokenOwner,
	token: string,
): void {
	ctx.context.runInBackground(
		bsky
			.oauth(ctx.context)
			.then((client) => client.revoke(owner, token))
			.catch((error) => logFailure(ctx, "A session could not be revoked at its server.", error)),
	);
}
