import type { APIError } from "better-auth/api";
import { DOCUMENT } from "../base/bounded-answer.ts";
import { boundedJson } from "../base/bounded-json.ts";
import { isObject } from "../base/is-object.ts";
import { isScopeMissing, scopeIn } from "../errors.ts";
import { cleanText } from "../identity/text.ts";
import { HARMLESS, headersDown } from "./headers.ts";

/** What clients of XRPC know a status by. */
const NAMES: Record<number, string> = {
	400: "InvalidRequest",
	401: "AuthenticationRequired",
	403: "Forbidden",
	404: "XRPCNotSupported",
	413: "PayloadTooLarge",
	415: "UnsupportedMediaType",
	429: "RateLimitExceeded",
	500: "InternalServerError",
	501: "MethodNotImplemented",
	502: "UpstreamFailure",
	503: "NotEnoughResources",
	504: "UpstreamTimeout",
};

/** Where clients of XRPC know a refusal by a name that says more. */
const MORE: Partial<Record<string, string>> = {
	UNAUTHORIZED: "AuthMissing",
	SESSION_EXPIRED: "ExpiredToken",
	ACCOUNT_DEACTIVATED: "AccountDeactivated",
};

/** Where a refusal has another status here: 404 and 503 would be the server's. */
const ELSE: Partial<Record<string, number>> = { NOT_LINKED: 403, SERVER_UNREACHABLE: 502 };

/** A refusal of the app's, in the shape that clients of XRPC read, with its code beside it. */
export function refused({ statusCode, body, message }: APIError, retryAfter?: number): Response {
	const code = typeof body?.code === "string" ? body.code : "UNKNOWN";
	const status = ELSE[code] ?? statusCode;
	const error = MORE[code] ?? NAMES[status] ?? NAMES[status < 500 ? 400 : 500];
	const headers = new Headers(HARMLESS);
	headers.set("cache-control", "private, no-store");
	if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
	return Response.json({ error, message, code }, { status, headers });
}

/** Most characters of what a server calls a failure, and of what it says of it. */
const MAX_NAME = 100;
const MAX_MESSAGE = 500;

/**
 * A server's own refusal: its status, what it calls it and what it says, made fit to be shown. Only where
 * the person has to allow more is there a code of ours, and the scope.
 */
export async function theirRefusal(response: Response): Promise<Response> {
	const { status } = response;
	const body = await boundedJson(response, DOCUMENT).catch(() => undefined);
	const said = isObject(body) ? body : {};
	const name = typeof said.error === "string" && /^[\w.-]+$/.test(said.error) ? said.error : "";
	const error = name.slice(0, MAX_NAME) || (NAMES[status] ?? NAMES[status < 500 ? 400 : 500]);
	const message = cleanText(said.message, MAX_MESSAGE) ?? `The server answered ${status}.`;
	const headers = headersDown(response.headers, status);
	for (const own of ["content-length", "content-disposition", "content-type"]) headers.delete(own);
	headers.set("cache-control", "private, no-store");
	const missing = isScopeMissing(status, error) && {
		code: "SCOPE_MISSING",
		scope: scopeIn(message),
	};
	return Response.json({ error, message, ...missing }, { status, headers });
}
