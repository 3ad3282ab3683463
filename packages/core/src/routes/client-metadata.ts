import { createAuthEndpoint } from "better-auth/api";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { clientMetadata } from "../oauth/client-metadata.ts";
import { checkBaseUrl } from "../options.ts";
import { answers } from "./openapi.ts";

const CACHE = "public, max-age=300";

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
			const { baseURL, options } = plugin.at(ctx.context);
			checkBaseUrl(baseURL, options);
			ctx.setHeader("cache-control", CACHE);
			return ctx.json(clientMetadata(baseURL, options));
		},
	);
