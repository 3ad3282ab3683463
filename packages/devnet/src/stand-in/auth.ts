import type { IncomingMessage } from "node:http";
import { IdResolver } from "@atproto/identity";
import { AuthRequiredError, parseReqNsid, verifyJwt } from "@atproto/xrpc-server";

const BEARER = "Bearer ";

/** Who asks: a DID, or nobody in particular. */
export interface Viewer {
	credentials: { did: string | undefined };
}

/**
 * Checks the service-auth token a PDS sends along, as the real AppView does: issued for this service
 * and this method, not expired, signed by the key in the issuer's DID document. No token is fine
 * where `required` is false.
 *
 * @see https://atproto.com/specs/xrpc#inter-service-authentication-jwt
 */
export function serviceAuth(ownDid: string, plcUrl: string) {
	// Its own fetch refuses private addresses, and everything here is on loopback.
	const resolver = new IdResolver({ plcUrl, timeout: 3000, fetch: globalThis.fetch });
	const signingKey = async (issuer: string, forceRefresh: boolean) => {
		try {
			return await resolver.did.resolveAtprotoKey(issuer, forceRefresh);
		} catch {
			throw new AuthRequiredError("identity unknown");
		}
	};
	return (required: boolean) =>
		async ({ req }: { req: IncomingMessage }): Promise<Viewer> => {
			const { authorization } = req.headers;
			if (!authorization?.startsWith(BEARER)) {
				if (required || authorization) throw new AuthRequiredError(undefined, "AuthMissing");
				return { credentials: { did: undefined } };
			}
			const token = authorization.slice(BEARER.length).trim();
			const method = parseReqNsid(req);
			const payload = await verifyJwt(token, ownDid, method, signingKey).catch(unreadable);
			return { credentials: { did: payload.iss } };
		};
}

function unreadable(error: unknown): never {
	if (error instanceof AuthRequiredError) throw error;
	// Three parts that aren't JSON make verifyJwt throw a SyntaxError.
	throw new AuthRequiredError("poorly formatted jwt", "BadJwt");
}
