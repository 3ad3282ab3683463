import { DOCUMENT } from "../base/bounded-answer.ts";
import { boundedJson } from "../base/bounded-json.ts";
import { isObject } from "../base/is-object.ts";
import { BskyError, type BskyErrorCode, isScopeMissing, scopeIn } from "../errors.ts";
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

/** The status of a refusal of ours, and what clients of XRPC call it where that says more. */
const OURS: Partial<Record<string, [status: number, error?: string]>> = {
	UNAUTHORIZED: [401, "AuthMissing"],
	SESSION_EXPIRED: [401, "ExpiredToken"],
	NOT_LINKED: [403],
	IMPERSONATED: [403],
	BANNED_USER: [403],
	ACCOUNT_DEACTIVATED: [403, "AccountDeactivated"],
	METHOD_NOT_ALLOWED: [403],
	CROSS_SITE_REQUEST: [403],
	NOT_YOUR_REPO: [403],
	BODY_INVALID: [400],
	PAYLOAD_TOO_LARGE: [413],
	TOO_MANY_CALLS: [429],
	SERVER_UNREACHABLE: [502],
	ANSWER_TOO_LARGE: [502],
	CALL_STALLED: [504],
};

/** A refusal of ours, in the shape that clients of XRPC read, with a code of ours beside it. */
export function refused(code: string, message: string, retryAfter?: number): Response {
	const [status, error = NAMES[status]] = OURS[code] ?? [500];
	const headers = new Headers(HARMLESS);
	headers.set("cache-control", "private, no-store");
	if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
	return Response.json({ error, message, code }, { status, headers });
}

/** The same for one of our codes. */
export const refusedAs = (code: BskyErrorCode, retryAfter?: number): Response =>
	refused(code, new BskyError(code).message, retryAfter);

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
