import { createAuthEndpoint } from "better-auth/api";
import { apiError } from "../base/api-error.ts";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { toBskyError } from "../errors.ts";
import { checkBaseUrl } from "../oauth/base-url.ts";
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
			const { baseURL, options, hasFixedBaseURL } = bsky;
			try {
				checkBaseUrl(baseURL, options);
			} catch (error) {
				bsky.logFailure("There is no client metadata here.", error);
				throw apiError(toBskyError(error));
			}
			ctx.setHeader("cache-control", `${hasFixedBaseURL ? "public" : "private"}, max-age=300`);
			// A cache in between that knows one host only would hand its document out at another.
			if (!hasFixedBaseURL) ctx.setHeader("vary", "Host, X-Forwarded-Host, X-Forwarded-Proto");
			return ctx.json(clientMetadata(baseURL, options));
		},
	);
