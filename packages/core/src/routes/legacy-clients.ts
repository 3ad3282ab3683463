import type { AuthContext } from "better-auth";
import { urlOf } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { legacyMetadata } from "../oauth/client-metadata.ts";
import { RESPONSE_PARAMETERS } from "../oauth/response.ts";
import { caching } from "./client-metadata.ts";

/**
 * Serves the documents of the clients that the app was before, where they were. Their paths are the
 * app's to say, and may be outside of better-auth's, so these are no endpoints.
 */
export async function serveLegacyClients(
	plugin: BskyPlugin,
	request: Request,
	context: AuthContext,
): Promise<{ response: Response } | undefined> {
	const { options } = plugin;
	if (options.legacy.clients.length === 0 || request.method !== "GET" || !context.baseURL) return;
	const bsky = plugin.at(context);
	const url = new URL(request.url);
	const hosts = [url.host, request.headers.get("host")];
	/** A host of ours may reach us by any name; the path alone tells. */
	const isAt = (place: string): boolean => {
		const { host, pathname } = new URL(place);
		return pathname === url.pathname && (host === bsky.baseURL.host || hosts.includes(host));
	};
	for (const metadata of legacyMetadata(bsky.baseURL, options)) {
		if (isAt(metadata.client_id)) {
			return { response: Response.json(metadata, { headers: caching(bsky) }) };
		}
		if (metadata.jwks_uri && isAt(metadata.jwks_uri)) {
			const keys = options.signingKeys.map((key) => key.publicJwk);
			return { response: Response.json({ keys }, { headers: caching(bsky) }) };
		}
		if (metadata.redirect_uris.some(isAt)) return leadOn(urlOf(bsky.baseURL, "callback"), url);
	}
	return;
}

/** What the older plugin knew of a sign-in under way is not known here: today's callback says so. */
function leadOn(
	callback: URL,
	{ pathname, searchParams }: URL,
): { response: Response } | undefined {
	if (pathname === callback.pathname) return undefined;
	for (const name of RESPONSE_PARAMETERS) {
		const value = searchParams.get(name);
		if (value !== null) callback.searchParams.set(name, value);
	}
	const headers = { location: callback.href, "cache-control": "no-store" };
	return { response: new Response(null, { status: 302, headers }) };
}
