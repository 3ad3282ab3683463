import type { AuthContext, GenericEndpointContext } from "better-auth";
import { below, XRPC_PATH } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { ACCEPTED, EXPOSED } from "../xrpc/headers.ts";
import { isTrusted } from "./xrpc-sites.ts";

/** How long a browser may remember what may be asked, in seconds. */
const MAX_AGE = 600;

type Asking = Pick<GenericEndpointContext, "context" | "request">;

/** What lets a page of a trusted origin read an answer, as whoever is signed in there. */
function allowing({ context, request }: Asking): Record<string, string> | null {
	const origin = request?.headers.get("origin");
	if (!origin || !isTrusted(context, origin)) return null;
	return {
		"access-control-allow-origin": origin,
		"access-control-allow-credentials": "true",
	};
}

export function withCors(asking: Asking, response: Response): Response {
	const headers = allowing(asking);
	for (const [name, value] of Object.entries(headers ?? {})) response.headers.set(name, value);
	if (headers) response.headers.set("access-control-expose-headers", EXPOSED);
	return response;
}

/**
 * Answers what a browser asks before it calls from another origin
 * (https://fetch.spec.whatwg.org/#cors-preflight-fetch): better-auth has no endpoints for OPTIONS.
 */
export function preflight(
	plugin: BskyPlugin,
	request: Request,
	context: AuthContext,
): { response: Response } | undefined {
	if (request.method !== "OPTIONS" || !plugin.options.xrpc || !context.baseURL) return undefined;
	const { pathname } = below(new URL(context.baseURL), `${XRPC_PATH}/`);
	if (!new URL(request.url).pathname.startsWith(pathname)) return undefined;
	const headers = allowing({ context, request });
	if (!headers)
		return { response: new Response(null, { status: 403, headers: { vary: "Origin" } }) };
	return {
		response: new Response(null, {
			status: 204,
			headers: {
				...headers,
				vary: "Origin",
				"access-control-allow-methods": "GET, POST",
				"access-control-allow-headers": ACCEPTED,
				"access-control-max-age": String(MAX_AGE),
			},
		}),
	};
}
