import { defineErrorCodes } from "better-auth";

/**
 * Every error this plugin can answer with. API callers get `{ code, message }`; a browser
 * navigation gets the code in lower case as `?error=`, next to better-auth's own codes
 * (`account_not_linked`, `signup_disabled`, …).
 */
export const BSKY_ERROR_CODES = defineErrorCodes({
	// What the person typed
	HANDLE_REQUIRED: "Enter your handle, for example alice.bsky.social.",
	HANDLE_INVALID:
		"That doesn't look like a handle. Enter one like alice.bsky.social, a DID, or your server's address.",
	HANDLE_IS_EMAIL:
		"That looks like an e-mail address. Enter your handle instead, for example alice.bsky.social.",
	HANDLE_NOT_FOUND: "No account with that handle was found. Check the spelling and try again.",
	SERVER_UNREACHABLE:
		"Your account's server could not be reached. It may be down for a moment: try again.",
	SERVER_UNSUPPORTED: "Your account's server doesn't support signing in this way.",
	SERVER_REFUSED: "Your account's server refused the sign-in. Try again.",
	SUGGESTIONS_UNAVAILABLE: "Suggestions are not available at the moment.",
	// The way back from the authorization server
	ACCESS_DENIED: "The sign-in was cancelled. Nothing has changed.",
	STATE_NOT_FOUND:
		"This sign-in has expired, was already used, or was started in another browser. Start again.",
	INVALID_CALLBACK_REQUEST: "The sign-in response is incomplete. Start again.",
	ISSUER_MISMATCH: "The sign-in response came from another server than the one you chose.",
	// Account rules. The codes are better-auth's own, so one error page serves every provider.
	SIGNUP_DISABLED: "No account here belongs to this Bluesky account, and signing up is closed.",
	LINKING_DISABLED: "Connecting accounts is switched off in this app.",
	ACCOUNT_ALREADY_LINKED_TO_DIFFERENT_USER:
		"This Bluesky account is already connected to another account here.",
	UNABLE_TO_LINK_ACCOUNT: "The accounts could not be connected. Sign in again and retry.",
	UNABLE_TO_CREATE_USER: "The account could not be created.",
	INTERNAL_SERVER_ERROR: "Something went wrong on our side. Nothing has changed; try again.",
	// Acting for the person later
	NOT_LINKED: "No Bluesky account is connected to this user.",
	SESSION_EXPIRED:
		"The connection to Bluesky has ended. The person must sign in with Bluesky again.",
});

export type BskyErrorCode = keyof typeof BSKY_ERROR_CODES;

const isBskyErrorCode = (code: unknown): code is BskyErrorCode =>
	typeof code === "string" && Object.hasOwn(BSKY_ERROR_CODES, code);

/**
 * The code of what `auth.api` threw, or a call of the agent that `auth.api.getBskyAgent()` gave,
 * which wraps it: `SESSION_EXPIRED` where the person must sign in with Bluesky again,
 * `SERVER_UNREACHABLE` where it may work later, … `undefined` for anything else, such as a request
 * that the person's server refused for what is in it.
 */
export function bskyErrorCode(error: unknown): BskyErrorCode | undefined {
	for (let each = error; each instanceof Error; each = each.cause) {
		const code = "body" in each && Object(each.body).code;
		if (isBskyErrorCode(code)) return code;
	}
	return undefined;
}

/** A failure with one of {@link BSKY_ERROR_CODES}; `cause` is for logs, never for people. */
export class BskyError extends Error {
	override name = "BskyError";
	readonly code: BskyErrorCode;
	constructor(code: BskyErrorCode, options?: ErrorOptions) {
		super(BSKY_ERROR_CODES[code].message, options);
		this.code = code;
	}
}

/** A mistake in the options of `atprotoAuth()`; thrown at start-up, naming the option. */
export class BskyOptionError extends Error {
	override name = "BskyOptionError";
	readonly option: string;
	constructor(option: string, problem: string) {
		super(`[better-auth-bsky] atprotoAuth({ ${option} }): ${problem}`);
		this.option = option;
	}
}
