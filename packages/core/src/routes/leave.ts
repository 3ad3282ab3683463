import { isAPIError } from "@better-auth/core/utils/is-api-error";
import type { GenericEndpointContext } from "better-auth";
import { apiError } from "../base/api-error.ts";
import type { Bsky } from "../bsky.ts";
import { BskyOptionError, toBskyError } from "../errors.ts";
import { FORM } from "./body.ts";
import { absoluteUrl, redirectWithError } from "./navigation.ts";
import { type Attempt, describeBegun, tellFailure } from "./outcome.ts";

/**
 * Whether a plain HTML form asks, in a browser that shows what it is answered: no call of the app's, which
 * may hand on the headers of one.
 */
export const isPlainForm = ({ request, headers }: GenericEndpointContext): boolean =>
	request !== undefined && (headers?.get("content-type")?.startsWith(FORM) ?? false);

/** How a request is answered that sends the browser somewhere else. */
interface Way {
	attempt: Attempt;
	errorCallbackURL: string | undefined;
	disableRedirect: boolean | undefined;
}

/**
 * Sends whoever asks to where `to` says: by the URL in an answer, or where a plain form asks by a
 * redirect, which a failure is, too.
 */
export async function leave(
	ctx: GenericEndpointContext,
	bsky: Bsky,
	{ attempt, errorCallbackURL, disableRedirect = false }: Way,
	to: () => Promise<string>,
): Promise<{ url: string; redirect: boolean }> {
	const isForm = isPlainForm(ctx);
	let url: string;
	try {
		url = await to();
		await describeBegun(bsky, attempt);
	} catch (error) {
		if (isAPIError(error)) throw error;
		// The app's own call: whoever wrote it is told.
		if (error instanceof BskyOptionError && !ctx.request) throw error;
		const failure = toBskyError(error);
		await tellFailure(bsky, attempt, "A sign-in could not begin.", failure);
		throw isForm ? redirectWithError(ctx, failure, errorCallbackURL) : apiError(failure);
	}
	if (isForm) throw ctx.redirect(absoluteUrl(ctx, url));
	return ctx.json({ url, redirect: !disableRedirect });
}
