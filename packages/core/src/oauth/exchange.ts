import type { NodeSavedSession, NodeSavedState, OAuthSession } from "@atproto/oauth-client-node";
import { BskyError } from "../errors.ts";
import type { BskyOAuthClient } from "./client.ts";

/** The parameters of an authorization response (RFC 6749 §4.1.2, RFC 9207 §2). */
export const RESPONSE_PARAMETERS = ["code", "state", "iss", "error", "error_description"] as const;

/**
 * Those of a callback's query. One that comes twice arrives as a list: the response is then not one
 * of ours.
 *
 * @throws {BskyError} INVALID_CALLBACK_REQUEST
 */
export function responseParameters(query: Readonly<Record<string, unknown>>): URLSearchParams {
	const params = new URLSearchParams();
	for (const name of RESPONSE_PARAMETERS) {
		const value = query[name];
		if (value === undefined) continue;
		if (typeof value !== "string") throw new BskyError("INVALID_CALLBACK_REQUEST");
		params.set(name, value);
	}
	return params;
}

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
 * @throws what the SDK throws; see errors.ts
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
	const { session } = await client.callback(params, {
		redirect_uri: redirectUri as `https://${string}`,
	});
	if (!saved) throw new Error("The SDK stored no session.");
	// Answered from the cache: the exchange has just resolved this DID.
	return { session, saved, handle: await oauth.handleOf(session.did) };
}
