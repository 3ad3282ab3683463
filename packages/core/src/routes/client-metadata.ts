import { createAuthEndpoint } from "better-auth/api";
import type { Bsky } from "../context.ts";
import { clientMetadata } from "../oauth/client-metadata.ts";
import { checkBaseUrl } from "../options.ts";

const CACHE = "public, max-age=300";

/** The document that an authorization server fetches by the client's ID. */
export const getClientMetadata = (bsky: Bsky) =>
	createAuthEndpoint(
		"/bsky/client-metadata.json",
		{
			method: "GET",
			metadata: {
				scope: "http",
				openapi: {
					description: "OAuth client metadata of this app, for AT Protocol authorization servers",
					responses: { 200: { description: "The client metadata document" } },
				},
			},
		},
		async (ctx) => {
			const baseURL = new URL(ctx.context.baseURL);
			checkBaseUrl(baseURL, bsky.options);
			ctx.setHeader("cache-control", CACHE);
			return ctx.json(clientMetadata(baseURL, bsky.options));
		},
	);
