import {
	DidError,
	FetchError,
	FetchResponseError,
	HandleResolverError,
	OAuthCallbackError,
	OAuthResolverError,
	OAuthResponseError,
	TokenRefreshError,
} from "@atproto/oauth-client";
import { AnswerTooLargeError } from "../base/bounded-answer.ts";
import { causes } from "../base/causes.ts";
import { isPassing } from "../base/is-passing.ts";
import { BskyError, toBskyError } from "../errors.ts";
import { UnresolvedError } from "../identity/unresolved.ts";
import { refusalCode } from "./refusal.ts";

/** A session needs a key that this app doesn't have, or no more. */
export class MissingKeyError extends Error {
	override name = "MissingKeyError";
	readonly advice: string;
	constructor(kid: string) {
		super("A signing key is missing");
		this.advice = `It needs the key with the ID "${kid}", which is not in the option privateKey: add it to the list.`;
	}
}

/** Whether there is no such handle or DID, or whether nobody could tell. */
export function resolutionError(cause: unknown): BskyError {
	const unknown =
		cause instanceof HandleResolverError ||
		isNamed(cause, "IdentityResolverError") ||
		(cause instanceof DidError && cause.status < 500);
	return new BskyError(
		unknown && !isUnreachable(cause) ? "HANDLE_NOT_FOUND" : "SERVER_UNREACHABLE",
		{ cause },
	);
}

/** For errors whose class the SDK doesn't export. */
const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

/** What it means that nobody could find out how to sign in at a server. */
export function serverError(cause: unknown): BskyError {
	if (cause instanceof BskyError) return cause;
	return new BskyError(isDown(cause) ? "SERVER_UNREACHABLE" : "SERVER_UNSUPPORTED", { cause });
}

/** What a failed {@link startSignIn} means to the person who wants to sign in. */
export function signInError(error: unknown): BskyError {
	if (error instanceof BskyError) return error;
	if (isDown(error)) return new BskyError("SERVER_UNREACHABLE", { cause: error });
	if (error instanceof OAuthResponseError) return new BskyError("SERVER_REFUSED", { cause: error });
	const isUnusable = [OAuthResolverError, DidError].some((type) => error instanceof type);
	return isUnusable || isMalformed(error) ? serverError(error) : toBskyError(error);
}

/**
 * What came is not what the protocol says: a proxy's page, or an empty object; or it names an address
 * that is not to be called.
 */
const isMalformed = (error: unknown) =>
	causes(error).some((e) => e instanceof FetchError || isNamed(e, "ZodError"));

/** What a failed {@link exchangeCode} means. */
export function callbackError(error: unknown): BskyError {
	if (!(error instanceof OAuthCallbackError)) return signInError(error);
	const { params } = error;
	if (params.has("error")) return new BskyError(refusalCode(params), { cause: error });
	if (isDown(error)) return new BskyError("SERVER_UNREACHABLE", { cause: error });
	const isUnusable = !isRefused(error) && isMalformed(error);
	return new BskyError(isUnusable ? "SERVER_UNSUPPORTED" : "SERVER_REFUSED", { cause: error });
}

/**
 * What a failed refresh says about the session. Only the first two end it.
 *
 * - `over`: its server said so
 * - `moved`: the DID names another server by now
 * - `refused`: its server said no, without saying that it is over
 * - `unreachable`: a passing fault, or one of ours
 */
export type RefreshFailure = "over" | "moved" | "refused" | "unreachable";

/**
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function refreshFailure(error: unknown): RefreshFailure {
	if (isUnreachable(error)) return "unreachable";
	const answer = causes(error).find((e) => e instanceof OAuthResponseError);
	if (answer) {
		if (answer.error === "invalid_grant") return "over";
		return NOT_ABOUT_THE_SESSION.has(answer.error ?? "") ? "unreachable" : "refused";
	}
	// There is no token to ask with.
	if (causes(error).some((e) => e instanceof TokenRefreshError)) return "refused";
	// The SDK's own word for it, before anything was sent.
	return causes(error).some((e) => e.message === "Issuer mismatch") ? "moved" : "unreachable";
}

/** What servers say of the client, of a proof that came late, or of themselves. */
const NOT_ABOUT_THE_SESSION = new Set([
	"invalid_client",
	"unauthorized_client",
	"invalid_client_metadata",
	"invalid_dpop_proof",
	"use_dpop_nonce",
	"slow_down",
	"server_error",
	"temporarily_unavailable",
]);

/** Whether the server answered, and said no: it has done nothing, and will not. */
export const isRefused = (error: unknown): boolean =>
	causes(error).some((e) => e instanceof OAuthResponseError && !isPassing(e.status));

/** Whether no usable answer came: no connection, no answer in time, or one that asks for patience. */
export const isUnreachable = (error: unknown): boolean =>
	causes(error).some((e) => isBroken(e) || asksForPatience(e));

/** The same, but where something else than such a server answers it isn't down: it is none. */
const isDown = (error: unknown): boolean =>
	causes(error).some((e) => isBroken(e) || (asksForPatience(e) && !e.response.ok));

const isBroken = (e: Error) =>
	e instanceof AnswerTooLargeError ||
	e instanceof UnresolvedError ||
	e.name === "AbortError" ||
	e.name === "TimeoutError" ||
	// The messages of our fetch: before the answer's headers came, and in its body.
	(e instanceof TypeError && ["fetch failed", "terminated"].includes(e.message)) ||
	("code" in e && typeof e.code === "string" && NETWORK_CODES.has(e.code));

/** Of an answer that is no JSON the SDK says 502 itself, whatever its status was. */
const asksForPatience = (e: Error): e is FetchResponseError | OAuthResponseError =>
	(e instanceof FetchResponseError && isPassing(e.statusCode)) ||
	(e instanceof OAuthResponseError && isPassing(e.status));

/**
 * Whether there is no server at an address, so that a name in it may be meant as a handle: something
 * else answers there, or the name has no address at all. One that is down may be a server.
 */
export const isNoServer = (error: unknown): boolean =>
	!isDown(error) ||
	causes(error).some((e) => "code" in e && (e.code === "ENOTFOUND" || e.code === "ENODATA"));

const NETWORK_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EPIPE"]);
