import { generateKeyPairSync } from "node:crypto";
import type { BetterAuthPlugin } from "better-auth";

/** What an older plugin has left in an app. */

export const SECRET = "a-test-secret-that-is-long-enough-0123456789";
export const BASE = "https://shop.dev";
/** A server at which nothing answers. */
const NOWHERE = "http://localhost:9";

function newJwk(kid: string) {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	return { ...privateKey.export({ format: "jwk" }), kid, alg: "ES256" };
}

/** The app's key, from before. */
export const jwk = newJwk("old-key");

/** What the SDK for Node stores of a session. */
export const sessionOf = (did: string, kid = "old-key") => ({
	dpopJwk: newJwk("dpop"),
	authMethod: { method: "private_key_jwt", kid },
	tokenSet: {
		...{ iss: NOWHERE, sub: did, aud: NOWHERE, scope: "atproto transition:generic" },
		...{ access_token: "access", refresh_token: "a-refresh-token", token_type: "DPoP" },
	},
});

const text = { type: "string", required: false } as const;

/** The tables of `better-auth-bsky` 0.1. */
export const OLDER: BetterAuthPlugin = {
	id: "older",
	schema: {
		user: { fields: { atprotoDid: text } },
		atprotoSession: { fields: { did: text, sessionData: text, userId: text } },
	},
};

/** What the app now says of them: `legacy`. */
export const LEGACY = {
	providerIds: ["atproto"],
	clients: [{ clientId: "/oauth-client-metadata.json" }, { clientId: `${BASE}/client.json` }],
};
