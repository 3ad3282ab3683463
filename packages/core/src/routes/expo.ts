import type { GenericEndpointContext } from "better-auth";

/**
 * better-auth's Expo client opens a sign-in in a browser that has none of the app's cookies, by way of
 * a proxy that reads `state` in the authorization URL and gives that browser a cookie with it. Such a
 * sign-in belongs to whichever browser comes through the proxy: it comes back by a link into the app.
 */
export const isFromExpo = ({ context, headers }: GenericEndpointContext, callbackURL: string) =>
	context.hasPlugin("expo") &&
	headers?.has("expo-origin") === true &&
	URL.canParse(callbackURL) &&
	!/^https?:/i.test(callbackURL);

/** The state that this browser was given by the proxy, or null. */
export async function readProxied(ctx: GenericEndpointContext): Promise<string | null> {
	if (!ctx.context.hasPlugin("expo")) return null;
	const { name } = ctx.context.createAuthCookie("state");
	return (await ctx.getSignedCookie(name, ctx.context.secret)) || null;
}
