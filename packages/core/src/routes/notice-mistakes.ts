import { isProduction } from "@better-auth/core/env";
import type { AuthContext } from "better-auth";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";

/**
 * Says in development what a request for an endpoint of ours tells about how the app is set up. The
 * browser only knows that something didn't work. In production anybody could fill the log with it.
 */
export function noticeMistakes(plugin: BskyPlugin, request: Request, context: AuthContext): void {
	if (isProduction || !request.url.includes("/bsky/") || !context.baseURL) return;
	const url = URL.parse(request.url);
	const baseURL = URL.parse(context.baseURL);
	const isOurs = url && OURS.some((path) => url.pathname.replace(/\/+$/, "").endsWith(path));
	if (!isOurs || !baseURL) return;
	const origin = originOf(request);
	plugin.at(context).notice("request", {
		...{ url, baseURL, origin, method: request.method, auth: context.options },
		isSameOrigin: origin !== null && isSameOrigin(request, url, origin),
		isTrusted: context.skipCSRFCheck || origin === null || context.isTrustedOrigin(origin),
	});
}

const OURS: readonly string[] = Object.values(PATHS);

/** As browsers write it: what else the header may hold is nothing for a log. */
function originOf({ headers }: Request): string | null {
	const url = URL.parse(headers.get("origin") ?? "");
	return url && url.origin !== "null" && url.origin.length < 300 ? url.origin : null;
}

function isSameOrigin({ headers }: Request, url: URL, origin: string): boolean {
	const site = headers.get("sec-fetch-site");
	if (site !== null) return site === "same-origin";
	const { host } = new URL(origin);
	return [url.host, headers.get("host")].includes(host);
}
