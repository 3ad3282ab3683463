import {
	DidError,
	FetchError,
	FetchResponseError,
	HandleResolverError,
	isExpectedSessionError,
	OAuthCallbackError,
	OAuthResolverError,
	OAuthResponseError,
} from "@atproto/oauth-client-node";
import { AnswerTooLargeError } from "../base/bounded-answer.ts";
import { causes } from "../base/causes.ts";
import { isPassing } from "../base/is-passing.ts";
import { BskyError, toBskyError } from "../errors.ts";
import { UnresolvedError } from "../identity/unresolved.ts";

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

/** What a failed {@link startSignIn} means to the person who wants to sign in. */
export function signInError(error: unknown): BskyError {
	if (error instanceof BskyError) return error;
	if (isUnreachable(error)) return new BskyError("SERVER_UNREACHABLE", { cause: error });
	if (error instanceof OAuthResponseError) return new BskyError("SERVER_REFUSED", { cause: error });
	// What came is not what the protocol says: a proxy's page, or an empty object; or it names an
	// address that is not to be called.
	const unusable = error instanceof OAuthResolverError || error instanceof FetchError;
	if (unusable || isNamed(error, "ZodError")) {
		return new BskyError("SERVER_UNSUPPORTED", { cause: error });
	}
	return toBskyError(error);
}

/** What a failed {@link exchangeCode} means. */
export function callbackError(error: unknown): BskyError {
	if (error instanceof OAuthCallbackError) {
		const denied = error.params.get("error");
		if (denied) {
			return new BskyError(denied === "access_denied" ? "ACCESS_DENIED" : "SERVER_REFUSED", {
				cause: error,
			});
		}
		return isUnreachable(error)
			? new BskyError("SERVER_UNREACHABLE", { cause: error })
			: new BskyError("SERVER_REFUSED", { cause: error });
	}
	return signInError(error);
}

/** Whether the stored session is gone for good, as opposed to a passing fault. */
export const isSessionGone = (error: unknown): boolean =>
	isExpectedSessionError(error) && !isUnreachable(error);

/** Whether the server answered, and said no: it has done nothing, and will not. */
export const isRefused = (error: unknown): boolean =>
	causes(error).some((e) => e instanceof OAuthResponseError && !isPassing(e.status));

/** Whether no usable answer came: no connection, no answer in time, or one that asks for patience. */
export const isUnreachable = (error: unknown): boolean =>
	causes(error).some(
		(e) =>
			(e instanceof FetchResponseError && isPassing(e.statusCode)) ||
			(e instanceof OAuthResponseError && isPassing(e.status)) ||
			e instanceof AnswerTooLargeError ||
			e instanceof UnresolvedError ||
			e.name === "AbortError" ||
			e.name === "TimeoutError" ||
			// The messages of our fetch: before the answer's headers came, and in its body.
			(e instanceof TypeError && ["fetch failed", "terminated"].includes(e.message)) ||
			("code" in e && typeof e.code === "string" && NETWORK_CODES.has(e.code)),
	);

const NETWORK_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EPIPE"]);
