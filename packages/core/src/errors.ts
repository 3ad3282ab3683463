/**
 * The sentence of every code of ours, for the person who meets it. The components show the same ones
 * in English: `labels/en.ts` of the client package takes them from here.
 */
export const SENTENCES = {
	// What the person typed
	HANDLE_REQUIRED: "Enter your handle, for example alice.bsky.social.",
	HANDLE_INVALID: "That doesn’t look like a handle. Enter one like alice.bsky.social.",
	HANDLE_IS_EMAIL: "That’s an e-mail address. Enter your handle, for example alice.bsky.social.",
	HANDLE_NOT_FOUND: "No account with that handle was found. Check the spelling.",
	SERVER_UNREACHABLE: "Your server can’t be reached. Try again in a while.",
	SERVER_UNSUPPORTED: "Your server doesn’t support signing in this way.",
	SERVER_REFUSED: "Your server refused the sign-in. Try again.",
	SERVER_INVALID:
		"That doesn’t look like a server’s address. Enter one like https://pds.example.com.",
	SIGN_UP_UNAVAILABLE: "This server doesn’t let you create an account from here.",
	CLIENT_MISCONFIGURED: "A mistake on our side. The site has been told.",
	SCOPE_NOT_DECLARED: "A mistake on our side. The site has been told.",
	SUGGESTIONS_UNAVAILABLE: "Suggestions aren’t available.",
	// The way back from the authorization server
	ACCESS_DENIED: "The sign-in was cancelled. Nothing has changed.",
	ACCOUNT_DEACTIVATED: "Your account is deactivated. Reactivate it at your server first.",
	WRONG_ACCOUNT: "That was another account. Nothing has changed.",
	STATE_NOT_FOUND: "This sign-in has expired or was already used. Start again.",
	INVALID_CALLBACK_REQUEST: "Your server’s answer was incomplete. Start again.",
	ISSUER_MISMATCH: "The answer came from another server. Start again.",
	// Account rules. The codes are better-auth's own, so one error page serves every provider.
	SIGN_IN_NOT_ALLOWED: "This account isn’t allowed to sign in here.",
	SIGNUP_DISABLED: "There’s no account here for you, and signing up is closed.",
	LINKING_DISABLED: "Accounts can’t be connected in this app.",
	ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER:
		"This account is already connected to someone else here.",
	UNABLE_TO_LINK_ACCOUNT: "The account couldn’t be connected. Sign in again.",
	UNABLE_TO_CREATE_USER: "Your account couldn’t be created. Try again.",
	UNABLE_TO_CREATE_SESSION: "You couldn’t be signed in. Try again.",
	INTERNAL_SERVER_ERROR: "Something went wrong on our side. Try again.",
	IMPERSONATED: "Only the person themselves can do this.",
	// better-auth's own code, of its admin plugin.
	BANNED_USER: "You’re banned from this app.",
	// Acting for the person later
	NOT_LINKED: "No Bluesky account is connected.",
	SESSION_EXPIRED: "The connection to Bluesky has ended. Sign in again.",
	SCOPE_MISSING: "You haven’t allowed this app to do that.",
} as const;

/**
 * The sentences of what only a call at `/bsky/xrpc` meets: for the developer who makes it, since no
 * component shows them.
 */
export const CALL_SENTENCES = {
	METHOD_NOT_ALLOWED: "This app doesn’t let a browser call that method.",
	CROSS_SITE_REQUEST: "Only pages that the app trusts may call this.",
	BODY_INVALID: "The body isn’t what this method takes.",
	NOT_YOUR_REPO: "The body names another repository than that of the account that acts.",
	PAYLOAD_TOO_LARGE: "That’s larger than this app passes on.",
	ANSWER_TOO_LARGE: "The server’s answer is larger than this app passes on.",
	TOO_MANY_CALLS: "Too many calls. Try again in a moment.",
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
const isBskyErrorCode = (code: unknown): code is BskyErrorCode =>
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

/** A mistake in the options of `atprotoAuth()`; thrown at start-up, naming the option. */
export class BskyOptionError extends Error {
	override name = "BskyOptionError";
	readonly option: string;
	constructor(option: string, problem: string) {
		super(`[better-auth-bsky] atprotoAuth({ ${option} }): ${problem}`);
		this.option = option;
	}
}
