import { getCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { GenericEndpointContext, User } from "better-auth";
import { APIError } from "better-auth/api";
import { askHandedIn } from "../base/handed-in.ts";
import { say } from "../base/log.ts";
import { PROVIDER_ID } from "../base/paths.ts";
import type { Bsky } from "../bsky.ts";
import type { BskyProfile } from "../identity/profile.ts";

const NAME = "user.validateUserInfo";

/** Longest that it is waited for, in milliseconds: a token is alive meanwhile that is stored nowhere. */
const PATIENCE = 10_000;

/**
 * Asks the app's `user.validateUserInfo`, as better-auth's own providers do for a returning and a
 * linking user (for a new one `createUser` asks by itself). Fails closed.
 *
 * @throws {APIError} 403 with the app's code
 */
export async function validateUserInfo(
	bsky: Bsky,
	action: "sign-in" | "link-account",
	user: User,
	profile: BskyProfile | null,
): Promise<void> {
	const validate = bsky.context.options.user?.validateUserInfo;
	if (!validate) return;
	const source = {
		action,
		method: "oauth" as const,
		oauth: { providerId: PROVIDER_ID, profile: { ...profile } },
	};
	let refusal: Awaited<ReturnType<typeof validate>>;
	try {
		// Typed as partial, since better-auth also runs hooks without a request; the callback has one.
		const ctx = getCurrentAuthEndpointContext() as GenericEndpointContext;
		refusal = await askHandedIn(NAME, PATIENCE, () => validate({ user, source }, ctx));
	} catch (error) {
		// The app's own: whoever wrote it needs all of it.
		say(bsky.context, "error", "hook_threw", `${NAME} threw`, error);
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
