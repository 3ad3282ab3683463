import { helpOn, helpOnOption } from "./base/docs-url.ts";

/**
 * The sentence of every code of ours, for the person who meets it. The components show the same ones
 * in English: `labels/en.ts` of the client package takes them from here. The docstrings are for whoever
 * runs the app: what the documentation says of a code.
 */
export const SENTENCES = {
	// What the person typed
	/** The field was empty. */
	HANDLE_REQUIRED: "Enter your handle, for example alice.bsky.social.",
	/** What was typed is neither a handle, nor a DID, nor the address of a server or of a profile. */
	HANDLE_INVALID: "That doesn’t look like a handle. Enter one like alice.bsky.social.",
	/** On the AT Protocol nobody is found by an e-mail address. */
	HANDLE_IS_EMAIL: "That’s an e-mail address. Enter your handle, for example alice.bsky.social.",
	/**
	 * The handle leads to no account. On a local network, look whether `handleResolver` names it: a
	 * real handle isn't known there, nor one of its handles outside.
	 */
	HANDLE_NOT_FOUND: "No account with that handle was found. Check the spelling.",
	/**
	 * The person's server, or a directory on the way to it, didn't answer in time. Where it is your
	 * own network, see `allowHttp`: addresses of a private network are refused in production.
	 */
	SERVER_UNREACHABLE: "Your server can’t be reached. Try again in a while.",
	/**
	 * The server has no AT Protocol OAuth, or lacks a part of it that a sign-in takes. The log says
	 * which part.
	 */
	SERVER_UNSUPPORTED: "Your server doesn’t support signing in this way.",
	/**
	 * The server refused the request for a reason of its own, which the log has. Where it is about
	 * your app, the code is `CLIENT_MISCONFIGURED`.
	 */
	SERVER_REFUSED: "Your server refused the sign-in. Try again.",
	/** What was typed, or what `server` says, is no address of a server. */
	SERVER_INVALID:
		"That doesn’t look like a server’s address. Enter one like https://pds.example.com.",
	/**
	 * The server doesn't say that it has a page to create an account. Offer another server by
	 * `signUp`.
	 */
	SIGN_UP_UNAVAILABLE: "This server doesn’t let you create an account from here.",
	/**
	 * The server refused your app, or no app could be one at this address. The log says at level
	 * `error` what is wrong, and what to do: look for it among the checks below.
	 */
	CLIENT_MISCONFIGURED: "A mistake on our side. The site has been told.",
	/**
	 * A sign-in or an upgrade asked for a scope that `clientMetadata.scope` doesn't have. Declare
	 * there all that the app may ever ask for, and in `signInScope` what it asks for at first.
	 */
	SCOPE_NOT_DECLARED: "A mistake on our side. The site has been told.",
	/**
	 * The AppView in `typeahead.service` gives no suggestions. The form works without them, and
	 * shows nothing of it.
	 */
	SUGGESTIONS_UNAVAILABLE: "Suggestions aren’t available.",
	// The way back from the authorization server
	/** The person pressed "Deny", or went back, at their server. */
	ACCESS_DENIED: "The sign-in was cancelled. Nothing has changed.",
	/** Their server says that the account is deactivated. */
	ACCOUNT_DEACTIVATED: "Your account is deactivated. Reactivate it at your server first.",
	/** Somebody was to allow more for one account, and signed in with another at their server. */
	WRONG_ACCOUNT: "That was another account. Nothing has changed.",
	/**
	 * The browser came back with a sign-in that isn't there for it. The log says which it was by
	 * `reason`: used already, expired, another browser, or a mistake in how the app is set up, such
	 * as a cookie for another domain, another host than `baseURL`, or a secret or a database for
	 * each instance.
	 */
	STATE_NOT_FOUND: "This sign-in has expired or was already used. Start again.",
	/**
	 * The callback has neither `code` nor `error`, or one of its parameters twice: the server's
	 * mistake, or somebody who calls it by hand.
	 */
	INVALID_CALLBACK_REQUEST: "Your server’s answer was incomplete. Start again.",
	/**
	 * `iss` in the callback isn't the server that the sign-in began at (RFC 9207). Nothing was
	 * exchanged.
	 */
	ISSUER_MISMATCH: "The answer came from another server. Start again.",
	// Account rules. The codes are better-auth's own, so one error page serves every provider.
	/** Your `allowSignIn` said no. A sentence that it gives is shown in place of this one. */
	SIGN_IN_NOT_ALLOWED: "This account isn’t allowed to sign in here.",
	/**
	 * The account has no user here, and `disableSignUp` is set; or `disableImplicitSignUp` is, and
	 * `requestSignUp` wasn't asked for.
	 */
	SIGNUP_DISABLED: "There’s no account here for you, and signing up is closed.",
	/** better-auth's `account.accountLinking.enabled` is false. */
	LINKING_DISABLED: "Accounts can’t be connected in this app.",
	/**
	 * A Bluesky account is one user's. Its owner here signs in with it, disconnects it in their
	 * settings, and then it is free.
	 */
	ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER:
		"This account is already connected to someone else here.",
	/**
	 * The session in which it began has ended meanwhile, or the database or a hook of it refused the
	 * account.
	 */
	UNABLE_TO_LINK_ACCOUNT: "The account couldn’t be connected. Sign in again.",
	/** A database hook refused the user, or the database did; the cause is in the log. */
	UNABLE_TO_CREATE_USER: "Your account couldn’t be created. Try again.",
	/** A database hook refused the session, or the database did; the cause is in the log. */
	UNABLE_TO_CREATE_SESSION: "You couldn’t be signed in. Try again.",
	/** Nobody foresaw it; the cause is in the log. Nothing was left half written. */
	INTERNAL_SERVER_ERROR: "Something went wrong on our side. Try again.",
	/**
	 * An administrator acts as somebody with better-auth's `admin` plugin. Their Bluesky account is
	 * not to be used meanwhile, unless `allowImpersonation` is set.
	 */
	IMPERSONATED: "Only the person themselves can do this.",
	// better-auth's own code, of its admin plugin.
	/** better-auth's `admin` plugin has banned the user. */
	BANNED_USER: "You’re banned from this app.",
	// Acting for the person later
	/** The user has no Bluesky account, or not the one that was named. */
	NOT_LINKED: "No Bluesky account is connected.",
	/**
	 * There is no stored session that works: the person, their server or their moving to another one
	 * has ended it. They sign in again; the log says why it ended.
	 */
	SESSION_EXPIRED: "The connection to Bluesky has ended. Sign in again.",
	/**
	 * The call needs a scope that wasn't granted. `missingScope(error)` says which; ask the person
	 * for it with `BlueskyScopeGate` or `authClient.bsky.upgrade()`.
	 */
	SCOPE_MISSING: "You haven’t allowed this app to do that.",
} as const;

/**
 * The sentences of what only a call at `/bsky/xrpc` meets: for the developer who makes it, since no
 * component shows them.
 */
export const CALL_SENTENCES = {
	/**
	 * `xrpc.allow` doesn't name the method, or `xrpc.services` the service; or a function of yours
	 * there said no.
	 */
	METHOD_NOT_ALLOWED: "This app doesn’t let a browser call that method.",
	/** The page is of another site, and its origin is not in `trustedOrigins`. */
	CROSS_SITE_REQUEST: "Only pages that the app trusts may call this.",
	/** The body isn't what the method takes, such as JSON of a record, or it broke off. */
	BODY_INVALID: "The body isn’t what this method takes.",
	/** `repo` in the body is another DID than that of the account that acts. */
	NOT_YOUR_REPO: "The body names another repository than that of the account that acts.",
	/** More than `xrpc.maxUploadSize`. */
	PAYLOAD_TOO_LARGE: "That’s larger than this app passes on.",
	/** More than `xrpc.maxDownloadSize`. */
	ANSWER_TOO_LARGE: "The server’s answer is larger than this app passes on.",
	/**
	 * More at once than `xrpc.maxCallsPerUser` or `xrpc.maxCalls`, or more in a while than
	 * `xrpc.rateLimit`.
	 */
	TOO_MANY_CALLS: "Too many calls. Try again in a moment.",
	/**
	 * Nothing came from the server, or from the page, for `xrpc.idleTimeout`; or slower than
	 * `xrpc.minBytesPerSecond`.
	 */
	CALL_STALLED: "Nothing came for too long. Try again.",
} as const;

/** A code of {@link SENTENCES}, or of {@link CALL_SENTENCES}. */
export type BskyErrorCode = keyof typeof SENTENCES | keyof typeof CALL_SENTENCES;

/** The HTTP status of the answer with a code. */
export const STATUS = {
	HANDLE_REQUIRED: "BAD_REQUEST",
	HANDLE_INVALID: "BAD_REQUEST",
	HANDLE_IS_EMAIL: "BAD_REQUEST",
	HANDLE_NOT_FOUND: "NOT_FOUND",
	SERVER_UNREACHABLE: "SERVICE_UNAVAILABLE",
	SERVER_UNSUPPORTED: "UNPROCESSABLE_ENTITY",
	SERVER_REFUSED: "BAD_GATEWAY",
	SERVER_INVALID: "BAD_REQUEST",
	SIGN_UP_UNAVAILABLE: "UNPROCESSABLE_ENTITY",
	CLIENT_MISCONFIGURED: "INTERNAL_SERVER_ERROR",
	SCOPE_NOT_DECLARED: "BAD_REQUEST",
	SUGGESTIONS_UNAVAILABLE: "SERVICE_UNAVAILABLE",
	ACCESS_DENIED: "BAD_REQUEST",
	ACCOUNT_DEACTIVATED: "FORBIDDEN",
	WRONG_ACCOUNT: "FORBIDDEN",
	STATE_NOT_FOUND: "BAD_REQUEST",
	INVALID_CALLBACK_REQUEST: "BAD_REQUEST",
	ISSUER_MISMATCH: "BAD_REQUEST",
	SIGN_IN_NOT_ALLOWED: "FORBIDDEN",
	SIGNUP_DISABLED: "FORBIDDEN",
	LINKING_DISABLED: "FORBIDDEN",
	ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER: "BAD_REQUEST",
	UNABLE_TO_LINK_ACCOUNT: "BAD_REQUEST",
	UNABLE_TO_CREATE_USER: "BAD_REQUEST",
	UNABLE_TO_CREATE_SESSION: "BAD_REQUEST",
	INTERNAL_SERVER_ERROR: "INTERNAL_SERVER_ERROR",
	IMPERSONATED: "FORBIDDEN",
	BANNED_USER: "FORBIDDEN",
	NOT_LINKED: "NOT_FOUND",
	SESSION_EXPIRED: "UNAUTHORIZED",
	SCOPE_MISSING: "FORBIDDEN",
	METHOD_NOT_ALLOWED: "FORBIDDEN",
	CROSS_SITE_REQUEST: "FORBIDDEN",
	BODY_INVALID: "BAD_REQUEST",
	NOT_YOUR_REPO: "FORBIDDEN",
	PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
	ANSWER_TOO_LARGE: "BAD_GATEWAY",
	TOO_MANY_CALLS: "TOO_MANY_REQUESTS",
	CALL_STALLED: "GATEWAY_TIMEOUT",
} as const satisfies Record<BskyErrorCode, string>;

/**
 * How a sign-in that ends with a code is logged. What people and their servers do is no fault of the
 * app; an error is for whoever runs it: it is about their client, or nobody foresaw it.
 */
export const LEVEL = {
	HANDLE_REQUIRED: "info",
	HANDLE_INVALID: "info",
	HANDLE_IS_EMAIL: "info",
	HANDLE_NOT_FOUND: "info",
	SERVER_UNREACHABLE: "warn",
	SERVER_UNSUPPORTED: "warn",
	SERVER_REFUSED: "warn",
	SERVER_INVALID: "info",
	SIGN_UP_UNAVAILABLE: "info",
	CLIENT_MISCONFIGURED: "error",
	// Anybody can send one.
	SCOPE_NOT_DECLARED: "warn",
	SUGGESTIONS_UNAVAILABLE: "error",
	ACCESS_DENIED: "info",
	ACCOUNT_DEACTIVATED: "info",
	WRONG_ACCOUNT: "info",
	STATE_NOT_FOUND: "info",
	INVALID_CALLBACK_REQUEST: "warn",
	ISSUER_MISMATCH: "warn",
	SIGN_IN_NOT_ALLOWED: "info",
	SIGNUP_DISABLED: "info",
	LINKING_DISABLED: "info",
	ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER: "info",
	UNABLE_TO_LINK_ACCOUNT: "warn",
	UNABLE_TO_CREATE_USER: "warn",
	UNABLE_TO_CREATE_SESSION: "warn",
	INTERNAL_SERVER_ERROR: "error",
	NOT_LINKED: "info",
	SESSION_EXPIRED: "info",
	SCOPE_MISSING: "info",
	IMPERSONATED: "info",
	BANNED_USER: "info",
	METHOD_NOT_ALLOWED: "info",
	CROSS_SITE_REQUEST: "info",
	BODY_INVALID: "info",
	NOT_YOUR_REPO: "info",
	PAYLOAD_TOO_LARGE: "info",
	ANSWER_TOO_LARGE: "info",
	TOO_MANY_CALLS: "info",
	CALL_STALLED: "info",
} as const satisfies Record<BskyErrorCode, "error" | "warn" | "info">;

// One object of both would be in the bundle of every page that takes anything from here.
export const isBskyErrorCode = (code: unknown): code is BskyErrorCode =>
	typeof code === "string" &&
	(Object.hasOwn(SENTENCES, code) || Object.hasOwn(CALL_SENTENCES, code));

const sentenceOf = (code: BskyErrorCode): string => ({ ...SENTENCES, ...CALL_SENTENCES })[code];

/**
 * The code of what `auth.api` threw, or a call of the agent that `auth.api.getBskyAgent()` gave,
 * which wraps it: `SESSION_EXPIRED` where the person must sign in with Bluesky again,
 * `SERVER_UNREACHABLE` where it may work later, `CLIENT_MISCONFIGURED` where the log says what is wrong
 * with this app, `SCOPE_MISSING` where the person hasn't allowed it (see {@link missingScope}), …
 * `undefined` for anything else, such as a request that the person's server refused for what is in it.
 */
export const bskyErrorCode = (error: unknown): BskyErrorCode | undefined =>
	codeIn(error, isBskyErrorCode);

/** The first code that is known, of an error and what it wraps. */
export function codeIn<Code extends string>(
	error: unknown,
	isKnown: (code: unknown) => code is Code,
): Code | "SCOPE_MISSING" | undefined {
	for (let each = error; each instanceof Error; each = each.cause) {
		const code: unknown = "body" in each && Object(each.body).code;
		if (isKnown(code)) return code;
		if (lacksScope(each)) return "SCOPE_MISSING";
	}
	return undefined;
}

/**
 * The scope that a refused call lacked, to ask the person for: `repo:app.bsky.feed.post?action=create`.
 * `undefined` where the error is no `SCOPE_MISSING`, or the server doesn't say which.
 */
export function missingScope(error: unknown): string | undefined {
	for (let each = error; each instanceof Error; each = each.cause)
		if (lacksScope(each)) return scopeIn(each.message);
	return undefined;
}

/** The scope that a server says is missing. */
export const scopeIn = (message: string): string | undefined =>
	/"([\x21\x23-\x5B\x5D-\x7E]+)"/.exec(message)?.[1];

/** What servers call it, as the clients of the SDK keep it; the protocol has no word for it. */
export const isScopeMissing = (status: unknown, error: unknown): boolean =>
	status === 403 && (error === "ScopeMissingError" || error === "InsufficientScope");

const lacksScope = (error: Error): boolean =>
	"error" in error && "status" in error && isScopeMissing(error.status, error.error);

/**
 * A failure with one of {@link SENTENCES}, or with one that the app has in its place; `cause` is for
 * logs, never for people.
 */
export class BskyError extends Error {
	override name = "BskyError";
	readonly code: BskyErrorCode;
	constructor(code: BskyErrorCode, options?: ErrorOptions & { sentence?: string | undefined }) {
		super(options?.sentence ?? sentenceOf(code), options);
		this.code = code;
	}
}

/** What is wrong with how this app is set up, and what to do: a cause for logs, never for people. */
export class MisconfiguredError extends Error {
	override name = "MisconfiguredError";
}

/** The failure that an error is; one that nobody foresaw is ours. */
export const toBskyError = (error: unknown): BskyError =>
	error instanceof BskyError ? error : new BskyError("INTERNAL_SERVER_ERROR", { cause: error });

/**
 * A mistake in the options of `atprotoAuth()`; thrown at start-up, naming the option, with a link to
 * what the documentation says of it.
 */
export class BskyOptionError extends Error {
	override name = "BskyOptionError";
	readonly option: string;
	/** @param check the ID of the check that found it, if one did */
	constructor(option: string, problem: string, check?: string) {
		const help = check === undefined ? helpOnOption(option) : helpOn(check);
		super(`[better-auth-bsky] atprotoAuth({ ${option} }): ${problem} help=${help}`);
		this.option = option;
	}
}
