import type { HandleResolver, RuntimeLock } from "@atproto/oauth-client";
import type { InferOptionSchema } from "better-auth/plugins";
import type { BskyEvents, EventName } from "./base/events.ts";
import { isObject } from "./base/is-object.ts";
import { type PrivateKeyInput, readSigningKeys, type SigningKey } from "./base/keys.ts";
import { isLoopbackUrl } from "./base/loopback.ts";
import {
	choiceOption,
	flagOption,
	functionOption,
	listOption,
	objectOption,
	originOption,
	pageOption,
	placeOption,
	requireKnown,
	scopeOption,
	secondsOption,
	serverOption,
	serviceOption,
	textOption,
} from "./base/option-value.ts";
import { BskyOptionError } from "./errors.ts";
import type { AllowSignIn } from "./identity/allow.ts";
import type { BskyProfile } from "./identity/profile.ts";
import type { UserFields } from "./identity/user-fields.ts";
import { schema } from "./schema.ts";
import { type ResolvedXrpc, resolveXrpc, type XrpcOptions } from "./xrpc-options.ts";

/** What the authorization server shows about your app, and what your app asks for. */
export interface ClientMetadataOptions {
	/** Name of your app on the authorization screen. */
	clientName?: string | undefined;
	/**
	 * All that your app may ever ask for, `atproto` included: scopes with one space between, as
	 * {@link scopes} joins them. Which of it a sign-in asks for is up to `signInScope`
	 * and `scope` in the body of a sign-in. A scope that servers would not grant is refused at start-up.
	 * @default "atproto transition:generic"
	 * @see https://atproto.com/specs/oauth#authorization-scopes
	 */
	scope?: string | undefined;
	/** Home page of your app. @default the origin of `baseURL`, or `clientOrigin` */
	clientUri?: string | undefined;
	/** An https image shown on the authorization screen. */
	logoUri?: string | undefined;
	/** Terms of service, linked from the authorization screen. */
	tosUri?: string | undefined;
	/** Privacy policy, linked from the authorization screen. */
	policyUri?: string | undefined;
}

/** An OAuth client that this app was before. */
export interface LegacyClient {
	/**
	 * Its `client_id`, or where its document is below better-auth's base URL:
	 * `"/oauth-client-metadata.json"`. The document is served there.
	 */
	clientId: string;
	/** Where its document said that its keys are, written in the same way. @default today's */
	jwksUri?: string | undefined;
	/**
	 * Where its sign-ins came back to, written in the same way. Who still does is led on to where
	 * today's end, and told to begin again.
	 * @default today's
	 */
	redirectUri?: string | undefined;
}

/** What another plugin or code of the app's own has left in this database. */
export interface LegacyOptions {
	/**
	 * Under which `providerId`s an older plugin wrote the account rows of people who had proven their
	 * DID: `["atproto"]`. Such a row is then taken for one of ours, and becomes one when its person
	 * signs in. Whoever could write one can be anybody who has not come yet: name none that another
	 * plugin or provider ever used. Here, nothing else may from now on.
	 */
	providerIds?: readonly string[] | undefined;
	/**
	 * OAuth clients that this app was before, whose sessions go on until their people sign in again.
	 * They are used and ended as the client that they began as, with the keys of {@link privateKey}.
	 */
	clients?: readonly LegacyClient[] | undefined;
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
	 * What a plain sign-in asks for, if that is less: scopes of `clientMetadata.scope`, written in the
	 * same way, `atproto` among them.
	 * @default all of `clientMetadata.scope`
	 */
	signInScope?: string | undefined;
	/**
	 * What to ask for instead, once, where a server refuses the whole request for its scopes
	 * (`invalid_scope`), as some do that don't know each of them: scopes of `clientMetadata.scope`, or a
	 * function of the scopes that were refused, which may answer with nothing. `grantedScope` then says
	 * what there is.
	 * @default nothing: the sign-in fails
	 */
	scopeFallback?: string | ((refused: string) => string | undefined) | undefined;
	/**
	 * The public origin whose OAuth client this deployment signs people in as: `"https://myapp.com"`,
	 * for previews that no server can reach, or that come and go. People come back there, and are led
	 * on to where they began. Write it in each deployment, that one included, with one secret of
	 * better-auth's, one {@link privateKey} and the same base path; there, `trustedOrigins` has to name
	 * the others. On localhost it changes nothing.
	 * @default each host is a client of its own
	 */
	clientOrigin?: string | URL | undefined;
	/**
	 * How a Bluesky profile becomes fields of the user. It is also asked what the profile of the
	 * previous sign-in gave: a field that still holds that value follows the new profile, a field
	 * that differs was changed in your app and is left alone. Keep it free of side effects. Required
	 * fields of your own that have no default come from here, else nobody signs up (`MISSING_FIELD`).
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
	 * Who may sign in, sign up or connect their account: asked once it is certain who somebody is, before
	 * anything is stored. `true` lets them, anything else does not; a text is a sentence for them. What
	 * it throws refuses them, as does silence for ten seconds. Ready-made: `allowHandles()`,
	 * `allowDids()`, `allowServers()`. Whoever is signed in already stays so.
	 * @default everybody
	 */
	allowSignIn?: AllowSignIn | undefined;
	/**
	 * Whose word makes an e-mail address a verified one: authorization servers, such as
	 * `["https://bsky.social"]`, whose PDSes say that the person has confirmed it. Anybody can run a server
	 * that claims any address, so name only those that you trust as much as your own mail. An address is
	 * read where the person grants `account:email` or `transition:email`, and takes the place of a
	 * placeholder only.
	 * @default nobody's: `emailVerified` stays false
	 */
	trustedEmailIssuers?: readonly (string | URL)[] | undefined;
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
	 * where jobs are to go on acting for them. A session that merely runs out is no sign-out, nor is one that
	 * somebody ended who impersonates them.
	 * @default "last-session"
	 */
	revokeOnSignOut?: "last-session" | "always" | "never" | undefined;
	/**
	 * Whether an administrator who impersonates somebody (better-auth's `admin` plugin) may act as their
	 * DID, connect accounts to them and disconnect them, and give somebody with a DID another way in, which
	 * would last: an API key, a device, a token, a passkey, an address, an account elsewhere. To stop
	 * impersonating is no sign-out of theirs in any case.
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
	/**
	 * What browsers may call at people's servers, at `/bsky/xrpc/:nsid`, under the app's own session: see
	 * [docs/from-the-browser.md](https://github.com/better-auth-bsky/better-auth-bsky/blob/main/docs/from-the-browser.md).
	 * @default nothing
	 */
	xrpc?: XrpcOptions | undefined;
	/**
	 * For people who come from another plugin, or from code of your own: see
	 * [docs/from-elsewhere.md](https://github.com/better-auth-bsky/better-auth-bsky/blob/main/docs/from-elsewhere.md).
	 */
	legacy?: LegacyOptions | undefined;
	/**
	 * What happens, for metrics and audit logs: functions that are called after the commit. Nobody waits
	 * for them, and what they throw is logged and changes nothing.
	 */
	events?: BskyEvents | undefined;
	/** Other names for the plugin's tables and columns. */
	schema?: InferOptionSchema<typeof schema> | undefined;
}

/** The options, checked, with the keys read. */
export interface ResolvedOptions extends Omit<AtprotoAuthOptions, "typeahead" | "xrpc"> {
	xrpc: ResolvedXrpc | undefined;
	legacy: ResolvedLegacy;
	typeahead: false | { service: URL };
	clientMetadata: ClientMetadataOptions & { scope: string };
	signInScope: string;
	clientOrigin: string | undefined;
	signingKeys: SigningKey[];
	trustedEmailIssuers: readonly string[];
	profileCacheMaxAge: number;
	revokeOnSignOut: NonNullable<AtprotoAuthOptions["revokeOnSignOut"]>;
	events: BskyEvents;
}

interface ResolvedLegacy {
	providerIds: readonly string[];
	clients: readonly LegacyClient[];
}

/** Every option there is; the compiler sees to it that none is missing. */
const NAMES: Record<keyof AtprotoAuthOptions, true> = {
	privateKey: true,
	publicClient: true,
	clientMetadata: true,
	signInScope: true,
	scopeFallback: true,
	clientOrigin: true,
	mapProfileToUser: true,
	disableSignUp: true,
	disableImplicitSignUp: true,
	allowSignIn: true,
	trustedEmailIssuers: true,
	handleResolver: true,
	plcDirectoryUrl: true,
	allowHttp: true,
	fetch: true,
	requestLock: true,
	revokeOnSignOut: true,
	allowImpersonation: true,
	profileCacheMaxAge: true,
	typeahead: true,
	xrpc: true,
	legacy: true,
	events: true,
	schema: true,
};

const EVENT_NAMES: Record<EventName, true> = {
	onSignedIn: true,
	onSignedUp: true,
	onLinked: true,
	onSignInFailed: true,
	onSessionLost: true,
	onRevoked: true,
	onRevocationGivenUp: true,
};

const LEGACY_NAMES: Record<keyof LegacyOptions, true> = { providerIds: true, clients: true };

const LEGACY_CLIENT_NAMES: Record<keyof LegacyClient, true> = {
	clientId: true,
	jwksUri: true,
	redirectUri: true,
};

const METADATA_NAMES: Record<keyof ClientMetadataOptions, true> = {
	clientName: true,
	scope: true,
	clientUri: true,
	logoUri: true,
	tosUri: true,
	policyUri: true,
};

/** Where what is written at the top is, or what it is called here. */
const ELSEWHERE = new Map([
	...Object.keys(METADATA_NAMES).map((name) => [name, `clientMetadata.${name}`] as const),
	...Object.keys(LEGACY_NAMES).map((name) => [name, `legacy.${name}`] as const),
	...["keyset", "keys", "jwks", "key"].map((name) => [name, "privateKey"] as const),
	["metadata", "clientMetadata"],
]);

/** What is said to be wrong where there are no options at all. */
const ALL = "…";

type Flag =
	| "publicClient"
	| "disableSignUp"
	| "disableImplicitSignUp"
	| "allowHttp"
	| "allowImpersonation";

/**
 * Checks everything that can be checked without a base URL.
 *
 * @throws {BskyOptionError} naming the option
 */
export function resolveOptions(options: AtprotoAuthOptions): ResolvedOptions {
	if (!objectOption(ALL, options)) throw new BskyOptionError(ALL, "expected an object.");
	requireKnown(options, Object.keys(NAMES), "", ELSEWHERE);
	const signingKeys = readSigningKeys(options.privateKey);
	const flag = (name: Flag) => flagOption(name, options[name]);
	const publicClient = flag("publicClient");
	if (publicClient && signingKeys.length > 0) {
		throw new BskyOptionError("publicClient", "a public client has no key; leave out one of them.");
	}
	const clientMetadata = resolveMetadata(objectOption("clientMetadata", options.clientMetadata));
	return {
		...options,
		privateKey: undefined,
		signingKeys,
		publicClient,
		clientMetadata,
		signInScope: resolveSignInScope(options.signInScope, clientMetadata.scope),
		scopeFallback: resolveScopeFallback(options.scopeFallback, clientMetadata.scope),
		clientOrigin: originOption("clientOrigin", options.clientOrigin),
		mapProfileToUser: functionOption("mapProfileToUser", options.mapProfileToUser),
		disableSignUp: flag("disableSignUp"),
		disableImplicitSignUp: flag("disableImplicitSignUp"),
		allowSignIn: functionOption("allowSignIn", options.allowSignIn),
		trustedEmailIssuers: listOption("trustedEmailIssuers", options.trustedEmailIssuers).map(
			(issuer, index) => serverOption(`trustedEmailIssuers[${index}]`, issuer),
		),
		handleResolver: resolveHandleResolver(options.handleResolver),
		plcDirectoryUrl: serviceOption("plcDirectoryUrl", options.plcDirectoryUrl),
		allowHttp: flag("allowHttp"),
		fetch: functionOption("fetch", options.fetch),
		requestLock: functionOption("requestLock", options.requestLock),
		allowImpersonation: flag("allowImpersonation"),
		typeahead: resolveTypeahead(options.typeahead),
		xrpc: resolveXrpc(options.xrpc),
		legacy: resolveLegacy(objectOption("legacy", options.legacy)),
		events: resolveEvents(objectOption("events", options.events)),
		schema: resolveSchema(objectOption("schema", options.schema)),
		profileCacheMaxAge: secondsOption("profileCacheMaxAge", options.profileCacheMaxAge) ?? 60,
		revokeOnSignOut:
			choiceOption("revokeOnSignOut", options.revokeOnSignOut, [
				"last-session",
				"always",
				"never",
			]) ?? "last-session",
	};
}

/**
 * Whether a local network is meant: plain http and private addresses. Decided once, at start-up: where
 * a request tells the base URL, whoever sends one would decide it.
 *
 * @param baseURL the one that is configured, or null
 */
export const allowsHttp = (baseURL: URL | null, { allowHttp }: ResolvedOptions): boolean =>
	allowHttp ?? (baseURL !== null && isLoopbackUrl(baseURL));

/**
 * Where the OAuth client of an app is that answers at `baseURL`: there, or at the same path of
 * `clientOrigin`. On the developer's own machine it is a loopback client in any case.
 */
export const clientUrl = (
	baseURL: URL,
	{ clientOrigin }: Pick<ResolvedOptions, "clientOrigin">,
): URL =>
	clientOrigin === undefined || isLoopbackUrl(baseURL)
		? baseURL
		: new URL(baseURL.pathname, clientOrigin);

const DEFAULT_SCOPE = "atproto transition:generic";

function resolveMetadata(metadata: ClientMetadataOptions = {}): ResolvedOptions["clientMetadata"] {
	requireKnown(metadata, Object.keys(METADATA_NAMES), "clientMetadata.");
	const page = (name: "clientUri" | "logoUri" | "tosUri" | "policyUri") =>
		pageOption(`clientMetadata.${name}`, metadata[name]);
	return {
		clientName: textOption("clientMetadata.clientName", metadata.clientName),
		scope: scopeOption("clientMetadata.scope", metadata.scope) ?? DEFAULT_SCOPE,
		clientUri: page("clientUri"),
		logoUri: page("logoUri"),
		tosUri: page("tosUri"),
		policyUri: page("policyUri"),
	};
}

const resolveSignInScope = (option: string | undefined, declared: string): string =>
	declaredOption("signInScope", option, declared) ?? declared;

function resolveScopeFallback(
	option: AtprotoAuthOptions["scopeFallback"],
	declared: string,
): AtprotoAuthOptions["scopeFallback"] {
	if (typeof option === "function") return option;
	return declaredOption("scopeFallback", option, declared);
}

function declaredOption(
	name: string,
	option: string | undefined,
	declared: string,
): string | undefined {
	const asked = scopeOption(name, option);
	const undeclared = asked && undeclaredIn(asked, declared);
	if (undeclared === undefined || asked === undefined) return asked;
	throw new BskyOptionError(
		name,
		`"${undeclared}" is not in clientMetadata.scope, and servers grant only what is. Add it there, written in the same way.`,
	);
}

/** A scope that client metadata don't have in these very letters, as servers compare them. */
export function undeclaredIn(asked: string, declared: string): string | undefined {
	const known = new Set(declared.split(" "));
	return asked.split(" ").find((scope) => !known.has(scope));
}

function resolveHandleResolver(
	option: AtprotoAuthOptions["handleResolver"],
): AtprotoAuthOptions["handleResolver"] {
	if (!isResolver(option)) return serviceOption("handleResolver", option);
	if (functionOption("handleResolver", option.resolve)) return option;
	throw new BskyOptionError("handleResolver", "expected a resolve().");
}

/** Whether it is one of the app's own, and no address. */
export const isResolver = (
	option: AtprotoAuthOptions["handleResolver"],
): option is HandleResolver => typeof option === "object" && option !== null && "resolve" in option;

const APP_VIEW = "https://public.api.bsky.app";

function resolveTypeahead(option: AtprotoAuthOptions["typeahead"]): ResolvedOptions["typeahead"] {
	if (option === false) return false;
	const own: { service?: string | URL } = objectOption("typeahead", option) ?? {};
	requireKnown(own, ["service"], "typeahead.");
	const { service } = own;
	return { service: new URL(serviceOption("typeahead.service", service) ?? APP_VIEW) };
}

function resolveEvents(events: BskyEvents = {}): BskyEvents {
	const names = Object.keys(EVENT_NAMES);
	// An object of a class of the app's has things of its own.
	if (Object.getPrototypeOf(events) === Object.prototype) requireKnown(events, names, "events.");
	for (const name of names) functionOption(`events.${name}`, Reflect.get(events, name));
	return events;
}

/** A name that no table or column has would be passed over, and the database would not know the other one. */
function resolveSchema(names: AtprotoAuthOptions["schema"] = {}): AtprotoAuthOptions["schema"] {
	requireKnown(names, Object.keys(schema), "schema.");
	const tables = new Set(["user", "session", "account", "verification"]);
	for (const [table, { fields }] of Object.entries(schema)) {
		const option = `schema.${table}`;
		const own: { modelName?: unknown; fields?: object } =
			objectOption(option, Reflect.get(names, table)) ?? {};
		requireKnown(own, ["modelName", "fields"], `${option}.`);
		const model = textOption(`${option}.modelName`, own.modelName) ?? table;
		if (!OTHERS[table]) requireFree(`${option}.modelName`, model, tables);
		const columns = objectOption(`${option}.fields`, own.fields) ?? {};
		requireKnown(columns, Object.keys(fields), `${option}.fields.`);
		const taken = new Set(["id", ...(OTHERS[table] ?? [])]);
		for (const name of Object.keys(fields)) {
			const column = `${option}.fields.${name}`;
			requireFree(column, textOption(column, Reflect.get(columns, name)) ?? name, taken);
		}
	}
	return names;
}

/** better-auth's own columns of the tables that ours are in. */
const OTHERS: Record<string, string[]> = {
	user: ["name", "email", "emailVerified", "image", "createdAt", "updatedAt"],
	session: ["token", "userId", "expiresAt", "ipAddress", "userAgent", "createdAt", "updatedAt"],
};

function requireFree(option: string, name: string, taken: Set<string>): void {
	if (taken.has(name)) throw new BskyOptionError(option, `"${name}" is there twice.`);
	taken.add(name);
}

function resolveLegacy(legacy: LegacyOptions = {}): ResolvedLegacy {
	requireKnown(legacy, Object.keys(LEGACY_NAMES), "legacy.");
	const ids = listOption("legacy.providerIds", legacy.providerIds).map(resolveProviderId);
	const clients = listOption("legacy.clients", legacy.clients).map((client, index) =>
		resolveClient(`legacy.clients[${index}]`, client),
	);
	return { providerIds: [...new Set(ids)], clients };
}

/** better-auth's own, for a password: whoever signs up has a row of it. */
const PASSWORD = "credential";

function resolveProviderId(value: unknown, index: number): string {
	const option = `legacy.providerIds[${index}]`;
	const id = textOption(option, value);
	if (id === undefined) throw new BskyOptionError(option, "it is empty.");
	if (id !== PASSWORD) return id;
	throw new BskyOptionError(
		option,
		`"${id}" is what better-auth calls a password; it proves no DID.`,
	);
}

function resolveClient(option: string, value: unknown): LegacyClient {
	if (!isObject(value)) throw new BskyOptionError(option, "expected an object.");
	const client: Partial<LegacyClient> = value;
	requireKnown(client, Object.keys(LEGACY_CLIENT_NAMES), `${option}.`);
	const place = (name: keyof LegacyClient) => placeOption(`${option}.${name}`, client[name]);
	const clientId = place("clientId");
	if (clientId === undefined) throw new BskyOptionError(`${option}.clientId`, "required.");
	return {
		clientId,
		jwksUri: place("jwksUri"),
		redirectUri: place("redirectUri"),
	};
}
