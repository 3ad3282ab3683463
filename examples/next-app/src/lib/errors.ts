import { BSKY_ERROR_CODES } from "better-auth-bsky";

/** Messages by code: `HANDLE_NOT_FOUND` as thrown by the API, `handle_not_found` as in a URL. */
const messages: Record<string, { message: string } | undefined> = BSKY_ERROR_CODES;

/**
 * The sentence for `?error=…&error_description=…`. Anybody can make such a link, so a known error
 * speaks in our words, and anything else stays short.
 */
export function messageFromUrl({
	error,
	error_description: description,
}: Record<string, string | string[] | undefined>): string | undefined {
	if (typeof error !== "string" || error === "") return undefined;
	const known = messages[error.toUpperCase()];
	if (known) return known.message;
	return typeof description === "string" && description !== ""
		? description.slice(0, 200)
		: "Something went wrong. Please try again.";
}
