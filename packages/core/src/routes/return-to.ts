import { BASE_ERROR_CODES } from "@better-auth/core/error";
import type { GenericEndpointContext } from "better-auth";
import { APIError } from "better-auth/api";
import { PATHS } from "../base/paths.ts";

const REFUSALS = {
	callbackURL: BASE_ERROR_CODES.INVALID_CALLBACK_URL,
	errorCallbackURL: BASE_ERROR_CODES.INVALID_ERROR_CALLBACK_URL,
	newUserCallbackURL: BASE_ERROR_CODES.INVALID_NEW_USER_CALLBACK_URL,
} as const;

/**
 * What better-auth checks where a request comes in, for an app that calls `auth.api` itself.
 *
 * @throws {APIError} 403 where one of them leads to a place that the app doesn't trust
 */
export function checkReturnTo(
	{ context }: GenericEndpointContext,
	returnTo: Partial<Record<keyof typeof REFUSALS, string | undefined>>,
): void {
	const { skipOriginCheck } = context;
	const isSkipped = Array.isArray(skipOriginCheck)
		? skipOriginCheck.some((path) => `${PATHS.signIn}/`.startsWith(`${path.replace(/\/+$/, "")}/`))
		: skipOriginCheck;
	if (isSkipped) return;
	for (const name of ["callbackURL", "errorCallbackURL", "newUserCallbackURL"] as const) {
		const url = returnTo[name];
		if (url && !context.isTrustedOrigin(url, { allowRelativePaths: true })) {
			throw APIError.from("FORBIDDEN", REFUSALS[name]);
		}
	}
}
