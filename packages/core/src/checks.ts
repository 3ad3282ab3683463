import { isProduction } from "@better-auth/core/env";
import type { BetterAuthOptions } from "better-auth";
import { filled } from "./base/filled.ts";
import { hasScope } from "./base/has-scope.ts";
import { isLoopbackHost, isLoopbackUrl } from "./base/loopback.ts";
import { PATHS } from "./base/paths.ts";
import { scopesOf } from "./base/scope.ts";
import { isCookieDomain } from "./base/site.ts";
import { BskyOptionError } from "./errors.ts";
import { allowsHttp, clientUrl, type ResolvedOptions } from "./options.ts";

/**
 * What can be wrong with how an app is set up, beside what `options.ts` says of a single option when
 * it reads it: how it is found, what is said of it, and what to do.
 */

/** What there is to look at, by when that is. */
export interface Subjects {
	/** At the start of an app; errors again for each base URL that a request brings. */
	start: App;
	/** At the start of an app, of each scope that its client metadata declare. */
	scope: Declared;
	/** In development, of a request for an endpoint of ours. */
	request: Asked;
	/** When an authorization server refuses, or our own schema does. */
	refusal: Refusal;
	/** When a directory gives no answer of its kind. */
	lookup: Lookup;
	/** When a stored session is used. */
	session: StoredSession;
	/** When somebody comes back who began elsewhere. */
	return: Return;
	/** When somebody asks how it stands: see `auth.api.checkBsky()`. */
	stored: Stored;
}

interface App {
	options: ResolvedOptions;
	/** Null where only a request tells it. */
	baseURL: URL | null;
	/** better-auth's own options. */
	auth: Pick<BetterAuthOptions, "baseURL" | "advanced">;
}

interface Declared {
	scope: string;
	/** Whether it is one by the grammar that servers go by. */
	isGranted: boolean;
}

interface Asked {
	baseURL: URL;
	method: string;
	url: URL;
	/** Of the page that asks; null where none is named. */
	origin: string | null;
	/** Whether the browser has page and endpoint at one origin, whatever a proxy makes of it. */
	isSameOrigin: boolean;
	/** Whether better-auth takes requests of that page. */
	isTrusted: boolean;
	auth: Pick<BetterAuthOptions, "advanced">;
}

/** What servers say is compared and goes no further than the log. */
export interface Refusal {
	/** The `error` of RFC 6749 §5.2. */
	error: string;
	/** Its `error_description`. */
	description: string;
	clientId: string;
	/** How far the server's clock is from ours, in seconds, where it said so. */
	clockSkew?: number | undefined;
}

interface Lookup {
	/** The option with its address. */
	option: string;
	url: string;
	/** Whether something answered there, though nothing of its kind. */
	answered: boolean;
}

interface StoredSession {
	/** What it began as. */
	clientId: string;
	isOurs: boolean;
	/** The scopes that were granted, and those that a plain sign-in asks for today. */
	granted: string;
	wanted: string;
}

interface Return {
	/** The origin at which it began. */
	begunAt: string;
	/** Whether people are led back there. */
	isTrusted: boolean;
}

/** What is in the database. */
interface Stored {
	/** A table that can't be read, and what the database says of it: nothing else is known then. */
	missing: { model: string; said: string } | null;
	/** Of some stored sessions, how many are in which state. */
	sample?: { sampled: number; unreadable: number; otherClient: number; missingKey: number };
	/** How many sessions are still to be revoked, and since when. */
	waiting?: number;
	since?: Date | null;
}

/** What fills the `{gaps}` of a check's words; null where nothing is wrong. */
type Seen = Record<string, string> | null | false;

interface Check<Subject> {
	/** Stable: what a log line is found by. */
	id: string;
	/** With `error` an app doesn't start, or nobody signs in. */
	level: "error" | "warn" | "info";
	/** The option that an error is about. */
	option?: string;
	sentence: string;
	remedy: string;
	find(subject: Subject): Seen;
}

/** A mistake that was found. */
export interface Finding extends Pick<Check<never>, "id" | "level"> {
	option: string;
	sentence: string;
	remedy: string;
	/** Sentence and remedy. */
	text: string;
}

const OLD_CLIENT =
	"If baseURL or basePath has changed, name the old client in `legacy.clients`; else their people sign in again.";

/** Each mistake with what finds it. Of `scope`, `refusal` and `lookup` the first that fits counts. */
export const CHECKS: { [When in keyof Subjects]: Check<Subjects[When]>[] } = {
	start: [
		{
			id: "base-url-more",
			level: "error",
			option: "baseURL",
			sentence: '"{origin}" comes with {what}, and no address of an OAuth client may have that.',
			remedy: "Write scheme and host, and a path where better-auth is mounted at another one.",
			find: ({ baseURL }) => {
				const what = baseURL && moreOf(baseURL);
				return what ? { origin: baseURL.origin, what } : null;
			},
		},
		{
			id: "base-url-http",
			level: "error",
			option: "baseURL",
			sentence: '"{origin}" is neither https nor on localhost.',
			remedy:
				"AT Protocol OAuth needs one of them. On your own machine write http://localhost with the port of your app; for other devices give it an https address.",
			find: ({ baseURL }) =>
				baseURL?.protocol === "http:" && !isLoopbackUrl(baseURL) && { origin: baseURL.origin },
		},
		{
			id: "base-url-private",
			level: "error",
			option: "baseURL",
			sentence: '"{origin}" is no public domain, and servers fetch the client metadata from there.',
			remedy:
				"On your own machine use http://localhost, without TLS; or name the app's public origin in `clientOrigin`.",
			find: (app) => {
				const url = app.options.clientOrigin === undefined && hosted(app);
				return url && !isPublished(url) && { origin: url.origin };
			},
		},
		{
			id: "client-origin-private",
			level: "error",
			option: "clientOrigin",
			sentence: '"{origin}" is no public domain: no server can fetch the client metadata there.',
			remedy: "Write the origin that your app is published at.",
			find: ({ options: { clientOrigin } }) =>
				clientOrigin !== undefined &&
				!isPublished(new URL(clientOrigin)) && { origin: clientOrigin },
		},
		{
			id: "page-private",
			level: "error",
			option: "clientMetadata.{name}",
			sentence: '"{uri}" is not on a public https domain.',
			remedy: "Servers refuse the app for it: write an address that everybody reaches, or none.",
			find: (app) => {
				if (!hosted(app)) return null;
				const pages = PAGES.map((name) => ({ name, uri: app.options.clientMetadata[name] ?? "" }));
				return pages.find(({ uri }) => uri && !isPublished(new URL(uri))) ?? null;
			},
		},
		{
			id: "client-uri-elsewhere",
			level: "error",
			option: "clientMetadata.clientUri",
			sentence: '"{uri}" is not a page of "{origin}" that "{path}" is below, as it has to be.',
			remedy: 'Write "{origin}", or leave it out.',
			find: (app) => {
				const url = hosted(app);
				const uri = app.options.clientMetadata.clientUri;
				if (!url || !uri) return null;
				const { origin, pathname } = new URL(uri);
				const isParent = `${url.pathname}/`.startsWith(pathname.replace(/\/*$/, "/"));
				const fits = origin === url.origin && isParent;
				return !fits && { uri, origin: url.origin, path: url.pathname };
			},
		},
		{
			id: "key-missing",
			level: "error",
			option: "privateKey",
			sentence: 'required, since "{origin}" is not on localhost.',
			remedy:
				"Make one for `privateKey` with `npx @better-auth-bsky/cli keygen`, or set `publicClient: true` to go without.",
			find: (app) => {
				const url = hosted(app);
				return url && needsKey(app) && { origin: url.origin };
			},
		},
		{
			id: "key-missing-at-host",
			level: "warn",
			sentence: 'Nobody can sign in at "{host}", one of baseURL\'s allowedHosts: that takes a key.',
			remedy:
				"Make one for `privateKey` with `npx @better-auth-bsky/cli keygen`, or set `publicClient: true` to go without.",
			find: (app) => {
				const { baseURL } = app.auth;
				if (typeof baseURL !== "object" || !needsKey(app)) return null;
				const host = baseURL.allowedHosts.find((each) => !LOOPBACK_HOST.test(each));
				return host !== undefined && { host };
			},
		},
		{
			// An OAuth client is its address and nothing else: whose host it is, no server can tell.
			id: "hosts-of-anybody",
			level: "warn",
			sentence:
				'"{host}", one of baseURL\'s allowedHosts, fits hosts that anybody can have: people who sign in at one of those can be signed in here by its owner.',
			remedy: "Write hosts below a domain of yours, for previews too: *.preview.myapp.com.",
			find: ({ auth: { baseURL } }) => {
				if (typeof baseURL !== "object") return null;
				const host = baseURL.allowedHosts.find((each) => OF_ANYBODY.test(each));
				return host !== undefined && { host };
			},
		},
		{
			id: "base-url-missing",
			level: "warn",
			sentence:
				"Nothing says where the app is, so each request does: people who sign in at another site can be signed in here by its owner, if that name in Host reaches this server.",
			remedy:
				"Write `baseURL` in betterAuth(), or set BETTER_AUTH_URL; for several hosts `baseURL: { allowedHosts: [ … ] }`.",
			find: ({ baseURL, auth }) => isProduction && baseURL === null && !auth.baseURL && {},
		},
		{
			id: "loopback-address-missing",
			level: "warn",
			sentence:
				'"{host}" is one of baseURL\'s allowedHosts, and who signs in there comes back to 127.0.0.1.',
			remedy: 'Add "127.0.0.1{port}" to them.',
			find: ({ auth: { baseURL } }) => {
				if (typeof baseURL !== "object") return null;
				const { allowedHosts } = baseURL;
				const host = allowedHosts.find((each) => LOCAL_NAME.test(each));
				if (host === undefined || allowedHosts.some((each) => LOOPBACK_ADDRESS.test(each)))
					return null;
				return { host, port: /:[\d*?]+$/.exec(host)?.[0] ?? "" };
			},
		},
		{
			id: "key-unused",
			level: "info",
			sentence: "privateKey is not used at {origin}: a client on localhost has no key.",
			remedy: "Nothing has to be done.",
			find: ({ baseURL, options }) =>
				baseURL &&
				isLoopbackUrl(baseURL) &&
				options.signingKeys.length > 0 && { origin: baseURL.origin },
		},
		{
			id: "network-refused",
			level: "warn",
			sentence:
				"{option} is plain http, and is refused: no request decides that it is on this machine.",
			remedy:
				'Write `baseURL: "http://localhost:3000"` in betterAuth(), with the port of your app, or `allowHttp: true` in atprotoAuth().',
			find: ({ baseURL, options }) => {
				const option = plainHttpOption(options);
				const isMeant = options.allowHttp !== undefined || allowsHttp(baseURL, options);
				return !isMeant && option !== undefined && { option };
			},
		},
		{
			id: "network-allowed",
			level: "warn",
			sentence:
				"allowHttp is set at {origin}: whoever signs in may have this server call any address inside your network.",
			remedy: "Leave it out, unless this is a local network on one machine.",
			find: (app) => {
				const url = hosted(app);
				return url && app.options.allowHttp === true && { origin: url.origin };
			},
		},
		{
			id: "cookie-domain",
			level: "warn",
			sentence:
				'betterAuth() sets cookies for "{domain}", which {host} is not below: browsers drop them, and nobody stays signed in.',
			remedy:
				"In advanced.crossSubDomainCookies and advanced.defaultCookieAttributes, write a domain that the app is below, or none.",
			find: ({ baseURL, auth }) => {
				const domain = cookieDomain(auth);
				const host = baseURL?.hostname;
				return domain && host && !isCookieDomain(domain, host) ? { domain, host } : null;
			},
		},
		{
			id: "name-missing",
			level: "warn",
			sentence: 'clientMetadata.clientName is not set: people are asked to let "{host}" in.',
			remedy: 'Write `clientMetadata: { clientName: "My App" }` in atprotoAuth().',
			find: (app) => {
				const url = hosted(app);
				return url && !app.options.clientMetadata.clientName && { host: url.host };
			},
		},
	],
	scope: [
		dropped(
			"repo",
			"doesn't say what may be done in which collection",
			'Name a whole collection, as "repo:app.bsky.feed.post", or all, as "repo:*"; behind "?action=" there are create, update and delete. `scope.repo()` writes it.',
		),
		dropped(
			"blob",
			"doesn't say which type of files",
			'Name a type of files, as "blob:image/*", or any, as "blob:*/*". `scope.blob()` writes it.',
		),
		dropped(
			"rpc",
			"doesn't say which method, and where it is called",
			'Name a method and the service that it is called at, as "rpc:app.bsky.actor.getProfile?aud=did:web:api.bsky.app%23bsky_appview"; one of the two may be "*". `scope.rpc()` writes it.',
		),
		dropped(
			"include",
			"names no permission set",
			'Name a permission set, as "include:app.bsky.authFullApp?aud=did:web:api.bsky.app%23bsky_appview". `scope.include()` writes it.',
		),
		dropped(
			"account",
			"is nothing of an account that apps may ask for",
			'There are "account:email", and "account:email", "account:repo" and "account:status" with "?action=manage". `scope.email()` writes the first.',
		),
		dropped(
			"identity",
			"is nothing of an identity that apps may ask for",
			'There are "identity:handle" and "identity:*". `scope.identity()` writes them.',
		),
		dropped(
			"transition",
			"is none of the older scopes",
			'There are "transition:generic", "transition:email" and "transition:chat.bsky".',
		),
		{
			id: "scope-openid",
			level: "error",
			option: "clientMetadata.scope",
			sentence: '"{scope}" is of OpenID Connect: servers refuse the sign-in, or leave it out.',
			remedy:
				'Leave it out: "atproto" says who somebody is, and "account:email" asks for their address.',
			find: ({ scope }) => OPENID.has(scope) && { scope },
		},
		{
			id: "scope-unknown",
			level: "error",
			option: "clientMetadata.scope",
			sentence: `"{scope}" is of no kind that servers know: they leave it out without a word, or refuse the sign-in.`,
			remedy:
				"There are repo:, rpc:, blob:, account:, identity:, include: and transition:. `scope` and `scopes()` write them.",
			find: ({ scope, isGranted }) => !isGranted && { scope },
		},
	],
	request: [
		{
			id: "mount-elsewhere",
			level: "warn",
			sentence: "{asked} was asked for, and is not there: betterAuth() has {mount}.",
			remedy:
				"basePath and the path of baseURL in betterAuth(), where the handler is mounted, and basePath in the client have to be the same.",
			find: ({ url, baseURL }) => {
				const mount = baseURL.pathname.replace(/\/+$/, "");
				const isBelow = url.pathname.startsWith(`${mount}/bsky/`);
				return !isBelow && { asked: url.pathname, mount: mount || "/" };
			},
		},
		{
			id: "trailing-slash",
			level: "warn",
			sentence: "{asked} was asked for, and is not there: its path ends with a slash.",
			remedy:
				"Where your framework adds slashes, write `advanced: { skipTrailingSlashes: true }` in betterAuth().",
			find: ({ url, auth }) =>
				url.pathname.endsWith("/") &&
				!auth.advanced?.skipTrailingSlashes && { asked: url.pathname },
		},
		{
			id: "cors-missing",
			level: "warn",
			sentence: "A page at {origin} asks by CORS, and better-auth answers no such question.",
			remedy:
				'Let your server answer it in front of better-auth\'s handler, for that origin and with credentials; and write `trustedOrigins: ["{origin}"]`.',
			find: ({ method, origin }) => method === "OPTIONS" && origin !== null && { origin },
		},
		{
			id: "origin-elsewhere",
			level: "warn",
			sentence:
				"The app was opened at {origin}, and betterAuth() has baseURL {expected}: INVALID_ORIGIN.",
			remedy:
				'Open {expected}, or write `baseURL: "{origin}"`. A dev server takes another port where the one it wanted is taken.',
			find: (asked) => asked.isSameOrigin && refusedPage(asked),
		},
		{
			id: "origin-untrusted",
			level: "warn",
			sentence: "A page at {origin} asks the app at {expected}, and is refused: INVALID_ORIGIN.",
			remedy: 'If it is yours, write `trustedOrigins: ["{origin}"]` in betterAuth().',
			find: (asked) => !asked.isSameOrigin && refusedPage(asked),
		},
		{
			id: "host-elsewhere",
			level: "warn",
			sentence:
				"A sign-in begins at {origin} and comes back to {expected}, where its cookie isn't: state_not_found.",
			remedy:
				"Redirect people from {origin} to {expected}, or the other way round; for several hosts write `baseURL: { allowedHosts: [ … ] }`.",
			find: ({ method, url, origin, baseURL, isSameOrigin, isTrusted }) => {
				const at = URL.parse(origin ?? "");
				const isStart = method === "POST" && url.pathname.endsWith(PATHS.signIn);
				if (!isStart || !isSameOrigin || !isTrusted || !at) return null;
				// Between the names of one machine a callback is sent on.
				const names = new Set([at, baseURL].map(nameOf));
				return names.size > 1 && { origin: at.origin, expected: baseURL.origin };
			},
		},
	],
	refusal: [
		refusal({
			id: "clock",
			sentence: "A server finds a time of ours wrong: the two clocks are {seconds} apart.",
			remedy: "Set this machine's clock by NTP; if it is right, theirs is wrong.",
			words: /"(?:iat|exp|nbf)"|\bclock\b|timestamp|in the future/i,
		}),
		refusal({
			id: "metadata-redirects",
			sentence: "{clientId} redirects, which servers don't follow.",
			remedy:
				"Make baseURL the address that redirects end at: with or without www., by https, with or without a slash.",
			words: /unexpected redirect|\bredirected\b|\b30[1278]\b/i,
		}),
		refusal({
			id: "metadata-locked",
			sentence: "{clientId} asks servers to log in.",
			remedy:
				"Take the password, or the preview protection of your host, away from everything below /bsky/.",
			words: /\b40[137]\b|unauthorized(?!_)|forbidden/i,
		}),
		refusal({
			id: "metadata-not-json",
			sentence: "At {clientId} something else answers than this app.",
			remedy:
				"Send it to better-auth's handler, in front of pages for everything that is not found.",
			words: /content-type|text\/html|\bjson\b(?! web)|\b404\b|not found/i,
		}),
		refusal({
			id: "key-unknown",
			sentence: "A server doesn't find the key of this app in its JWKS (next to {clientId}).",
			remedy:
				"Give all instances the same `privateKey`. A new one goes last in a list, and first a quarter of an hour later: if it is first already, swap them, or wait.",
			words: /json web key set|\bkid\b|signature|different key|mismatch \(expected/i,
		}),
		refusal({
			id: "scope-undeclared",
			sentence: "A server refuses the scopes that are asked for.",
			remedy:
				"After a change of clientMetadata.scope it goes by the one before for some minutes; else leave out what it names.",
			words: /\bscope\b/i,
		}),
		refusal({
			id: "redirect-refused",
			sentence: "A server refuses the redirect URI of {clientId}.",
			remedy:
				"Compare baseURL and basePath on all instances. Servers remember the document for some minutes.",
			words: /redirect[_ ]uri/i,
		}),
		refusal({
			id: "metadata-unreachable",
			sentence: "A server can't read {clientId}.",
			remedy:
				"Open it from outside: it has to answer with 200 and JSON, with a certificate that everybody trusts, within seconds.",
			words: /unable to obtain|certificate|timed? ?out|fetch failed/i,
		}),
		refusal({
			id: "client-refused",
			sentence: "A server refuses this app as an OAuth client: {clientId}.",
			remedy: "What it says is behind this; open that address from outside.",
			words: /(?:)/,
		}),
	],
	lookup: [
		{
			id: "directory-wrong",
			level: "warn",
			sentence: "What answers at {url} is not what {option} is for.",
			remedy: "Correct the option in atprotoAuth(), or leave it out.",
			find: ({ answered, option, url }) => answered && { option, url },
		},
		{
			id: "directory-silent",
			level: "warn",
			sentence: "{url}, which {option} names, did not answer as it should.",
			remedy: "Look whether the address is right, and whether this machine may call it.",
			find: ({ option, url }) => ({ option, url }),
		},
	],
	session: [
		{
			id: "client-changed",
			level: "warn",
			sentence:
				"A session began as {clientId}, which this app doesn't answer for: it stays stored, and can't be used.",
			remedy: OLD_CLIENT,
			find: ({ isOurs, clientId }) => !isOurs && { clientId },
		},
		{
			id: "scope-widened",
			level: "warn",
			sentence:
				'A session was not granted "{scopes}": it began before that was asked for, its sign-in asked for less, or its server left it out.',
			remedy: "Calls that need it fail with SCOPE_MISSING until its person signs in again.",
			find: ({ isOurs, granted, wanted }) => {
				// What is in a permission set is granted, and never the set by its name.
				const asked = scopesOf(wanted).filter((scope) => resourceOf(scope) !== "include");
				// Read once where nothing is missing: a server may grant many.
				if (!isOurs || hasScope(granted, asked.join(" "))) return false;
				const missing = asked.filter((scope) => !hasScope(granted, scope));
				return missing.length > 0 && { scopes: missing.join(" ") };
			},
		},
	],
	return: [
		{
			id: "origin-not-led-to",
			// Whoever reaches a preview by a name of their own can bring it about.
			level: "warn",
			sentence: 'A sign-in that began at "{begunAt}" isn\'t led back there.',
			remedy: "If that is a host of yours, add it to `trustedOrigins` in betterAuth() here.",
			find: ({ begunAt, isTrusted }) => !isTrusted && { begunAt },
		},
	],
	stored: [
		{
			id: "table-missing",
			level: "error",
			sentence: 'The table of "{model}" can\'t be read with all its columns: {said}.',
			remedy:
				"Migrate: `npx auth migrate`, or with Drizzle or Prisma `npx auth generate` and their own migration.",
			find: ({ missing }) => missing,
		},
		stored({
			id: "sessions-unreadable",
			state: "unreadable",
			sentence:
				"{count} of {sampled} stored sessions can't be opened with this secret: their people are signed out of their servers, and their tokens can't be revoked.",
			remedy:
				"Give all instances the secret that they were stored with; to replace one, keep it in better-auth's `secrets`.",
		}),
		stored({
			id: "sessions-of-other-clients",
			state: "otherClient",
			sentence:
				"{count} of {sampled} stored sessions began as a client that this app doesn't answer for: they stay stored, and can't be used.",
			remedy: OLD_CLIENT,
		}),
		stored({
			id: "sessions-without-key",
			state: "missingKey",
			sentence:
				"{count} of {sampled} stored sessions began with a key that is not in `privateKey`: they can't be refreshed.",
			remedy:
				"Put that key back, behind the new one. `npx @better-auth-bsky/cli rotate` says when a key can go.",
		}),
		{
			id: "revocations-waiting",
			level: "warn",
			sentence:
				"{waiting} sessions wait to be revoked at their servers, the oldest since {since}: until then their tokens are alive.",
			remedy:
				"Look for `event=revocation_failed` in the log. They are tried again as people use the app.",
			find: ({ waiting = 0, since }) => {
				if (!since || Date.now() - since.getTime() < LONG_WAIT) return null;
				return { waiting: String(waiting), since: since.toISOString() };
			},
		},
	],
};

/**
 * All that is wrong with a subject, in the order of its table: see {@link CHECKS}.
 *
 * @param skipped what isn't looked for
 */
export function findings<When extends keyof Subjects>(
	when: When,
	subject: Subjects[When],
	skipped?: { get(id: string): unknown },
): Finding[] {
	return CHECKS[when].flatMap(({ find, id, level, option = "", sentence, remedy }) => {
		const seen = !skipped?.get(id) && find(subject);
		if (!seen) return [];
		const [said, advised] = [filled(sentence, seen), filled(remedy, seen)];
		const text = `${said} ${advised}`;
		return [{ id, level, option: filled(option, seen), sentence: said, remedy: advised, text }];
	});
}

/**
 * Checks that an app can be an OAuth client at its base URL with these options.
 *
 * @throws {BskyOptionError} naming the option
 */
export function requireClient(app: App): void {
	const found = findings("start", app).find(({ level }) => level === "error");
	if (found) throw new BskyOptionError(found.option, found.text, found.id);
}

/** What a base URL has in it that isn't where something is. */
function moreOf({ username, password, pathname, search, hash }: URL): string | null {
	if (username || password) return "a user name";
	if (/\/\/./.test(pathname)) return "two slashes";
	if (search) return "a query";
	return hash ? "a fragment" : null;
}

/** A page that better-auth takes no requests of. */
const refusedPage = ({ method, origin, baseURL, isTrusted }: Asked): Seen =>
	method === "POST" && !isTrusted && origin !== null && { origin, expected: baseURL.origin };

const nameOf = ({ hostname }: URL): string => (isLoopbackHost(hostname) ? "localhost" : hostname);

/** Where servers fetch the client from; null on localhost. */
const hosted = ({ baseURL, options }: App): URL | null =>
	baseURL && !isLoopbackUrl(baseURL) ? clientUrl(baseURL, options) : null;

const needsKey = ({ options }: App): boolean =>
	options.signingKeys.length === 0 && !options.publicClient;

const PAGES = ["clientUri", "logoUri", "tosUri", "policyUri"] as const;

/** What authorization servers take: https on a domain, https://atproto.com/specs/oauth#clients. */
function isPublished({ protocol, hostname }: URL): boolean {
	const labels = hostname.replace(/\.$/, "").split(".");
	return protocol === "https:" && labels.length > 1 && !NOT_PUBLIC.test(labels.at(-1) ?? "");
}

/** Top-level names that are nobody's (RFC 6761, RFC 6762), and the ends of IP addresses. */
const NOT_PUBLIC = /^(?:local|localhost|test|invalid|example|\d+)$|\]$/;

/** Every host, each below a whole suffix, or below one at which anybody can have a name. */
const OF_ANYBODY =
	/^(?:https?:\/\/)?(?:\*+|[^/:]*[*?][^/:.]*\.(?:(?!localhost)[a-z]+|(?:co|com)\.[a-z]{2}|(?:vercel|netlify|web|fly|railway|onrender|herokuapp|ngrok|ngrok-free|run|amplifyapp|azurewebsites|firebaseapp|github|gitlab|cloudfront|trycloudflare|pages|workers|deno)\.(?:app|dev|com|io|net)))(?::|$)/i;

const LOOPBACK_HOST = /^(https?:\/\/)?((\S+\.)?localhost|127\.0\.0\.1|\[::1\])(:|$)/;
const LOCAL_NAME = /(^|[/.])localhost(:|$)/;
const LOOPBACK_ADDRESS = /(^|\/)(127\.0\.0\.1|\[::1\])(:|$)/;

function plainHttpOption({
	handleResolver,
	plcDirectoryUrl,
	typeahead,
}: ResolvedOptions): string | undefined {
	const services = {
		handleResolver,
		plcDirectoryUrl,
		"typeahead.service": typeahead === false ? undefined : typeahead.service,
	};
	return Object.entries(services).find(
		([, url]) => URL.parse(String(url))?.protocol === "http:",
	)?.[0];
}

const cookieDomain = ({ advanced }: App["auth"]): string | undefined =>
	(advanced?.crossSubDomainCookies?.enabled && advanced.crossSubDomainCookies.domain) ||
	advanced?.defaultCookieAttributes?.domain;

/** What a scope is about, by the word that it begins with. */
const resourceOf = (scope: string): string => scope.split(/[:?]/, 1)[0] ?? "";

/** Of https://openid.net/specs/openid-connect-core-1_0.html */
const OPENID = new Set(["openid", "profile", "email", "address", "phone", "offline_access"]);

/** A check of scopes about one thing that aren't written as the grammar has them. */
function dropped(resource: string, what: string, remedy: string): Check<Declared> {
	return {
		id: `scope-${resource}`,
		level: "error",
		option: "clientMetadata.scope",
		sentence: `"{scope}" ${what}: servers leave it out without a word, or refuse the sign-in.`,
		remedy,
		find: ({ scope, isGranted }) => !isGranted && resourceOf(scope) === resource && { scope },
	};
}

/** A server may be down for so long, in milliseconds, before somebody is told. */
const LONG_WAIT = 60 * 60 * 1000;

/** A check of the stored sessions in one state. */
function stored({
	state,
	...check
}: Pick<Check<Stored>, "id" | "sentence" | "remedy"> & {
	state: "unreadable" | "otherClient" | "missingKey";
}): Check<Stored> {
	return {
		...check,
		level: "error",
		find: ({ sample }) =>
			sample !== undefined &&
			sample[state] > 0 && { count: String(sample[state]), sampled: String(sample.sampled) },
	};
}

/** A check of what a server says of its refusal. */
function refusal({
	words,
	...check
}: Pick<Check<Refusal>, "id" | "sentence" | "remedy"> & { words: RegExp }): Check<Refusal> {
	return {
		...check,
		level: "error",
		find: ({ clientId, description, clockSkew }) => {
			const [document = ""] = clientId.split("?");
			// What an address is made of is no word of theirs.
			if (!words.test(description.slice(0, MAX_LENGTH).replace(/https?:\S+/g, ""))) return null;
			const seconds = clockSkew === undefined ? "too far" : `${Math.abs(clockSkew)} s`;
			return { clientId: document, seconds };
		},
	};
}

/** No description that anybody means is longer. */
const MAX_LENGTH = 1000;
