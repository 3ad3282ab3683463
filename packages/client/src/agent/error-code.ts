import { type BskyErrorCode, codeIn } from "../core.ts";

export { missingScope } from "../core.ts";

/** All that a call may be refused with. The sentence of each is the message of its error. */
const CODES = [
	"UNAUTHORIZED",
	"SESSION_EXPIRED",
	"NOT_LINKED",
	"SCOPE_MISSING",
	"IMPERSONATED",
	"BANNED_USER",
	"ACCOUNT_DEACTIVATED",
	"METHOD_NOT_ALLOWED",
	"CROSS_SITE_REQUEST",
	"NOT_YOUR_REPO",
	"BODY_INVALID",
	"PAYLOAD_TOO_LARGE",
	"TOO_MANY_CALLS",
	"SERVER_UNREACHABLE",
	"ANSWER_TOO_LARGE",
	"CALL_STALLED",
	"CLIENT_MISCONFIGURED",
	"INTERNAL_SERVER_ERROR",
] as const satisfies (BskyErrorCode | "UNAUTHORIZED")[];

/** What a call from a browser may be refused with: `"UNAUTHORIZED"` where nobody is signed in. */
export type BskyCallCode = (typeof CODES)[number];

/**
 * The code of what a call has failed with, whichever client wraps it: `SESSION_EXPIRED` where the person
 * must sign in with Bluesky again, `SCOPE_MISSING` where they haven't allowed it (see
 * {@link missingScope}), `METHOD_NOT_ALLOWED` where the app's `xrpc.allow` doesn't name the method, …
 * `undefined` for anything else, such as what the person's server refuses for what is in it.
 */
export const bskyErrorCode = (error: unknown): BskyCallCode | undefined =>
	codeIn(error, isCallCode);

const isCallCode = (code: unknown): code is BskyCallCode => CODES.some((each) => each === code);
