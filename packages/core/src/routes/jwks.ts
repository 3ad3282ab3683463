import { createAuthEndpoint } from "better-auth/api";
import { PATHS } from "../base/paths.ts";
import type { BskyPlugin } from "../bsky.ts";
import { answers } from "./openapi.ts";

/** The public keys that an authorization server checks this app's client assertions with. */
export const getJwks = (plugin: BskyPlugin) =>
	createAuthEndpoint(
		PATHS.jwks,
		{
			method: "GET",
			metadata: {
				scope: "http",
				openapi: {
					description: "Public keys of this app for private_key_jwt client authentication",
					responses: answers("A JSON Web Key Set, empty for a public client"),
				},
			},
		},
		async (ctx) => {
			ctx.setHeader("cache-control", "public, max-age=300");
			return ctx.json({ keys: plugin.options.signingKeys.map((key) => key.publicJwk) });
		},
	);
