import type { GenericEndpointContext } from "better-auth";
import { base64url } from "../base/base64url.ts";
import { STATE_MAX_AGE } from "../stores/state-store.ts";

const NAME = "bsky_state";
const [SECURE, HOST] = ["__Secure-", "__Host-"] as const;

/**
 * By https it is a `__Host-` cookie, which no subdomain can plant, whatever domain the app's other
 * cookies have: the browser comes back to the very host that it left. An app that gives this one
 * cookie a domain, or cookies another path, has its way.
 */
function cookieOf({ context }: GenericEndpointContext) {
	const { name, attributes } = context.createAuthCookie(NAME, { maxAge: STATE_MAX_AGE / 1000 });
	// A strict one stays behind when the person's server sends the browser back.
	if (/strict/i.test(String(attributes.sameSite))) attributes.sameSite = "lax";
	const own = context.options.advanced?.cookies?.[NAME]?.attributes;
	if (!name.startsWith(SECURE) || attributes.path !== "/" || own?.domain)
		return { name, attributes };
	const { domain, ...rest } = attributes;
	return { name: name.replace(SECURE, HOST), attributes: { ...rest, secure: true } };
}

/**
 * The random name this browser goes by during its sign-ins, in a signed, HttpOnly cookie. One that
 * is there is kept, so that two tabs can sign in at the same time.
 */
export async function rememberBrowser(ctx: GenericEndpointContext): Promise<string> {
	const cookie = cookieOf(ctx);
	const browser = (await readBrowser(ctx)) ?? base64url(crypto.getRandomValues(new Uint8Array(24)));
	await ctx.setSignedCookie(cookie.name, browser, ctx.context.secret, cookie.attributes);
	return browser;
}

/** What {@link rememberBrowser} gave this browser, or null where its cookie is missing or forged. */
export const readBrowser = async (ctx: GenericEndpointContext): Promise<string | null> =>
	(await browserCookie(ctx)).value || null;

/** The cookie itself: its value is null where there is none, and false where its signature is not ours. */
export async function browserCookie(ctx: GenericEndpointContext) {
	const { name, attributes } = cookieOf(ctx);
	const value: string | false | null = await ctx.getSignedCookie(name, ctx.context.secret);
	return { name, domain: attributes.domain, value };
}
