import type { HandleResolver, RuntimeLock } from "@atproto/oauth-client";
import type { InferOptionSchema } from "better-auth/plugins";
import { type PrivateKeyInput, readSigningKeys, type SigningKey } from "./base/keys.ts";
import {
	choiceOption,
	flagOption,
	functionOption,
	objectOption,
	pageOption,
	requireKnown,
	scopeOption,
	secondsOption,
	serviceOption,
	textOption,
} from "./base/option-value.ts";
import { BskyOptionError } from "./errors.ts";
import type { BskyProfile } from "./identity/profile.ts";
import type { UserFields } from "./identity/user-fields.ts";
import type { schema } from "./schema.ts";

/** What the authorization server shows about your app, and what your app asks for. */
export interface ClientMetadataOptions {
	/** Name of your app on the authorization screen. */
	clientName?: string | undefined;
	/**
	 * Scopes to ask for, separated by spaces. Must contain `atproto`.
	 * @default "atproto transition:generic"
	 * @see https://atproto.com/specs/oauth#authorization-scopes
	 */
	scope?: string | undefined;
	/** Home page of your app. @default the origin of `baseURL` */
	clientUri?: string | undefined;
	/** An https image shown on the authorization screen. */
	logoUri?: string | undefined;
	/** Terms of service, linked from the authorization screen. */
	tosUri?: string | undefined;
	/** Privacy policy, linked from the authorization screen. */
	policyUri?: string | undefined;
}

/** Options of {@link atprotoAuth}. All of them are optional on localhost. */
export interface AtprotoAuthOptions {
	/**
	 * The ES256 key your app signs its token requests with (`private_key_jwt`): PEM text as
	 * `openssl ecparam -name prime256v1 -genkey -noout` writes it, PKCS#8 PEM, or a JWK. What
	 * environment stores make of it is fine: quotes, `\n` written out, spaces for line breaks, base64.
	 * Empty means none. A list rotates keys: the first signs, the others stay published for sessions
	 * that began with them. Required unless `baseURL` is on localhost or {@link publicClient} is set.
	 */
	privateKey?: PrivateKeyInput | readonly (PrivateKeyInput | undefined)[] | undefined;
	/**
	 * Run without a key in production. The sessions of a public client end after two weeks, and
	 * nothing proves to the server that a request comes from your app.
	 * @default false
	 */
	publicClient?: boolean | undefined;
	/** What the authorization server shows about your app, and what your app asks for. */
	clientMetadata?: ClientMetadataOptions | undefined;
	/**
	 * How a Bluesky profile becomes fields of the user. It is also asked what the profile of the
	 * previous sign-in gave: a field that still holds that value follows the new profile, a field
	 * that differs was changed in your app and is left alone. Keep it free of side effects.
	 * @default the display name, else `@handle`, else the DID as `name`, and the avatar as `image`
	 */
	mapProfileToUser?: ((profile: BskyProfile) => UserFields | Promise<UserFields>) | undefined;
	/**
	 * Only existing users can sign in, or connect their Bluesky account while signed in.
	 * @default false
	 */
	disableSignUp?: boolean | undefined;
	/**
	 * New users only where the sign-in was started with `requestSignUp: true`.
	 * @default false
	 */
	disableImplicitSignUp?: boolean | undefined;
	/**
	 * How handles are resolved: a service with `com.atproto.identity.resolveHandle`, or a resolver.
	 * @default DNS and `/.well-known/atproto-did`, asked by this server itself; on runtimes without
	 * name servers, such as workers, DNS by way of Cloudflare's https service
	 */
	handleResolver?: string | URL | HandleResolver | undefined;
	/** Where `did:plc` identities are looked up. @default "https://plc.directory" */
	plcDirectoryUrl?: string | URL | undefined;
	/**
	 * Allow plain http and private addresses for PDSes, authorization servers and identity
	 * documents: for a local network only. No request decides it: where `baseURL` is dynamic, or none is
	 * given, it is off unless it is set here.
	 * @default true where a fixed `baseURL` is on localhost, else false
	 */
	allowHttp?: boolean | undefined;
	/**
	 * Used for every outgoing request and for each redirect, under this plugin's limits: it is called
	 * with a `Request`, `redirect: "manual"` and a `signal`. In production the URL has been checked
	 * (https, no private address, no local name), but not where its name leads: that it has to judge
	 * by itself when it connects, as the default does.
	 * @default in production one that connects to public addresses only, on localhost `globalThis.fetch`
	 */
	fetch?: typeof globalThis.fetch | undefined;
	/**
	 * Serialises the refresh of one session across all instances of your app.
	 * @default a lock in better-auth's own database
	 */
	requestLock?: RuntimeLock | undefined;
	/**
	 * When signing out of the app also ends the session at the person's server, and with it what
	 * your app can do for them: with the person's last session here, with every sign-out, or never,
	 * where jobs are to go on acting for them.
	 * @default "last-session"
	 */
	revokeOnSignOut?: "last-session" | "always" | "never" | undefined;
	/**
	 * Whether an administrator who impersonates somebody (better-auth's `admin` plugin) may act as their
	 * DID, connect accounts to them and disconnect them. To stop impersonating is no sign-out of theirs
	 * in any case.
	 * @default false
	 */
	allowImpersonation?: boolean | undefined;
	/**
	 * How long `/bsky/session` may answer with a profile fetched earlier, in seconds.
	 * @default 60
	 */
	profileCacheMaxAge?: number | undefined;
	/**
	 * Suggestions while a person types their handle (`/bsky/typeahead`): which AppView to ask, or
	 * `false` for none.
	 * @default { service: "https://public.api.bsky.app" }
	 */
	typeahead?: false | { service: string | URL } | undefined;
	/** Other names for the plugin's tables and columns. */
	schema?: InferOptionSchema<typeof schema> | undefined;
}

/** The options, checked, with the keys read. */
export interface ResolvedOptions extends Omit<AtprotoAuthOptions, "typeahead"> {
	typeahead: false | { service: URL };
	clientMetadata: ClientMetadataOptions & { scope: string };
	signingKeys: SigningKey[];
	profileCacheMaxAge: number;
	revokeOnSignOut: NonNullable<AtprotoAuthOptions["revokeOnSignOut"]>;
}

/** Every option there is; the compiler sees to it that none is missing. */
const NAMES: Record<keyof AtprotoAuthOptions, true> = {
	privateKey: true,
	publicClient: true,
	clientMetadata: true,
	mapProfileToUser: true,
	disableSignUp: true,
	disableImplicitSignUp: true,
	handleResolver: true,
	plcDirectoryUrl: true,
	allowHttp: true,
	fetch: true,
	requestLock: true,
	revokeOnSignOut: true,
	allowImpersonation: true,
	profileCacheMaxAge: true,
	typeahead: true,
	schema: true,
};

const METADATA_NAMES: Record<keyof ClientMetadataOptions, true> = {
	clientName: true,
	scope: true,
	clientUri: true,
	logoUri: true,
	tosUri: true,
	policyUri: true,
};

/**
 * Checks everything that can be checked without a base URL.
 *
 * @throws {BskyOptionError} naming the option
 */
export function resolveOptions(options: AtprotoAuthOptions): ResolvedOptions {
	requireKnown(options, Object.keys(NAMES));
	const signingKeys = readSigningKeys(options.privateKey);
	const publicClient = flagOption("publicClient", options.publicClient);
	if (publicClient && signingKeys.length > 0) {
		throw new BskyOptionError("publicClient", "a public client has no key; leave out one of them.");
	}
	return {
		...options,
		privateKey: undefined,
		signingKeys,
		publicClient,
		clientMetadata: resolveMetadata(objectOption("clientMetadata", options.clientMetadata)),
		mapProfileToUser: functionOption("mapProfileToUser", options.mapProfileToUser),
		disableSignUp: flagOption("disableSignUp", options.disableSignUp),
		disableImplicitSignUp: flagOption("disableImplicitSignUp", options.disableImplicitSignUp),
		handleResolver: resolveHandleResolver(options.handleResolver),
		plcDirectoryUrl: serviceOption("plcDirectoryUrl", options.plcDirectoryUrl),
		allowHttp: flagOption("allowHttp", options.allowHttp),
		fetch: functionOption("fetch", options.fetch),
		requestLock: functionOption("requestLock", options.requestLock),
		allowImpersonation: flagOption("allowImpersonation", options.allowImpersonation),
		typeahead: resolveTypeahead(options.typeahead),
		profileCacheMaxAge: secondsOption("profileCacheMaxAge", options.profileCacheMaxAge) ?? 60,
		revokeOnSignOut:
			choiceOption("revokeOnSignOut", options.revokeOnSignOut, [
				"last-session",
				"always",
				"never",
			]) ?? "last-session",
	};
}

const DEFAULT_SCOPE = "atproto transition:generic";

function resolveMetadata(metadata: ClientMetadataOptions = {}): ResolvedOptions["clientMetadata"] {
	requireKnown(metadata, Object.keys(METADATA_NAMES), "clientMetadata.");
	return {
		clientName: textOption("clientMetadata.clientName", metadata.clientName),
		scope: scopeOption("clientMetadata.scope", metadata.scope) ?? DEFAULT_SCOPE,
		clientUri: pageOption("clientMetadata.clientUri", metadata.clientUri),
		logoUri: pageOption("clientMetadata.logoUri", metadata.logoUri),
		tosUri: pageOption("clientMetadata.tosUri", metadata.tosUri),
		policyUri: pageOption("clientMetadata.policyUri", metadata.policyUri),
	};
}

function resolveHandleResolver(
	option: AtprotoAuthOptions["handleResolver"],
): AtprotoAuthOptions["handleResolver"] {
	const isResolver = typeof option === "object" && option !== null && "resolve" in option;
	if (!isResolver) return serviceOption("handleResolver", option);
	functionOption("handleResolver", option.resolve);
	return option;
}

const APP_VIEW = "https://public.api.bsky.app";

function resolveTypeahead(option: AtprotoAuthOptions["typeahead"]): ResolvedOptions["typeahead"] {
	if (option === false) return false;
	const own: { service?: string | URL } = objectOption("typeahead", option) ?? {};
	requireKnown(own, ["service"], "typeahead.");
	const { service } = own;
	return { service: new URL(serviceOption("typeahead.service", service) ?? APP_VIEW) };
}
