import { BSKY_ERROR_CODES, type BskyErrorCode } from "@better-auth-bsky/core";
import { apiError } from "../../packages/core/src/base/api-error.ts";
import { BskyError } from "../../packages/core/src/errors.ts";
import { at } from "./at.ts";

/** A code that the server answers with. */
export interface ErrorCode {
	code: string;
	/** HTTP status for a caller of the API. */
	status: number;
	/** For the person. */
	text: string;
}

export const readErrors = (): ErrorCode[] =>
	Object.values(BSKY_ERROR_CODES).map(({ code, message }) => ({
		code,
		status: statusOf(code),
		text: message,
	}));

const statusOf = (code: BskyErrorCode): number =>
	Number(at(apiError(new BskyError(code)), "statusCode"));
