import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { apiError } from "../base/api-error.ts";
import type { BskyPlugin } from "../bsky.ts";
import { BskyError } from "../errors.ts";
import type { BskyUser } from "../identity/user-fields.ts";
import { mayAct } from "../sessions/may-act.ts";

/** Where better-auth and its plugins give a person another way in: a key, a device, an address, an account. */
const WAYS_IN =
	/^\/(?:api-key\/create|(?:email-otp\/)?change-email|device\/approve|link-social|mcp\/authorize|oauth2\/(?:authorize|consent|link)|one-time-token\/generate|passkey\/verify-registration|phone-number\/verify)$/;

type BeforeHook = NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["before"]>[number];

/**
 * An administrator who looks in as somebody with a DID makes none of those: it would act as that DID later,
 * and nothing on it says who has made it.
 */
export const guardWaysIn = (plugin: BskyPlugin): BeforeHook => ({
	matcher: ({ path }) => WAYS_IN.test(path ?? ""),
	handler: createAuthMiddleware(async (ctx) => {
		const found = await getSessionFromCtx<BskyUser>(ctx);
		if (!found?.user.bskyDid) return;
		if (!mayAct(plugin, found.session)) throw apiError(new BskyError("IMPERSONATED"));
	}),
});
