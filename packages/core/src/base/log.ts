import type { AuthContext } from "better-auth";
import { APIError } from "better-auth/api";
import { BskyError, isBskyErrorCode, LEVEL } from "../errors.ts";
import { helpOn } from "./docs-url.ts";
import { isObject } from "./is-object.ts";
import { type FixedLine, LINES, type LineName } from "./lines.ts";
import { firstTime } from "./now-and-then.ts";
import { appOf } from "./runtime.ts";

type Log = Pick<AuthContext, "logger">;

/**
 * Logs the cause of a failure by name and message: never its data, which may hold a secret. A
 * message may carry words of a stranger's server, which may in turn repeat what it was sent. Never
 * throws: what is logged has failed already, and is not to fail once more.
 */
export const logFailure = (
	context: Log,
	name: FixedLine,
	error: unknown,
	level: Level = "error",
	what: string = LINES[name],
): void => say(context, level, name, what, describe(error));

/** The same with facts. */
export const logFailureOf = (
	context: Log,
	level: Level,
	facts: Facts,
	what: string,
	error: unknown,
): void => say(context, level, topicOf(facts), withFacts(what, facts), describe(error));

export type Level = "error" | "warn" | "info";

/**
 * What a line is about, for whoever searches or counts lines: the name of the event, which stays as it
 * is, and whose it was. Nothing secret is among them.
 */
export interface Facts {
	event: LineName;
	/** A code of errors.ts, or that of a hook of the app. */
	code?: string | undefined;
	reason?: string | undefined;
	issuer?: string | undefined;
	did?: string | undefined;
	userId?: string | undefined;
	count?: number | undefined;
}

const ORDER = ["event", "code", "reason", "issuer", "did", "userId", "count"] as const;

/** As logfmt, behind the sentence: any logger shows it. */
function withFacts(what: string, facts: Facts): string {
	const pairs = ORDER.flatMap((name) => {
		const value = facts[name];
		return value === undefined ? [] : [`${name}=${word(String(value))}`];
	});
	return [what, ...pairs].join(" ");
}

const MAX_WORD = 200;

/** One word of it, whatever a stranger has put into it. */
const word = (value: string) => value.slice(0, MAX_WORD).replace(/[\p{C}\s"=]+/gu, "_");

/** What there is help on: one of our codes, or else the event. */
const topicOf = ({ code, event }: Facts): string => (isBskyErrorCode(code) ? code : event);

/**
 * Says something to whoever runs this app. It never throws, either.
 *
 * @param topic what the page of errors has an anchor for: the name of a line, or the ID of a check
 */
export function say(
	{ logger }: Log,
	level: Level,
	topic: string,
	what: string,
	...rest: unknown[]
): void {
	try {
		logger[level](`[better-auth-bsky] ${what} help=${helpOn(topic)}`, ...rest);
	} catch {
		// A logger that fails has no other one to say so.
	}
}

const isFirst = firstTime();

/** The same at the start of an app. On workers one may start with each request, and says it once. */
export function sayAtStart(context: AuthContext, level: Level, topic: string, what: string): void {
	if (isFirst(appOf(context), what)) say(context, level, topic, what);
}

/** Something with facts. */
export const sayOf = (context: Log, level: Level, facts: Facts, what: string): void =>
	say(context, level, topicOf(facts), withFacts(what, facts));

/** How the end of a sign-in is logged: what people and their servers do is no error of the app. */
export function levelOf(error: unknown): Level {
	if (error instanceof BskyError) return LEVEL[error.code];
	// A refusal by a hook of the app is what the app wants.
	return error instanceof APIError && error.statusCode < 500 ? "info" : "error";
}

/** What an error and its causes say, in one line without secrets. */
export function describe(error: unknown): string {
	const causes: string[] = [];
	try {
		let e = error instanceof BskyError ? (error.cause ?? error) : error;
		for (; e instanceof Error && causes.length < 5; e = e.cause)
			causes.push(`${oneLine(String(e.name))}: ${oneLine(messageOf(e))}`);
	} catch {
		// An error with getters of its own may throw when it is looked at.
	}
	return causes.join(" <- ") || "unknown cause";
}

/**
 * The message that an error was given. Some make theirs when it is read, from all that a stranger
 * sent, as zod's do from their issues: of those it is the first one's.
 */
function messageOf(error: Error): string {
	if (error instanceof DOMException) return error.message;
	const issues = own(error, "issues");
	if (!Array.isArray(issues)) return String(own(error, "message") ?? "");
	const first: unknown = issues[0];
	const { path, message } = isObject(first) ? first : {};
	const where = Array.isArray(path) ? path.slice(0, 10).join(".") : "";
	return `${where}: ${message} (${issues.length} in all)`;
}

/** A property as it is stored: no getter is called. */
const own = (error: Error, name: string): unknown =>
	Object.getOwnPropertyDescriptor(error, name)?.value;

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
