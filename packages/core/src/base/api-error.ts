import { defineErrorCodes } from "@better-auth/core/utils/error-codes";
import { APIError } from "better-auth/api";
import { BskyError, CALL_SENTENCES, SENTENCES, STATUS } from "../errors.ts";

/**
 * Every error this plugin can answer with. API callers get `{ code, message }`; a browser
 * navigation gets the code in lower case as `?error=`, next to better-auth's own codes
 * (`account_not_linked`, `signup_disabled`, …).
 */
export const BSKY_ERROR_CODES = defineErrorCodes({ ...SENTENCES, ...CALL_SENTENCES });

/**
 * A failure with a code of ours as an API caller meets it: better-auth's APIError; others pass.
 * Its `cause` is for the app's `onAPIError`, and in no answer.
 */
export const apiError = (error: unknown): unknown =>
	error instanceof BskyError ? refusalOf(error) : error;

/** The same of one of ours. */
export const refusalOf = ({ code, cause }: BskyError): APIError =>
	Object.assign(APIError.from(STATUS[code], BSKY_ERROR_CODES[code]), { cause });
