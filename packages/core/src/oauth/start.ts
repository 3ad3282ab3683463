import {
	extractPdsUrl,
	type InternalStateData,
	type OAuthClient,
	OAuthResponseError,
} from "@atproto/oauth-client";
import { BskyError } from "../errors.ts";
import type { Identifier } from "../identity/identifier.ts";
import type { Identity } from "../identity/identity-resolver.ts";
import type { SavedState } from "../stores/saved.ts";
import type { BskyOAuthClient } from "./client.ts";
import { isNoServer, resolutionError, serverError, signInError } from "./errors.ts";
import { Es256Key } from "./es256-key.ts";
import { UNUSED_STORE, UNUSED_STORES } from "./unused-store.ts";
import { requireUsable } from "./usable-server.ts";

/**
 * Tells a mistyped handle from a server that is down. Everybody is asked anew, since an account may
 * have moved or changed its handle a moment ago.
 *
 * @returns who that is; nobody in particular where a server was typed
 * @throws {BskyError} HANDLE_NOT_FOUND or SERVER_UNREACHABLE
 */
export async function requireKnown(
	oauth: BskyOAuthClient,
	{ type, value }: Identifier,
): Promise<Identity | undefined> {
	if (type === "server") return undefined;
	try {
		return await oauth.identityResolver.resolve(value, { noCache: true });
	} catch (error) {
		throw resolutionError(error);
	}
}

/** The server that was typed, or the PDS of who was: it says later which authorization server it has. */
export function serverOf({ type, value }: Identifier, identity: Identity | undefined) {
	try {
		return new URL(identity ? extractPdsUrl(identity.didDoc) : value).origin;
	} catch {
		return type === "server" ? value : undefined;
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
): Promise<{ value: string; prompts: readonly string[] }> {
	try {
		const { prompt_values_supported: prompts = [] } = await requireUsable(client, identifier);
		return { value: identifier.value, prompts };
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

/** Makes of a sign-in what is to be stored: its `state` parameter, and what has to be known again. */
export type Prepare<Row> = (state: string, sdk: SavedState) => Promise<Row>;

/** Makes the `state` parameter of a random text. */
export type MakeState = (nonce: string) => Promise<string>;

/** The SDK takes no state from anyone: it is the first random text that it asks for. */
function giveState({ runtime }: OAuthClient, make: MakeState): void {
	const nonce = runtime.generateNonce.bind(runtime);
	runtime.generateNonce = async () => {
		runtime.generateNonce = nonce;
		return make(await nonce());
	};
}

/** What the person is to do at their server, where that is more than to say yes. */
type Prompt = "create" | "login" | "consent" | "select_account";

/**
 * A prompt as a server knows it. None is worth a refusal but `create`: who came for an account of their
 * own would be asked to sign in to it.
 *
 * @throws {BskyError} SIGN_UP_UNAVAILABLE
 */
function promptAt(prompts: readonly string[], prompt: Prompt | undefined): Prompt | undefined {
	if (prompt === undefined || prompts.includes(prompt)) return prompt;
	if (prompt === "create") throw new BskyError("SIGN_UP_UNAVAILABLE");
	return undefined;
}

/** What a sign-in asks for. */
export interface Request {
	redirectUri: string;
	/** Scopes that the client declares. */
	scope: string;
	/** Passed on to servers that know it. */
	prompt?: Prompt | undefined;
	/** What to ask for instead where the server refuses that for its scopes; undefined is nothing. */
	fallback?: ((refused: string) => string | undefined) | undefined;
}

/** RFC 6749 §4.1.2.1: the server knows one of them not, or not beside another. */
const isAboutScopes = (error: unknown): boolean =>
	error instanceof OAuthResponseError && error.error === "invalid_scope";

/** A sign-in that its server waits for. Nothing of it is stored yet. */
export interface Started<Row> {
	/** Where to send the browser, once the row is stored. */
	url: URL;
	row: Promise<Row>;
}

/**
 * Pushes the authorization request (PAR, RFC 9126).
 *
 * @param identity what {@link requireKnown} says of the identifier
 * @param prepare does its work while the server does its own
 * @param makeState where the state is to say more than nothing
 * @throws {BskyError} what it means to the person that there is no page to go to
 */
export async function startSignIn<Row>(
	oauth: BskyOAuthClient,
	identifier: Identifier,
	identity: Identity | undefined,
	{ redirectUri, scope, prompt, fallback }: Request,
	prepare: Prepare<Row>,
	makeState?: MakeState,
): Promise<Started<Row>> {
	let row: Promise<Row> | undefined;
	const set = (state: string, { iss, authMethod, verifier, dpopKey }: InternalStateData) => {
		if (!(dpopKey instanceof Es256Key)) throw new Error("Not a key of ours.");
		const { stored } = dpopKey;
		row = prepare(state, { clientId: oauth.id, iss, authMethod, verifier, dpopJwk: stored });
		// Whoever gets the row hears of it; nobody does where the server refuses.
		row.catch(() => {});
	};
	const stores = { ...UNUSED_STORES, stateStore: { ...UNUSED_STORE, set } };
	const client = oauth.forFlow(stores, identity);
	try {
		const { value, prompts } = await atUsableServer(oauth, client, identifier);
		const asked = promptAt(prompts, prompt);
		const authorize = (scope: string) => {
			if (makeState) giveState(client, makeState);
			return client.authorize(value, {
				redirect_uri: redirectUri as `https://${string}`,
				scope,
				...(asked && { prompt: asked }),
			});
		};
		const url = await authorize(scope).catch((error: unknown) => {
			const other = isAboutScopes(error) ? fallback?.(scope) : undefined;
			if (other === undefined) throw error;
			return authorize(other);
		});
		// Where the SDK lets a server name http, it means the browser's own machine.
		if (url.protocol !== "https:" && !oauth.allowHttp) throw new BskyError("SERVER_UNSUPPORTED");
		if (!row) throw new Error("The SDK saved no state.");
		return { url, row };
	} catch (error) {
		throw signInError(error, oauth.id);
	}
}
