import type { GenericEndpointContext, User } from "better-auth";
import { APIError } from "better-auth/api";
import { PROVIDER_ID } from "../context.ts";
import type { BskyProfile } from "../identity/profile.ts";

/**
 * Asks the app's `user.validateUserInfo`, as better-auth's own providers do for a returning and a
 * linking user (for a new one `createUser` asks by itself). Fails closed.
 *
 * @throws {APIError} 403 with the app's code
 */
export async function validateUserInfo(
	ctx: GenericEndpointContext,
	action: "sign-in" | "link-account",
	user: User,
	profile: BskyProfile | null,
): Promise<void> {
	const validate = ctx.context.options.user?.validateUserInfo;
	if (!validate) return;
	const source = {
		action,
		method: "oauth" as const,
		oauth: { providerId: PROVIDER_ID, profile: { ...profile } },
	};
	let refusal: Awaited<ReturnType<typeof validate>>;
	try {
		refusal = await validate({ user, source }, ctx);
	} catch (error) {
		ctx.context.logger.error("[better-auth-bsky] user.validateUserInfo threw", error);
		throw new APIError("FORBIDDEN", {
			code: "validation_failed",
			message: "User validation failed",
		});
	}
	if (refusal?.error) {
		throw new APIError("FORBIDDEN", {
			code: refusal.error,
			message: refusal.errorDescription || refusal.error,
		});
	}
}
