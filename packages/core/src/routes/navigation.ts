import { isAPIError } from "@better-auth/core/utils/is-api-error";
import { appendQueryParams } from "@better-auth/core/utils/url";
import type { GenericEndpointContext } from "better-auth";
import type { APIError } from "better-auth/api";
import { below } from "../base/paths.ts";
import { BskyError, SENTENCES } from "../errors.ts";

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
		errorCallbackURL ??
		ctx.context.options.onAPIError?.errorURL ??
		below(new URL(ctx.context.baseURL), "/error").href;
	const params = new URLSearchParams({ error: code, error_description: message });
	return ctx.redirect(appendQueryParams(absoluteUrl(ctx, target), params));
}

/** Whether an error is a redirect, as `ctx.redirect()` makes one. */
export const isRedirect = (error: unknown): error is APIError =>
	isAPIError(error) && error.statusCode >= 300 && error.statusCode < 400;

/** Code and sentence for a person; of anything unforeseen no detail gets out. */
function describe(error: unknown): { code: string; message: string } {
	if (error instanceof BskyError) return { code: error.code.toLowerCase(), message: error.message };
	if (isAPIError(error) && typeof error.body?.code === "string") {
		const { code, message } = error.body;
		return { code, message: message ?? code };
	}
	return { code: "internal_server_error", message: SENTENCES.INTERNAL_SERVER_ERROR };
}
