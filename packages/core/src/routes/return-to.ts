import { BASE_ERROR_CODES } from "@better-auth/core/error";
import type { GenericEndpointContext } from "better-auth";
import { APIError } from "better-auth/api";
import { PATHS } from "../base/paths.ts";

type ReturnTo = Partial<Record<keyof typeof REFUSALS, string | undefined>>;

const REFUSALS = {
	callbackURL: BASE_ERROR_CODES.INVALID_CALLBACK_URL,
	errorCallbackURL: BASE_ERROR_CODES.INVALID_ERROR_CALLBACK_URL,
	newUserCallbackURL: BASE_ERROR_CODES.INVALID_NEW_USER_CALLBACK_URL,
} as const;

const NAMES = ["callbackURL", "errorCallbackURL", "newUserCallbackURL"] as const;

/** The origin of the page that asks, where the app trusts it: its front end may have one of its own. */
export function pageOrigin({ context, headers }: GenericEndpointContext): URL | null {
	const page = URL.parse(headers?.get("origin") ?? "");
	const isWeb = page?.protocol === "https:" || page?.protocol === "http:";
	return isWeb && context.isTrustedOrigin(page.origin) ? page : null;
}

/** Paths lead to where their page is; without one, to the base URL's host. */
export function onItsPage<T extends ReturnTo>(ctx: GenericEndpointContext, returnTo: T): T {
	const page = pageOrigin(ctx);
	if (!page) return returnTo;
	const absolute: ReturnTo = {};
	for (const name of NAMES) {
		const url = returnTo[name];
		if (url?.startsWith("/")) absolute[name] = new URL(url, page).href;
	}
	return { ...returnTo, ...absolute };
}

/**
 * What better-auth checks where a request comes in, for an app that calls `auth.api` itself.
 *
 * @throws {APIError} 403 where one of them leads to a place that the app doesn't trust
 */
export function checkReturnTo({ context }: GenericEndpointContext, returnTo: ReturnTo): void {
	const { skipOriginCheck } = context;
	const isSkipped = Array.isArray(skipOriginCheck)
		? skipOriginCheck.some((path) => `${PATHS.signIn}/`.startsWith(`${path.replace(/\/+$/, "")}/`))
		: skipOriginCheck;
	if (isSkipped) return;
	for (const name of NAMES) {
		const url = returnTo[name];
		if (url && !context.isTrustedOrigin(url, { allowRelativePaths: true })) {
			throw APIError.from("FORBIDDEN", REFUSALS[name]);
		}
	}
}
