import type { OAuthSession, TokenSet } from "@atproto/oauth-client";
import { BskyError } from "../errors.ts";
import type { SavedSession, SavedState, TokenOwner } from "../stores/saved.ts";
import type { BskyOAuthClient, Handle } from "./client.ts";
import { callbackError } from "./errors.ts";
import { Es256Key } from "./es256-key.ts";

/** The result of a code exchange. Nothing of it is stored yet. */
export interface Exchanged extends Handle {
	/** For the calls of the sign-in itself: its tokens are not refreshed. */
	session: OAuthSession;
	saved: SavedSession;
}

/** Most characters of a token. Servers' are a few hundred to two thousand long. */
const MAX_TOKEN = 16 * 1024;

/** Most characters of the granted scope, which every answer about a session repeats. */
const MAX_SCOPE = 2 * 1024;

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
	{ iss, authMethod, dpopJwk, verifier }: SavedState,
	redirectUri: string,
): Promise<Exchanged> {
	const state = { iss, authMethod, verifier, dpopKey: new Es256Key(dpopJwk) };
	let tokenSet: TokenSet | undefined;
	const client = oauth.forFlow({
		stateStore: { get: () => state, set: () => {}, del: () => {} },
		sessionStore: {
			get: () => undefined,
			set: (_did, session) => {
				tokenSet = session.tokenSet;
			},
			del: () => {},
		},
	});
	try {
		const { session } = await client.callback(params, {
			redirect_uri: redirectUri as `https://${string}`,
		});
		if (!tokenSet) throw new Error("The SDK stored no session.");
		checkTokens(tokenSet);
		return {
			session: oauth.sessionAt(client, session.server, tokenSet),
			saved: { clientId: oauth.id, tokenSet, dpopJwk, authMethod },
			// Answered from the cache: the exchange has just resolved this DID.
			...(await oauth.handleOf(session.did)),
		};
	} catch (error) {
		// The code that comes after it revokes nothing at some servers.
		if (tokenSet) await revokeNow(oauth, { ...state, dpopJwk, clientId: oauth.id }, tokenSet);
		throw callbackError(error);
	}
}

/** Whatever comes of it: it has failed already. */
const revokeNow = (oauth: BskyOAuthClient, owner: TokenOwner, tokens: TokenSet): Promise<unknown> =>
	oauth.revoke(owner, tokens.refresh_token ?? tokens.access_token).catch(() => {});

/** What a header can carry (RFC 6750 §2.1, more loosely: servers differ). */
const SENDABLE = /^[\x21-\x7E]+$/;

/**
 * @throws {BskyError} SERVER_UNSUPPORTED where a session would fill the database, or can't be used
 */
export function checkTokens({ access_token, refresh_token = "", scope }: TokenSet): void {
	const fits = access_token.length <= MAX_TOKEN && refresh_token.length <= MAX_TOKEN;
	if (!fits || !SENDABLE.test(access_token) || scope.length > MAX_SCOPE)
		throw new BskyError("SERVER_UNSUPPORTED");
}
