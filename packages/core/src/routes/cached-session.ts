import type { BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { createAuthMiddleware, getAuthoritativeSessionFromCtx } from "better-auth/api";
import { setCookieCache } from "better-auth/cookies";

/**
 * Renews the copy of the user that better-auth's `cookieCache` keeps in this browser, once an account
 * was connected to them or disconnected. It is no new session, and no hook takes it for one.
 */
export async function renewCachedSession(ctx: GenericEndpointContext): Promise<void> {
	if (!ctx.context.options.session?.cookieCache?.enabled) return;
	const current = await getAuthoritativeSessionFromCtx(ctx);
	if (!current) return;
	const { name } = ctx.context.authCookies.dontRememberToken;
	const dontRemember = Boolean(await ctx.getSignedCookie(name, ctx.context.secret));
	await setCookieCache(ctx, current, dontRemember);
}

type AfterHook = NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["after"]>[number];

/** A user who has disconnected an account is without it at once. */
export const afterUnlinking: AfterHook = {
	matcher: ({ path }) => path === "/unlink-account",
	handler: createAuthMiddleware(renewCachedSession),
};
