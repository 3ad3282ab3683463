import type { NodeSavedState } from "@atproto/oauth-client-node";
import { BskyError } from "../errors.ts";
import type { Identifier } from "../identity/identifier.ts";
import type { BskyOAuthClient } from "./client.ts";
import { resolutionError, signInError } from "./errors.ts";
import { UNUSED_STORE } from "./unused-store.ts";

/**
 * Tells a mistyped handle from a server that is down. Everybody is asked anew, since an account may
 * have moved or changed its handle a moment ago; what they say is remembered for {@link startSignIn}.
 *
 * @throws {BskyError} HANDLE_NOT_FOUND or SERVER_UNREACHABLE
 */
export async function requireKnown(
	oauth: BskyOAuthClient,
	{ type, value }: Identifier,
): Promise<void> {
	if (type === "server") return;
	try {
		await oauth.identityResolver.resolve(value, { noCache: true });
	} catch (error) {
		throw resolutionError(error);
	}
}

/** A sign-in that its server waits for. Nothing of it is stored yet. */
export interface Started {
	/** Where to send the browser, once the state is stored. */
	url: URL;
	/** The `state` parameter that comes back with the callback. */
	state: string;
	/** What the SDK needs to know again then: PKCE verifier, DPoP key, issuer. */
	sdk: NodeSavedState;
}

/**
 * Pushes the authorization request (PAR, RFC 9126).
 *
 * @throws {BskyError} what it means to the person that there is no page to go to
 */
export async function startSignIn(
	oauth: BskyOAuthClient,
	{ value }: Identifier,
	redirectUri: string,
): Promise<Started> {
	let saved: Pick<Started, "state" | "sdk"> | undefined;
	const set = (state: string, sdk: NodeSavedState) => {
		saved = { state, sdk };
	};
	const client = oauth.forFlow({
		stateStore: { ...UNUSED_STORE, set },
		sessionStore: UNUSED_STORE,
	});
	try {
		const url = await client.authorize(value, {
			redirect_uri: redirectUri as `https://${string}`,
			scope: oauth.scope,
		});
		// Where the SDK lets a server name http, it means the browser's own machine.
		if (url.protocol !== "https:" && !oauth.allowHttp) throw new BskyError("SERVER_UNSUPPORTED");
		if (!saved) throw new Error("The SDK saved no state.");
		return { url, ...saved };
	} catch (error) {
		throw signInError(error);
	}
}
