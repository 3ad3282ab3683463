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
import { findings, type Refusal } from "../checks.ts";
import { BskyError, MisconfiguredError, toBskyError } from "../errors.ts";
import { UNUSABLE } from "../identity/did-resolver.ts";
import { UnresolvedError } from "../identity/unresolved.ts";
import { ABOUT_THE_CLIENT, refusalCode, refusedClient } from "./refusal.ts";

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
export function resolutionError(error: unknown): BskyError {
	if (causes(error).some((e) => e instanceof DidError && e.status === UNUSABLE))
		return serverError(error);
	const unknown =
		error instanceof HandleResolverError ||
		isNamed(error, "IdentityResolverError") ||
		(error instanceof DidError && error.status < 500);
	if (unknown && !isUnreachable(error)) {
		return new BskyError("HANDLE_NOT_FOUND", { cause: error });
	}
	return unreachable(error);
}

/**
 * Who was to be asked gave no answer. Of a directory that may be passing, whatever has answered: the log
 * alone says which option names it.
 */
function unreachable(error: unknown): BskyError {
	const asked = causes(error).find((e) => e instanceof UnresolvedError)?.asked;
	const wrong = asked && findings("lookup", asked)[0];
	const cause = wrong ? new MisconfiguredError(wrong.text, { cause: error }) : error;
	return new BskyError("SERVER_UNREACHABLE", { cause });
}

/** For errors whose class the SDK doesn't export. */
const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

/** What it means that nobody could find out how to sign in at a server. */
export function serverError(cause: unknown): BskyError {
	if (cause instanceof BskyError) return cause;
	return isDown(cause) ? unreachable(cause) : new BskyError("SERVER_UNSUPPORTED", { cause });
}

/**
 * What a failed {@link startSignIn} means to the person who wants to sign in.
 *
 * @param clientId as whom the app has asked
 */
export function signInError(error: unknown, clientId: string): BskyError {
	if (error instanceof BskyError) return error;
	if (isDown(error)) return unreachable(error);
	const ours = whatIsWrong(error, clientId);
	if (ours !== null) return misconfigured(ours, error);
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

/** What is wrong with this app that a server refuses it; null where it is about something else. */
export function whatIsWrong(error: unknown, clientId: string): string | null {
	const refusal = refusalOf(error);
	return refusal && (refusedClient({ ...refusal, clientId })?.text ?? null);
}

function refusalOf(error: unknown): Omit<Refusal, "clientId"> | null {
	if (error instanceof OAuthCallbackError && error.params.has("error")) {
		const [code, words] = ["error", "error_description"].map((name) => error.params.get(name));
		return { error: code ?? "", description: words ?? "" };
	}
	const answer = causes(error).find((e) => e instanceof OAuthResponseError);
	if (!answer || isPassing(answer.status)) return null;
	const { error: code = "", errorDescription: description = "" } = answer;
	const theirs = Date.parse(answer.headers.get("date") ?? "");
	const clockSkew = Number.isNaN(theirs) ? undefined : Math.round((theirs - Date.now()) / 1000);
	return { error: code, description, clockSkew };
}

const misconfigured = (text: string, cause: unknown): BskyError =>
	new BskyError("CLIENT_MISCONFIGURED", { cause: new MisconfiguredError(text, { cause }) });

/**
 * What a failed {@link exchangeCode} means.
 *
 * @param clientId as whom the app has asked
 */
export function callbackError(error: unknown, clientId: string): BskyError {
	if (!(error instanceof OAuthCallbackError)) return signInError(error, clientId);
	if (isDown(error)) return unreachable(error);
	const ours = whatIsWrong(error, clientId);
	if (ours !== null) return misconfigured(ours, error);
	const { params } = error;
	if (params.has("error")) return new BskyError(refusalCode(params), { cause: error });
	const isUnusable = !isRefused(error) && isMalformed(error);
	return new BskyError(isUnusable ? "SERVER_UNSUPPORTED" : "SERVER_REFUSED", { cause: error });
}

/**
 * What a failed refresh says about the session. Only the first two end it.
 *
 * - `over`: its server said so
 * - `moved`: the DID names another server by now
 * - `refused`: its server said no, without saying that it is over
 * - `misconfigured`: its server refuses this app, or a key of it is missing
 * - `unreachable`: a passing fault
 */
export type RefreshFailure = "over" | "moved" | "refused" | "misconfigured" | "unreachable";

/**
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function refreshFailure(error: unknown): RefreshFailure {
	if (isPlainRefusal(error)) return "refused";
	if (isUnreachable(error)) return "unreachable";
	if (isOurs(error)) return "misconfigured";
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

/** Whether the token endpoint said no in a text or a page, and no other document was asked for. */
const isPlainRefusal = (error: unknown): boolean =>
	error instanceof FetchResponseError &&
	error.response.status >= 400 &&
	!isPassing(error.response.status);

/** Whether a session can't be used for what this app is, and not for what it or its server is. */
export const isOurs = (error: unknown): boolean =>
	causes(error).some(
		(e) =>
			e instanceof MissingKeyError ||
			(e instanceof BskyError && e.code === "CLIENT_MISCONFIGURED") ||
			(e instanceof OAuthResponseError && ABOUT_THE_CLIENT.has(e.error ?? "")),
	);

/** How it is logged that a session can't be used: what its server is or does is no error of the app. */
export function unusableLevel(error: unknown): "error" | "warn" {
	if (isOurs(error)) return "error";
	const isTheirs =
		isUnreachable(error) || isMalformed(error) || refreshFailure(error) !== "unreachable";
	return isTheirs ? "warn" : "error";
}

/** What servers say of themselves. */
const NOT_ABOUT_THE_SESSION = new Set([
	"use_dpop_nonce",
	"slow_down",
	"server_error",
	"temporarily_unavailable",
]);

/** Whether the server answered, and said no: it has done nothing, and will not. */
export const isRefused = (error: unknown): boolean =>
	causes(error).some((e) => e instanceof OAuthResponseError && !isPassing(e.status));

/** An error without the request that it is about, where the SDK has put one with token and proof around it. */
export const withoutRequest = (error: unknown): unknown =>
	error instanceof FetchError && error.cause !== undefined ? error.cause : error;

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
