import type { OAuthSession, TokenSet } from "@atproto/oauth-client";
import { MAX_SCOPE } from "../base/bounded-answer.ts";
import { BskyError } from "../errors.ts";
import type { SavedSession, SavedState, TokenOwner } from "../stores/saved.ts";
import type { BskyOAuthClient, Handle } from "./client.ts";
import { callbackError } from "./errors.ts";
import { Es256Key } from "./es256-key.ts";
import { readingGrant } from "./token-answer.ts";

/** The result of a code exchange. Nothing of it is stored yet. */
export interface Exchanged extends Handle {
	/** For the calls of the sign-in itself: its tokens are not refreshed. */
	session: OAuthSession;
	saved: SavedSession;
}

/** Most bytes of a token, with its quotes. Servers' are a few hundred to two thousand long. */
const MAX_TOKEN = 16 * 1024 + 2;

/** How many bytes a value takes in a row, before it is sealed: some letters take more than one. */
const written = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * Exchanges the code, and checks issuer and subject. The SDK stores the new session, and revokes the
 * one before, inside the exchange, when no account rule has run yet: here it finds a store that is
 * empty and lives for this flow only.
 *
 * @param arrived is given what ends the session that came, also where it is found to be unusable
 * @throws {BskyError} what it means to the person
 */
export async function exchangeCode(
	oauth: BskyOAuthClient,
	params: URLSearchParams,
	{ iss, authMethod, dpopJwk, verifier }: SavedState,
	redirectUri: string,
	arrived: (token: string) => void,
): Promise<Exchanged> {
	const state = { iss, authMethod, verifier, dpopKey: new Es256Key(dpopJwk) };
	let tokenSet: TokenSet | undefined;
	let tooLong: string | undefined;
	const client = oauth.forFlow({
		fetch: readingGrant(oauth.fetch, (token) => {
			if (written(token) > MAX_TOKEN) tooLong = token;
			else arrived(token);
		}),
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
		// No row holds such a token, and the code that comes after it revokes nothing at some servers.
		if (tooLong) await revokeNow(oauth, { ...state, dpopJwk, clientId: oauth.id }, tooLong);
		throw callbackError(error, oauth.id);
	}
}

/** Whatever comes of it: it has failed already. */
const revokeNow = (oauth: BskyOAuthClient, owner: TokenOwner, token: string): Promise<unknown> =>
	oauth.revoke(owner, token).catch(() => {});

/**
 * Most bytes of all that comes with a token: the address of the PDS is as long as its owner likes. A seal
 * is written in hex, and a column of MySQL's takes 65,535 bytes.
 */
const MAX_TOKENS = 28 * 1024;

/** What a header can carry (RFC 6750 §2.1, more loosely: servers differ). */
const SENDABLE = /^[\x21-\x7E]+$/;

/**
 * @throws {BskyError} SERVER_UNSUPPORTED where a session would fill the database, or can't be used
 */
export function checkTokens(tokenSet: TokenSet): void {
	const { access_token, refresh_token = "", scope } = tokenSet;
	const tokens = [access_token, refresh_token];
	const fits =
		tokens.every((token) => written(token) <= MAX_TOKEN) && written(tokenSet) <= MAX_TOKENS;
	if (!fits || !SENDABLE.test(access_token) || scope.length > MAX_SCOPE)
		throw new BskyError("SERVER_UNSUPPORTED");
}
