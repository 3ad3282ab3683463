import type { TokenSet } from "@atproto/oauth-client";
import { MAX_SCOPE } from "../base/bounded-answer.ts";
import { isObject } from "../base/is-object.ts";

/** Longest that an access token may be said to live, in seconds: ten years. */
const LONGEST = 10 * 365 * 24 * 60 * 60;

type Fields = Record<string, unknown>;
type Fetch = typeof globalThis.fetch;

/** A `fetch` through which the answers of a token endpoint come as `read` has them, whatever type they say. */
const reading =
	(fetch: Fetch, read: (fields: Fields) => Fields): Fetch =>
	async (input, init) => {
		const answer = await fetch(input, init);
		if (!(input instanceof Request) || input.method !== "POST") return answer;
		const said: unknown = await answer
			.clone()
			.json()
			.catch(() => null);
		if (!isObject(said)) return answer;
		const headers = new Headers(answer.headers);
		for (const name of ["content-length", "content-encoding", "content-type"]) headers.delete(name);
		// Some refuse with a success.
		const isGiven = answer.ok && !said.error;
		const status = answer.ok && !isGiven ? 400 : answer.status;
		return Response.json(isGiven ? read(said) : said, { status, headers });
	};

/**
 * What a sign-in is given, without what only looks as if it said something.
 *
 * @param note is given what ends the session: the SDK tells nobody of tokens that it refuses, because of what
 * came with them, or where it can't find out whether their server may speak for that DID
 */
export const readingGrant = (fetch: Fetch, note: (token: string) => void): Fetch =>
	reading(fetch, (fields) => {
		const said = meant(fields);
		const token = said.refresh_token ?? said.access_token;
		if (typeof token === "string") note(token);
		return said;
	});

/**
 * What a refresh is given. Its token has been used by then: an answer that the SDK refuses costs the
 * session. What isn't said, or says nothing, is as it was (RFC 6749 §5.1); what nobody reads is passed over.
 *
 * @param note as of {@link readingGrant}, where it is a new one
 */
export const readingRefresh = (
	fetch: Fetch,
	{ token_type, scope, sub, refresh_token: used }: TokenSet,
	note: (token: string) => void,
): Fetch =>
	reading(fetch, (fields) => {
		fields.expires_in = Number(fields.expires_in);
		const said: Fields = { token_type, scope, sub, ...meant(fields) };
		const { access_token, refresh_token, expires_in } = said;
		if (typeof refresh_token === "string" && refresh_token !== used) note(refresh_token);
		if (String(said.scope).length > MAX_SCOPE) said.scope = scope;
		return {
			...{ access_token, token_type: said.token_type, scope: said.scope, sub: said.sub },
			...(typeof refresh_token === "string" && { refresh_token }),
			...(typeof expires_in === "number" && { expires_in }),
		};
	});

/** Where there is nothing, some write null, or an empty text. The case of a type says nothing, either. */
const meant = (fields: Fields): Fields => {
	const { token_type, scope, expires_in } = fields;
	if (/^dpop$/i.test(String(token_type))) fields.token_type = "DPoP";
	if (typeof scope === "string") fields.scope = scope.trim().replace(/\s+/g, " ");
	// A number that is no time from now: the server refuses the token when it has ended.
	const isNoEnd = typeof expires_in === "number" && !(expires_in > 0 && expires_in <= LONGEST);
	if (isNoEnd) fields.expires_in = null;
	return Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== null && value !== ""),
	);
};
