import { createAuthEndpoint } from "better-auth/api";
import { apiError } from "../base/api-error.ts";
import { PATHS } from "../base/paths.ts";
import type { Bsky, BskyPlugin } from "../bsky.ts";
import { toBskyError } from "../errors.ts";
import { clientMetadata } from "../oauth/client-metadata.ts";
import { answers } from "./openapi.ts";

/** The document that an authorization server fetches by the client's ID. */
export const getClientMetadata = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.clientMetadata,
		{
			method: "GET",
			metadata: {
				scope: "http",
				openapi: {
					description: "OAuth client metadata of this app, for AT Protocol authorization servers",
					responses: answers("The client metadata document"),
				},
			},
		},
		async (ctx) => {
			const bsky = plugin.at(ctx.context);
			const { baseURL, options } = bsky;
			try {
				bsky.requireClient();
			} catch (error) {
				bsky.logFailure("client_metadata_missing", error);
				throw apiError(toBskyError(error));
			}
			for (const [name, value] of Object.entries(caching(bsky))) ctx.setHeader(name, value);
			return ctx.json(clientMetadata(baseURL, options));
		},
	);

/** A cache in between that knows one host only would hand its document out at another. */
export const caching = ({ hasFixedBaseURL }: Bsky): Record<string, string> =>
	hasFixedBaseURL
		? { "cache-control": "public, max-age=300" }
		: {
				"cache-control": "private, max-age=300",
				vary: "Host, X-Forwarded-Host, X-Forwarded-Proto",
			};
