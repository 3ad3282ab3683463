import { isAPIError } from "@better-auth/core/utils/is-api-error";
import { APIError } from "better-auth/api";
import { BskyError, type BskyErrorCode } from "../errors.ts";

/** Whether somebody said no: a rule of ours, or a hook of the app by better-auth's own error. */
export const isRefusal = (error: unknown): boolean =>
	error instanceof BskyError || isAPIError(error);

/** Runs a step that hooks of the app may refuse; a refusal without a code gets the step's. */
export async function refusable<T>(code: BskyErrorCode, step: Promise<T | null>): Promise<T> {
	const result = await step.catch((error: unknown) => {
		throw named(code, error);
	});
	if (result === null) throw new BskyError(code);
	return result;
}

function named(code: BskyErrorCode, error: unknown): unknown {
	if (!isAPIError(error) || !error.body?.message || error.body.code) return error;
	const body = { ...error.body, code: code.toLowerCase() };
	return new APIError(error.status, body, error.headers);
}
