import type { AuthContext } from "better-auth";
import { BskyError } from "../errors.ts";

/**
 * Logs the cause of a failure by name and message: never its data, which may hold a secret. A
 * message may carry words of a stranger's server, which may in turn repeat what it was sent.
 */
export function logFailure(
	{ logger }: Pick<AuthContext, "logger">,
	what: string,
	error: unknown,
	level: "error" | "warn" = "error",
): void {
	const causes: string[] = [];
	let e = error instanceof BskyError ? (error.cause ?? error) : error;
	for (; e instanceof Error && causes.length < 5; e = e.cause)
		causes.push(`${e.name}: ${oneLine(e.message)}`);
	logger[level](`[better-auth-bsky] ${what}`, causes.join(" <- ") || "unknown cause");
}

const MAX_MESSAGE = 300;

/** Long words that are not of lower case letters alone, as names in metadata are; but not DIDs. */
const OPAQUE = /(did:plc:)?(?=[\w~+=-]*[A-Z\d])[\w~+=-]{20,}/g;

/** On one line, bounded, and without what may be a token, a proof, a code or a state. */
const oneLine = (message: string) =>
	message
		.slice(0, MAX_MESSAGE * 10)
		.replace(/[\p{C}\s]+/gu, " ")
		.replace(OPAQUE, (word, did: string | undefined) => (did ? word : "[…]"))
		.slice(0, MAX_MESSAGE);
