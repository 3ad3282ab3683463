import type { InternalStateData, OAuthClient } from "@atproto/oauth-client";
import { BskyError } from "../errors.ts";
import type { Identifier } from "../identity/identifier.ts";
import type { SavedState } from "../stores/saved.ts";
import type { BskyOAuthClient } from "./client.ts";
import { isNoServer, resolutionError, serverError, signInError } from "./errors.ts";
import { Es256Key } from "./es256-key.ts";
import { UNUSED_STORE, UNUSED_STORES } from "./unused-store.ts";
import { requireUsable } from "./usable-server.ts";

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

/**
 * Where somebody signs in, known to be a server that this client can use; what was found out stays in
 * the caches. Where no server is at a typed address, the handle in it is meant, if there is one.
 *
 * @throws {BskyError} SERVER_UNREACHABLE or SERVER_UNSUPPORTED
 */
async function atUsableServer(
	oauth: BskyOAuthClient,
	client: OAuthClient,
	identifier: Identifier,
): Promise<Identifier> {
	try {
		await requireUsable(client, identifier);
		return identifier;
	} catch (error) {
		const { handle } = identifier;
		const linked = handle === undefined ? null : ({ type: "handle", value: handle } as const);
		if (!linked || !isNoServer(error) || !(await isKnown(oauth, linked))) throw serverError(error);
		return atUsableServer(oauth, client, linked);
	}
}

const isKnown = (oauth: BskyOAuthClient, identifier: Identifier): Promise<boolean> =>
	requireKnown(oauth, identifier).then(
		() => true,
		() => false,
	);

/** A sign-in that its server waits for. Nothing of it is stored yet. */
export interface Started {
	/** Where to send the browser, once the state is stored. */
	url: URL;
	/** The `state` parameter that comes back with the callback. */
	state: string;
	/** What has to be known again then: PKCE verifier, DPoP key, issuer, and as which client. */
	sdk: SavedState;
}

/**
 * Pushes the authorization request (PAR, RFC 9126).
 *
 * @throws {BskyError} what it means to the person that there is no page to go to
 */
export async function startSignIn(
	oauth: BskyOAuthClient,
	identifier: Identifier,
	redirectUri: string,
): Promise<Started> {
	let begun: Omit<Started, "url"> | undefined;
	const set = (state: string, { iss, authMethod, verifier, dpopKey }: InternalStateData) => {
		if (!(dpopKey instanceof Es256Key)) throw new Error("Not a key that the SDK got from us.");
		const { stored } = dpopKey;
		begun = { state, sdk: { clientId: oauth.id, iss, authMethod, verifier, dpopJwk: stored } };
	};
	const client = oauth.forFlow({
		...UNUSED_STORES,
		stateStore: { ...UNUSED_STORE, set },
	});
	try {
		const { value } = await atUsableServer(oauth, client, identifier);
		const url = await client.authorize(value, {
			redirect_uri: redirectUri as `https://${string}`,
			scope: oauth.scope,
		});
		// Where the SDK lets a server name http, it means the browser's own machine.
		if (url.protocol !== "https:" && !oauth.allowHttp) throw new BskyError("SERVER_UNSUPPORTED");
		if (!begun) throw new Error("The SDK saved no state.");
		return { url, ...begun };
	} catch (error) {
		throw signInError(error);
	}
}
