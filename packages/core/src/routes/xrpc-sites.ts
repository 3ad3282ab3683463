import type { AuthContext, GenericEndpointContext } from "better-auth";

/** What a script fetches for itself, and what a page shows; never what would run, or be opened. */
const DESTINATIONS: ReadonlySet<string> = new Set(["empty", "image", "audio", "video", "track"]);

/**
 * Whether a request comes from a page that the app doesn't trust, or for what no page should do with an
 * answer. Browsers say it in headers that no script can write
 * (https://www.w3.org/TR/fetch-metadata/); an older one says nothing with a GET, and reads nothing that
 * another site has asked for.
 */
export function isFromElsewhere({ context, request }: GenericEndpointContext): boolean {
	const headers = request?.headers ?? new Headers();
	const destination = headers.get("sec-fetch-dest");
	if (destination !== null && !DESTINATIONS.has(destination)) return true;
	const origin = headers.get("origin");
	if (origin !== null) return !isTrusted(context, origin);
	const site = headers.get("sec-fetch-site");
	if (site !== null) return site !== "same-origin";
	// Without a cookie, nothing is sent that a browser has added by itself.
	return request?.method !== "GET" && headers.has("cookie");
}

/**
 * A page of the web, or what has a scheme of its own, that the app trusts: `capacitor://localhost`, or
 * `myapp://` as better-auth's Expo client says it.
 */
export const isTrusted = (context: AuthContext, origin: string): boolean =>
	ORIGIN.test(origin) && context.isTrustedOrigin(origin);

const ORIGIN = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/]+|(?!https?:)[a-z][a-z0-9+.-]*:\/\/\/?)$/;
