import { createAuthEndpoint } from "better-auth/api";
import type { Bsky } from "../context.ts";

/** The public keys that an authorization server checks this app's client assertions with. */
export const getJwks = (bsky: Bsky) =>
	createAuthEndpoint(
		"/bsky/jwks.json",
		{
			method: "GET",
			metadata: {
				scope: "http",
				openapi: {
					description: "Public keys of this app for private_key_jwt client authentication",
					responses: { 200: { description: "A JSON Web Key Set, empty for a public client" } },
				},
			},
		},
		async (ctx) => {
			ctx.setHeader("cache-control", "public, max-age=300");
			return ctx.json({ keys: bsky.options.signingKeys.map((key) => key.publicJwk) });
		},
	);
