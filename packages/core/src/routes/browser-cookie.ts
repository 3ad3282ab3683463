import { randomBytes } from "node:crypto";
import type { GenericEndpointContext } from "better-auth";
import { STATE_MAX_AGE } from "../stores/state-store.ts";

const cookieOf = (ctx: GenericEndpointContext) =>
	ctx.context.createAuthCookie("bsky_state", { maxAge: STATE_MAX_AGE / 1000 });

/**
 * The random name this browser goes by during its sign-ins, in a signed, HttpOnly cookie. One that
 * is there is kept, so that two tabs can sign in at the same time.
 */
export async function rememberBrowser(ctx: GenericEndpointContext): Promise<string> {
	const cookie = cookieOf(ctx);
	const browser = (await readBrowser(ctx)) ?? randomBytes(24).toString("base64url");
	await ctx.setSignedCookie(cookie.name, browser, ctx.context.secret, cookie.attributes);
	return browser;
}

/** What {@link rememberBrowser} gave this browser, or null where its cookie is missing or forged. */
export async function readBrowser(ctx: GenericEndpointContext): Promise<string | null> {
	return (await ctx.getSignedCookie(cookieOf(ctx).name, ctx.context.secret)) || null;
}
