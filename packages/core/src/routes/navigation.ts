import { appendQueryParams } from "@better-auth/core/utils/url";
import type { GenericEndpointContext } from "better-auth";
import { APIError } from "better-auth/api";
import { BSKY_ERROR_CODES, BskyError, type BskyErrorCode } from "../errors.ts";

/** Where a callback URL of the app leads: a path is one on the base URL's host. */
export function absoluteUrl(ctx: GenericEndpointContext, url: string): string {
	return new URL(url, ctx.context.baseURL).href;
}

/**
 * Sends a browser on to the app's error page (or better-auth's own) with `error` and
 * `error_description`: a person never meets raw JSON.
 */
export function redirectWithError(
	ctx: GenericEndpointContext,
	error: unknown,
	errorCallbackURL?: string,
): Error {
	const { code, message } = describe(error);
	const target =
		errorCallbackURL ?? ctx.context.options.onAPIError?.errorURL ?? `${ctx.context.baseURL}/error`;
	const params = new URLSearchParams({ error: code, error_description: message });
	return ctx.redirect(appendQueryParams(absoluteUrl(ctx, target), params));
}

/** Code and sentence for a person; of anything unforeseen no detail gets out. */
function describe(error: unknown): { code: string; message: string } {
	if (error instanceof BskyError) return { code: error.code.toLowerCase(), message: error.message };
	if (error instanceof APIError && typeof error.body?.code === "string") {
		const { code, message } = error.body;
		return { code, message: message ?? code };
	}
	const { message } = BSKY_ERROR_CODES.INTERNAL_SERVER_ERROR;
	return { code: "internal_server_error", message };
}

const STATUS: Partial<Record<BskyErrorCode, ConstructorParameters<typeof APIError>[0]>> = {
	HANDLE_NOT_FOUND: "NOT_FOUND",
	SERVER_UNREACHABLE: "SERVICE_UNAVAILABLE",
	SUGGESTIONS_UNAVAILABLE: "SERVICE_UNAVAILABLE",
	SERVER_REFUSED: "BAD_GATEWAY",
	SERVER_UNSUPPORTED: "UNPROCESSABLE_ENTITY",
	SIGNUP_DISABLED: "FORBIDDEN",
	LINKING_DISABLED: "FORBIDDEN",
	NOT_LINKED: "NOT_FOUND",
	SESSION_EXPIRED: "UNAUTHORIZED",
	INTERNAL_SERVER_ERROR: "INTERNAL_SERVER_ERROR",
};

/** The same failure for an API caller: JSON with a code and a sentence. */
export function apiError(error: unknown): unknown {
	if (!(error instanceof BskyError)) return error;
	return APIError.from(STATUS[error.code] ?? "BAD_REQUEST", BSKY_ERROR_CODES[error.code]);
}
