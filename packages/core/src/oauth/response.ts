import { BskyError } from "../errors.ts";
import { refusalCode } from "./refusal.ts";

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

/**
 * What a denial means that comes back without the state of its sign-in, as some servers send it;
 * undefined for any other response. It says nothing of who asked, so nothing may follow from it but
 * a sentence.
 */
export function denialWithoutState(
	query: Readonly<Record<string, unknown>>,
): BskyError | undefined {
	const { state, code, error } = query;
	if (state || code !== undefined || typeof error !== "string" || !error) return undefined;
	return new BskyError(refusalCode(responseParameters(query)));
}

/**
 * RFC 9207, before anything is sent to anyone: the response must come from whom we asked.
 *
 * @throws {BskyError} ISSUER_MISMATCH, INVALID_CALLBACK_REQUEST
 */
export function checkIssuer(params: URLSearchParams, asked: string): void {
	const issuer = params.get("iss");
	if (issuer === null ? params.has("code") : issuer !== asked) {
		throw new BskyError("ISSUER_MISMATCH");
	}
	if (!params.has("code") && !params.has("error")) throw new BskyError("INVALID_CALLBACK_REQUEST");
}
