import type { Answer, Asked } from "./habit.ts";

type Fields = Record<string, unknown>;

export const isTokenRequest = ({ path }: Asked) => path === "/oauth/token";
export const isPar = ({ path }: Asked) => path === "/oauth/par";
export const isRevocation = ({ path }: Asked) => path === "/oauth/revoke";
export const isOAuth = ({ path }: Asked) => path.startsWith("/oauth/");
export const isServerMetadata = ({ path }: Asked) =>
	path === "/.well-known/oauth-authorization-server";

/** An answer of JSON. */
export const json = (status: number, body: object, headers: Answer["headers"] = {}): Answer => ({
	status,
	headers: { "content-type": "application/json", ...headers },
	body: Buffer.from(JSON.stringify(body)),
});

/** The fields of an answer that is a JSON object. */
export function fieldsOf({ headers, body }: Answer): Fields | undefined {
	if (!String(headers["content-type"]).startsWith("application/json")) return undefined;
	const value: unknown = JSON.parse(body.toString());
	return isFields(value) ? value : undefined;
}

const isFields = (value: unknown): value is Fields =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** The same answer with other fields; with its own where it is no JSON object. */
export function withFields(answer: Answer, change: (fields: Fields) => Fields): Answer {
	const fields = fieldsOf(answer);
	return fields ? { ...answer, body: Buffer.from(JSON.stringify(change(fields))) } : answer;
}

/** {@link withFields} for the answers of the token endpoint that bring tokens. */
export const withTokens = (answer: Answer, change: (fields: Fields) => Fields): Answer =>
	withFields(answer, (fields) => ("access_token" in fields ? change(fields) : fields));

/** The fields of a request's body, a form or JSON. */
export function formOf({ headers, body }: Asked): URLSearchParams {
	const text = body.toString();
	const isJson = String(headers["content-type"]).startsWith("application/json");
	return new URLSearchParams(isJson ? JSON.parse(text) : text);
}

/** The token of a request for a new access token; undefined for any other request. */
export function refreshTokenOf(asked: Asked): string | undefined {
	if (!isTokenRequest(asked)) return undefined;
	return formOf(asked).get("refresh_token") ?? undefined;
}

/** The token that a client acts with; undefined for a request that isn't made with OAuth. */
export const accessTokenOf = ({ headers }: Asked): string | undefined =>
	headers.authorization?.match(/^DPoP (.+)$/)?.[1];

/** What an access token begins with that is no JWT. */
export const OPAQUE = "opaque-";

/** The ID that an access token has in the server's table. */
export const idOf = (token: string): string =>
	token.startsWith(OPAQUE) ? token.slice(OPAQUE.length) : String(claimsOf(token)?.jti);

/** How a resource server refuses an access token (RFC 6750 §3.1, RFC 9449 §7.1). */
export const invalidToken = (message: string): Answer =>
	json(
		401,
		{ error: "invalid_token", message },
		{ "www-authenticate": `DPoP error="invalid_token", error_description="${message}"` },
	);

/** What is signed in a JWT; undefined where it is none. */
export function claimsOf(jwt: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
		return isFields(value) ? value : undefined;
	} catch {
		return undefined;
	}
}
