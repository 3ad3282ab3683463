import type { BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import {
	createAuthMiddleware,
	getAuthoritativeSessionFromCtx,
	getSessionFromCtx,
} from "better-auth/api";
import { setCookieCache } from "better-auth/cookies";
import type { BskyPlugin } from "../bsky.ts";
import { unauthorized } from "./unauthorized.ts";

/**
 * Renews what this browser keeps of the user, once an account was connected to them or disconnected, or
 * they act as another one: the copy in better-auth's `cookieCache`, and answers to the account before,
 * which have the same address. It is no new session, and no hook takes it for one.
 */
export async function renewCachedSession(
	ctx: GenericEndpointContext,
	{ options }: BskyPlugin,
): Promise<void> {
	if (options.xrpc?.isCached) ctx.setHeader("clear-site-data", '"cache"');
	if (!ctx.context.options.session?.cookieCache?.enabled) return;
	const current = await getAuthoritativeSessionFromCtx(ctx);
	if (!current) return;
	const { name } = ctx.context.authCookies.dontRememberToken;
	const dontRemember = Boolean(await ctx.getSignedCookie(name, ctx.context.secret));
	await setCookieCache(ctx, current, dontRemember);
}

type AfterHook = NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["after"]>[number];

/** A user who has disconnected an account is without it at once. */
export const afterUnlinking = (plugin: BskyPlugin): AfterHook => ({
	matcher: ({ path }) => path === "/unlink-account",
	handler: createAuthMiddleware((ctx) => renewCachedSession(ctx, plugin)),
});

/**
 * Who asks for a change: not by what a cookie remembers of a session, which may have been ended elsewhere
 * since. One that another plugin has put there, as by an API key, is in no cookie.
 */
export async function certainSession(ctx: GenericEndpointContext) {
	const { authCookies, options, secret } = ctx.context;
	const found = await getSessionFromCtx(ctx);
	if (!found || !options.session?.cookieCache?.enabled) return found;
	const token = await ctx.getSignedCookie(authCookies.sessionToken.name, secret);
	return found.session.token === token ? getAuthoritativeSessionFromCtx(ctx) : found;
}

/** An endpoint that changes something is for who is certain to be signed in. */
export const certainlySignedIn = createAuthMiddleware(async (ctx) => {
	const session = await certainSession(ctx);
	if (!session) throw unauthorized(ctx);
	return { session };
});
