import type { NodeSavedSession, NodeSavedState, OAuthSession } from "@atproto/oauth-client-node";
import type { BskyOAuthClient } from "./client.ts";
import { callbackError } from "./errors.ts";

/** The result of a code exchange. Nothing of it is stored yet. */
export interface Exchanged {
	session: OAuthSession;
	saved: NodeSavedSession;
	/** Verified in both directions; null where the DID has none that is. */
	handle: string | null;
}

/**
 * Exchanges the code, and checks issuer and subject. The SDK stores the new session, and revokes the
 * one before, inside the exchange, when no account rule has run yet: here it finds a store that is
 * empty and lives for this flow only.
 *
 * @throws {BskyError} what it means to the person
 */
export async function exchangeCode(
	oauth: BskyOAuthClient,
	params: URLSearchParams,
	sdkState: NodeSavedState,
	redirectUri: string,
): Promise<Exchanged> {
	let saved: NodeSavedSession | undefined;
	const client = oauth.forFlow({
		stateStore: { get: () => sdkState, set: () => {}, del: () => {} },
		sessionStore: {
			get: () => saved,
			set: (_did, session) => {
				saved = session;
			},
			del: () => {
				saved = undefined;
			},
		},
	});
	try {
		const { session } = await client.callback(params, {
			redirect_uri: redirectUri as `https://${string}`,
		});
		if (!saved) throw new Error("The SDK stored no session.");
		// Answered from the cache: the exchange has just resolved this DID.
		return { session, saved, handle: await oauth.handleOf(session.did) };
	} catch (error) {
		throw callbackError(error);
	}
}
